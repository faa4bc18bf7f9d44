"""Take away what is too small to be print: dust on the glass, dots of a bad copy, holes in letters."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np

from pdfpipe.imaging.stages.raster import Pixels, Raster

__all__ = ["without_impulses", "without_specks"]

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

_END: Final = 2
"""Levels from black or white within which a pixel may be an impulse."""
_STEP: Final = 48
"""Levels by which all that touches an impulse differs from it: edges of letters are softer on one side."""
_IMPULSE: Final = 9
"""Pixels at any resolution: impulses are faults of pixels, not marks on paper."""
_IMPULSES: Final = 0.004
"""Of the page, that are black: from so many on, its specks are impulses."""
_USUAL: Final = 0.5
"""Of all black pixels: where fewer are impulses, print is black, and its dots look like them."""
_MOST_WHITE: Final = 2.0
"""How much denser than black impulses white ones may be, on what is darker: more are holes of letters."""
_REACH: Final = (5, 5)
"""Pixels across of what is around an impulse."""


def without_specks(page: Raster) -> Pixels:
    """The page with dark specks as bright as what is around them, and bright ones in letters as dark.

    Specks are pieces of ink that touch no other (connected components).  Thin strokes stay, which a median
    filter, the usual means, takes away with them.  Where there are shades and the specks are impulses, these
    alone are taken off: among small letters, dots and holes of letters are of the same size.
    """
    if (cleaned := without_impulses(page)) is not None:
        return cleaned
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


def without_impulses(page: Raster) -> Pixels | None:
    """The page without pixels that are black or white as by a fault ("salt and pepper").

    None if there are few, in black and white, and where print is so black that they cannot be told from it.
    """
    if page.bilevel:
        return None
    gray = page.gray
    black = _alone(gray)
    found = int(np.count_nonzero(black))
    if found < _IMPULSES * gray.size or found < _USUAL * np.count_nonzero(gray <= _END):
        return None
    white = _alone(255 - gray)
    darker = np.count_nonzero(gray < 255 - _END - _STEP) - found
    is_usual = np.count_nonzero(white) > _MOST_WHITE * darker * found / gray.size
    return _filled(page.pixels, black if is_usual else black | white)


def _ink(page: Raster) -> Pixels:
    """1 where there is ink."""
    if page.bilevel:
        return (page.pixels < 128).astype(np.uint8)
    side = max(15, round(_SURROUNDINGS * page.dpi)) | 1
    ink: Any = cv2.adaptiveThreshold(
        page.gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, side, _DARKER
    )
    return ink  # type: ignore[no-any-return]


def _alone(levels: Pixels) -> Pixels:
    """1 where a few pixels are black and what touches them is not nearly."""
    ends = (levels <= _END).astype(np.uint8)
    nearest: Any = cv2.erode(np.where(ends, np.uint8(255), levels), np.ones((3, 3), np.uint8))
    return _small(ends, _IMPULSE, 8, unless=nearest <= _END + _STEP)


def _filled(pixels: Pixels, holes: Pixels) -> Pixels:
    """The pixels, and in holes of up to three across the mean of what is around, the nearest most."""
    known: Any = np.where(holes, 0, 255).astype(np.uint8)
    total: Any = cv2.GaussianBlur(cv2.bitwise_and(pixels, pixels, mask=known), _REACH, 1.0)
    weight: Any = cv2.GaussianBlur(known, _REACH, 1.0)
    is_hole = (holes > 0) & (weight > 0)
    weights = weight[is_hole].astype(np.uint16).reshape(-1, *[1] * (pixels.ndim - 2))
    filled = pixels.copy()
    filled[is_hole] = 255 * total[is_hole].astype(np.uint16) // weights
    return filled


def _small(mask: Pixels, most: int, connectivity: int, *, unless: Any = None) -> Pixels:
    """1 where a piece of the mask has no more pixels than `most`, and none of them where `unless` is true."""
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=connectivity)
    is_small = (stats[:, cv2.CC_STAT_AREA] <= most).astype(np.uint8)
    if unless is not None:
        is_small[pieces[unless & (mask > 0)]] = 0
    is_small[0] = 0
    small: Pixels = is_small[pieces]
    return small
