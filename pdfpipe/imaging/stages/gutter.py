"""Where a scan of an open book is cut into its pages: at the shadow of the binding or between wide margins.

Nothing is found where there is doubt: pages with two columns, tables and newspapers have gaps and lines in
the middle as well.  A shadow of the binding runs from edge to edge of the paper, where rules of tables and
columns stop at the margins; margins of two pages that face one another are wider than the gap between two
columns.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pdfpipe.imaging.stages.raster import Pixels
from pdfpipe.imaging.stages.skew import ink_of

__all__ = ["Gutter", "find_gutter", "may_be_double"]

_LEAST_SHAPE: Final = 1.15
_MOST_SHAPE: Final = 2.1
"""Width by height of two pages side by side, each of which is higher than wide, or little wider."""

_MIDDLE: Final = (0.36, 0.64)
"""Of the width: where the binding may lie."""

_STEEPEST: Final = 5.0
_SLOPES: Final = sorted(np.tan(np.radians(np.arange(-_STEEPEST, _STEEPEST + 0.1, 0.25))), key=abs)
"""Pixels that the binding moves to the right with each row, the least at first; a scan may be skewed."""

_BROADEST: Final = 0.12
"""Of the width: what is broader than this is no shadow of a binding."""

_DARKER: Final = 0.07
"""A shadow is darker than the paper beside it by this part of the paper's shade."""

_ALONG: Final = 0.92
_AT_EDGES: Final = 0.6
"""Of all rows, and of those near the upper and the lower edge: so many have the shadow."""
_EDGE: Final = 0.025
"""Of the height: frames around the print of pages and tables end before it."""

_LID: Final = 0.5
"""Of the shade of paper: rows that are darker in most places show the scanner's lid or the table."""

_DEEP: Final = 0.5
"""Of the shade of paper: where a shadow is darker, print is not looked for any more."""

_LONG: Final = 0.2
"""Of the height: no letter is so high, and shadows are."""

_SOFT: Final = 3
"""Pixels: nor beside its edges."""

_CLEAR: Final = 0.016
"""Of the width: along a shadow there is so much without print, twice 2.5 mm on A4."""
_LEAST_MARGINS: Final = 0.08
"""Of the width: between two pages without a shadow there is so much without print, twice 12 mm on A4.  And
there is no less than outside of them: the inner margin of a page is half the outer one at least."""
_OFF_CENTER: Final = 0.05

_STRAY: Final = 0.0025
"""Of all rows: dust in a column that is clear."""

_PRINTED: Final = 0.04
"""Of the width of a page: so much of a row through its letters is ink."""

_SAME_WIDTH: Final = 0.8
_LEAST_HEIGHT: Final = 0.4
_LEAST_LINES: Final = 6
"""Blocks of text of pages side by side: they are of one width, as high as this part of the scan at least, and
have so many lines."""

Shares = NDArray[np.float64]


class Gutter(msgspec.Struct, frozen=True):
    """Where to cut a scan in two.

    Attributes:
        at: the column at which the right page begins, in pixels of the image that was looked at.
        evidence: what tells that there are two pages.

    """

    at: int
    evidence: str


def may_be_double(width: int, height: int) -> bool:
    """Whether an image has the shape of two pages side by side."""
    return _LEAST_SHAPE * height <= width <= _MOST_SHAPE * height


def find_gutter(gray: Pixels) -> Gutter | None:
    """Where an upright scan shows the binding of an open book; None if it shows no two pages, or in doubt.

    `gray` is a reduced page (`pdfpipe.imaging.stages.measures.overview`).
    """
    height, width = gray.shape
    if not may_be_double(width, height):
        return None
    paper = float(np.quantile(gray[::3, ::3], 0.8))
    rows = np.median(gray, axis=1) > _LID * paper
    if np.count_nonzero(rows) < height / 2:
        return None
    first = int(np.argmax(rows))
    sheet = gray[first : height - int(np.argmax(rows[::-1]))]
    return _by_shadow(sheet) or _by_margins(sheet)


