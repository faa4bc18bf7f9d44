"""Some places on a page at its full resolution, by which all of it is judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.raster import Pixels

__all__ = ["tiles_of"]

_TILE: Final = 256
_TILES: Final = 3
"""Pixels along a side, and so many in a row, and rows of them."""


def tiles_of(image: Image.Image) -> Iterator[Pixels]:
    """Nine places in gray, spread evenly; none of a page that has no room for a pixel and its neighbours."""
    width, height = image.size
    if min(height, width) < 3:
        return
    for row in range(_TILES):
        for column in range(_TILES):
            top = max(0, round((height - _TILE) * (row + 0.5) / _TILES))
            left = max(0, round((width - _TILE) * (column + 0.5) / _TILES))
            box = left, top, min(left + _TILE, width), min(top + _TILE, height)
            yield np.asarray(image.crop(box).convert("L"))
