"""Turn a page by quarters, without touching its image: how it is stored says which way is up."""

from __future__ import annotations

from typing import Final

import msgspec
from PIL import Image

from pdfpipe.model.geometry import turned_orientation
from pdfpipe.model.image import OcrImage, PageImage

__all__ = ["turned", "turned_view"]

_TRANSPOSE: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
"""Pillow counts against the clock."""


def turned(page: PageImage, turn: int) -> PageImage:
    """The page turned clockwise by 0, 90, 180 or 270 degrees."""
    return msgspec.structs.replace(page, orientation=turned_orientation(page.orientation, turn))


def turned_view(view: OcrImage, turn: int) -> OcrImage:
    """What an engine sees of it, turned clockwise by 0, 90, 180 or 270 degrees."""
    if not turn:
        return view
    return OcrImage(view.pixels.transpose(_TRANSPOSE[turn]), view.dpi, view.label)
