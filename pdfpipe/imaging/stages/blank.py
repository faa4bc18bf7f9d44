"""Whether there is ink on a page: dust, print of the other side and what a scanner adds are none."""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pdfpipe.imaging.stages.crop import dark_border
from pdfpipe.imaging.stages.margin_marks import is_punch_hole
from pdfpipe.imaging.stages.raster import Pixels
from pdfpipe.model.image import OcrImage

__all__ = ["InkLook", "look_for_ink"]

_LONG_SIDE: Final = 1100
"""Pixels that the longer side has at least, if the page has as many: 100 dpi or so."""

_EDGE: Final = 0.02
"""Of each side: what is nearer to the edge is the scanner's or the paper's, not the writer's."""

_INK: Final = 0.22
"""Of the paper's shade: ink is darker by more.  Print that shows through is so by 0.05 to 0.2."""

_EVEN: Final = 0.55
"""The darkest paper of a page that is not a picture, of its brightest."""

_DARKEST_PAPER: Final = 100
"""A page all darker than this gray is no empty sheet."""

_MARK: Final = 1.2
"""Millimetres: what is smaller each way is dust; figures in 5-point type are higher."""

_BLURRED: Final = 2
"""Pixels of the reduced page by which a mark may look larger than it is: one at each edge."""

_MOST_SMALL: Final = 500
"""More small marks than this are no dust."""

_DUST: Final = 0.002
"""Of the page: dust covers less, and the dots of a printed gray more."""

_STREAK_LENGTH: Final = 0.6
_STREAK_WIDTH: Final = 1.5
_STREAKS: Final = 2
"""Lines across most of a page, so many millimetres wide at most, are a scanner's, unless there are more."""

_HOLES: Final = 8
"""More are no punch holes."""

_MM: Final = 25.4

_Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels of the reduced page."""


class InkLook(msgspec.Struct, frozen=True):
    """What was found on a page.

    Attributes:
        marks: pieces of ink that are larger than dust.
        share: of the page that is ink of any kind, dust too, but for a scanner's streaks and punch holes.
        is_blank: whether all of it is what an empty sheet may show.

    """

    marks: int
    share: float
    is_blank: bool


def look_for_ink(view: OcrImage) -> InkLook:
    """Look at a page; takes some hundredths of a second.

    In doubt there is ink: a page taken for a blank one may be lost, the other mistake costs a page of paper.
    """
    image = view.pixels
    gray, factor = _reduced(image)
    dpi = view.dpi / factor
    counts = np.ones(gray.shape[:2], np.uint8)
    rows, columns = (max(1, round(_EDGE * side)) for side in gray.shape[:2])
    counts[:rows] = counts[-rows:] = 0
    counts[:, :columns] = counts[:, -columns:] = 0
    border = dark_border(gray.min(axis=2))
    if border is not None:
        margin = 2 * max(rows, columns) + 1
        counts[cv2.dilate(border, np.ones((margin, margin), np.uint8)) > 0] = 0
    if not counts[::4, ::4].any():
        return InkLook(0, 0.0, is_blank=False)
    paper = _paper_of(gray)
    shades = paper[::4, ::4][counts[::4, ::4] > 0]
    uneven = bool((np.quantile(shades, 0.02, axis=0) < _EVEN * np.quantile(shades, 0.98, axis=0)).any())
    if uneven or float(np.median(shades)) < _DARKEST_PAPER:
        return InkLook(0, 1.0, is_blank=False)
    ink = ((gray < (1 - _INK) * paper).any(axis=2) & (counts > 0)).astype(np.uint8)
    marks, small, area = _marks(ink, dpi)
    share = area / float(np.count_nonzero(counts))
    if not marks and len(small) <= _MOST_SMALL:
        marks = sum(not _is_dust(view, box, factor, paper) for box in small)
    else:
        marks += len(small)
    return InkLook(marks, share, is_blank=marks == 0 and share < _DUST)


def _is_dust(view: OcrImage, box: _Box, factor: int, paper: NDArray[np.float32]) -> bool:
    """Whether a mark is smaller than it looks on the reduced page, where its edges are blurred."""
    left, top, right, bottom = box
    shade = paper[(top + bottom) // 2, (left + right) // 2]
    piece, _ = _reduced(
        view.pixels.crop(
            ((left - 1) * factor, (top - 1) * factor, (right + 1) * factor, (bottom + 1) * factor)
        ),
        1,
    )
    ink = (piece < (1 - _INK) * shade).any(axis=2).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return count == 1 or int(stats[1:count, 2:4].max()) * _MM / view.dpi < _MARK


def _reduced(image: Image.Image, factor: int | None = None) -> tuple[Pixels, int]:
    """The page reduced by a whole factor, as height by width by one or three colors, and the factor."""
    factor = factor or max(1, max(image.size) // _LONG_SIDE)
    if image.mode != "RGB":
        image = image.convert("L")
    small = np.asarray(image.reduce(factor) if factor > 1 else image)
    return (small[:, :, None] if small.ndim == 2 else small), factor


def _paper_of(gray: Pixels) -> NDArray[np.float32]:
    """The shade of the paper at each place: the brightest that is near, smoothed."""
    height, width = gray.shape[:2]
    tiny = cv2.resize(gray, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    near = cv2.blur(cv2.dilate(tiny, np.ones((5, 5), np.uint8)), (5, 5))
    whole = cv2.resize(near, (width, height), interpolation=cv2.INTER_LINEAR)
    return whole.reshape(gray.shape).astype(np.float32)


def _marks(ink: Pixels, dpi: float) -> tuple[int, list[_Box], int]:
    """How many pieces of ink are larger than dust, nearly touching letters being one; those of which that is
    not certain, as their edges may be but partly on them; and the area of all ink.
    """
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    mm = _MM / dpi
    height, width = ink.shape
    marks = 0
    small: list[_Box] = []
    streaks: list[int] = []
    holes: list[int] = []
    large = stats[1:count][stats[1:count, 2:4].max(axis=1) * mm >= _MARK]
    for left, top, wide, high, area in large.tolist():
        if _is_streak(wide, high, area, width, height, mm):
            streaks.append(area)
        elif is_punch_hole((left, top, wide, high), area, (width, height), dpi):
            holes.append(area)
        elif (max(wide, high) - _BLURRED) * mm < _MARK:
            small.append((left, top, left + wide, top + high))
        else:
            marks += 1
    all_ink = int(stats[1:count, 4].sum())
    for others, most in ((streaks, _STREAKS), (holes, _HOLES)):
        if len(others) > most:
            marks += len(others)
        else:
            all_ink -= sum(others)
    return marks, small, all_ink


def _is_streak(wide: int, high: int, area: int, width: int, height: int, mm: float) -> bool:
    length, side = (high, height) if high > wide else (wide, width)
    thin = area / length * mm <= _STREAK_WIDTH and min(wide, high) <= max(0.05 * length, 2)
    return thin and length >= _STREAK_LENGTH * side