def _by_shadow(gray: Pixels) -> Gutter | None:
    height, width = gray.shape
    kernel = np.ones((1, round(_BROADEST * width) | 1), np.uint8)
    soft = cv2.blur(gray, (3, 3))
    beside = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, kernel)
    dark = (soft < (1 - _DARKER) * beside).astype(np.uint8)
    edge = max(1, round(_EDGE * height))
    low, high = (round(share * width) for share in _MIDDLE)
    sharpest, slope, column = 0.0, 0.0, 0
    for leaning in _SLOPES:
        upright = _upright(dark[:, low:high], leaning)
        along = upright.mean(axis=0)
        is_whole = np.minimum(upright[:edge].mean(axis=0), upright[-edge:].mean(axis=0)) >= _AT_EDGES
        found = np.where(is_whole, along, 0)
        # A broad shadow has its whole length in some column though it leans; upright its edges are sharp.
        sharpness = float(along @ along)
        if found.max() >= _ALONG and sharpness > sharpest:
            sharpest, slope, column = sharpness, leaning, low + int(np.argmax(found))
    if not sharpest:
        return None
    left, right = _run_around(_upright(dark, slope).mean(axis=0) > _ALONG / 2, column)
    ink = ink_of(_without_shadow(_upright(gray, slope, border=255)))
    clear = ink.mean(axis=0) <= _STRAY
    middle = (left + right) / 2
    if right - left > _BROADEST * width or not clear[round(middle)]:
        return None
    left, right = _run_around(clear, round(middle))
    if right - left < _CLEAR * width:
        return None
    return _cut(ink, slope, middle, "the shadow of the binding")


def _without_shadow(gray: Pixels) -> Pixels:
    """A scan whose shadow is upright, as bright there as all around; where it is deep it is white."""
    kernel = np.ones((round(_LONG * len(gray)) | 1, 1), np.uint8)
    paper = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, kernel)
    deep = (paper < _DEEP * np.quantile(paper[::3, ::3], 0.8)).astype(np.uint8)
    deep_and_edges = cv2.dilate(deep, np.ones((1, 2 * _SOFT + 1), np.uint8))
    flat: Pixels = np.where(deep_and_edges, 255, gray * (255 / np.maximum(paper, 1))).astype(np.uint8)
    return flat


def _by_margins(gray: Pixels) -> Gutter | None:
    width = gray.shape[1]
    ink = ink_of(gray)
    low, high = (round(share * width) for share in _MIDDLE)
    middle, widest, slope = width // 2, 0, 0.0
    for leaning in _SLOPES:
        clear = _upright(ink[:, low:high], leaning).mean(axis=0) <= _STRAY
        if clear[middle - low]:
            left, right = _run_around(clear, middle - low)
            if right - left > widest:
                widest, slope = right - left, leaning
    if not widest:
        return None
    level = _upright(ink, slope)
    left, right = _run_around(level.mean(axis=0) <= _STRAY, middle)
    is_central = abs((left + right) / 2 / width - 0.5) < _OFF_CENTER
    if right - left < _LEAST_MARGINS * width or not is_central or not left or right == width:
        return None
    printed = np.flatnonzero(level.mean(axis=0) > 2 * _STRAY)
    if right - left < min(printed[0], width - 1 - printed[-1]):
        return None
    blocks = _block(level[:, :left]), _block(level[:, right:])
    if not min(blocks) or min(blocks) < _SAME_WIDTH * max(blocks):
        return None
    return _cut(level, slope, (left + right) / 2, "the margins of two pages between two blocks of text")


def _block(ink: Pixels) -> int:
    """The width of a block of text that fills a page; 0 if it does not."""
    columns, rows = ink.mean(axis=0) > 2 * _STRAY, ink.mean(axis=1) > _PRINTED
    lines = int(np.count_nonzero(np.diff(rows.astype(np.int8)) > 0))
    if not columns.any() or lines < _LEAST_LINES:
        return 0
    wide, high = (int(np.ptp(np.flatnonzero(one))) + 1 for one in (columns, rows))
    return wide if high >= _LEAST_HEIGHT * len(rows) else 0


def _cut(ink: Pixels, slope: float, middle: float, evidence: str) -> Gutter | None:
    """The straight cut that is nearest to the middle of a gap, which leans by a slope, and meets no print.

    `ink` has been set upright.
    """
    met = _upright(ink, -slope).mean(axis=0)
    lean = abs(slope) * len(ink) / 2
    low, high = round(middle - lean), round(middle + lean)
    free = [at for at in range(low, high + 1) if met[at - 1 : at + 2].max() <= _STRAY]
    return Gutter(min(free, key=lambda at: abs(at - middle)), evidence) if free else None


def _upright(image: Pixels, slope: float, border: int = 0) -> Pixels:
    """The image with what leans by a slope set upright; columns are those of its middle row."""
    height, width = image.shape
    matrix = np.array([[1.0, slope, -slope * height / 2], [0.0, 1.0, 0.0]])
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    upright: Pixels = cv2.warpAffine(image, matrix, (width, height), flags=flags, borderValue=border)  # type: ignore[assignment]
    return upright


def _run_around(flags: NDArray[np.bool_], at: int) -> tuple[int, int]:
    """Where the run of flags around one that is set begins and ends."""
    off = np.flatnonzero(~flags)
    before, after = off[off < at], off[off > at]
    return int(before[-1]) + 1 if len(before) else 0, int(after[0]) if len(after) else len(flags)
