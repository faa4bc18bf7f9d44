"""Take away what is too small to be print: dust on the glass, dots of a bad copy, holes in letters."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np

from pdfpipe.imaging.stages.raster import Pixels, Raster

__all__ = ["without_specks"]

_SPECK: Final = 9
_HOLE: Final = 6
"""Pixels at 300 dpi: what is no larger is no print.  The dot of an i has 16 or more in 8-point type."""

_DPI: Final = 300.0
_LEAST_DPI, _MOST_DPI = 100.0, 450.0
"""Beyond, specks are taken for no smaller or larger: the resolution may be guessed."""

_SURROUNDINGS: Final = 0.1
"""Inches along the side of what a pixel is compared with."""

_AROUND: Final = 7
"""Pixels along the side of what gives a speck its new shade: most of them are none of its own."""

_DARKER: Final = 40
"""Levels by which ink is darker than its surroundings."""


def without_specks(page: Raster) -> Pixels:
    """The page with dark specks as bright as what is around them, and bright ones in letters as dark.

    Specks are pieces of ink that touch no other (connected components).  Thin strokes stay, which a median
    filter, the usual means, takes away with them.
    """
    factor = (min(max(page.dpi, _LEAST_DPI), _MOST_DPI) / _DPI) ** 2
    specks, holes = max(1, round(_SPECK * factor)), max(1, round(_HOLE * factor))
    ink = _ink(page)
    dark = _small(ink, specks, 8)
    bright = _small(np.where(dark, 1, 1 - ink).astype(np.uint8), holes, 4) & (1 - dark)
    cleaned = page.pixels.copy()
    if page.bilevel:
        cleaned[dark > 0], cleaned[bright > 0] = 255, 0
        return cleaned
    around: Any = cv2.medianBlur(page.pixels, _AROUND)
    cleaned[dark > 0] = around[dark > 0]
    cleaned[bright > 0] = around[bright > 0]
    return cleaned


def _ink(page: Raster) -> Pixels:
    """1 where there is ink."""
    if page.bilevel:
        return (page.pixels < 128).astype(np.uint8)
    side = max(15, round(_SURROUNDINGS * page.dpi)) | 1
    ink: Any = cv2.adaptiveThreshold(
        page.gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, _DARKER
    )
    return ink  # type: ignore[no-any-return]


def _small(mask: Pixels, most: int, connectivity: int) -> Pixels:
    """1 where a piece of the mask has no more pixels than `most`."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    is_small = (stats[:, cv2.CC_STAT_AREA] <= most).astype(np.uint8)
    is_small[0] = 0
    small: Pixels = is_small[pieces]
    return small
