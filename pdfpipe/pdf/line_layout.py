"""Where the words of a line go: a frame along the line, a band across it, and each word's extent in both.

What is decided here is decided by how readers put words together again.  Poppler is the most
particular of them; its thresholds below are fractions of the font size (TextOutputDev.cc).
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

import msgspec

from pdfpipe.model.geometry import BoundingBox, Transform
from pdfpipe.model.text import Direction, Line, Word
from pdfpipe.pdf.visual_order import visible_text, visual_order

__all__ = ["PlacedLine", "PlacedWord", "place"]

_QUARTER: Final = math.pi / 2

_LEVEL: Final = math.radians(6.0)
"""Lines that slope less are set level, their words rising in steps.

Rotated text is exact, but from one degree on poppler takes every word of it for a line of its own.
"""

_MAX_RISE: Final = 0.4
"""Of the font size, from the first word of a level line to the last.

Words whose baselines differ by more than half of it are no line to poppler.  On pages skewed by one
degree this keeps the order of reading (0.998 alike) where full steps lose it (benchmarks/text_layer.py).
"""

_MAX_UNTURNED: Final = math.radians(40.0)
"""Up to this angle from an axis, a word's length and height follow from its upright box."""

_BAND: Final = 0.6
"""The band reaches from the 0.4-quantile of the words' bottoms to the 0.6-quantile of their tops.

Near the median its overlap with the words' own boxes is largest: a mean IoU of 0.84 on book pages,
where the full height of the line gives 0.74.
"""

_MIN_SIZE: Final = 0.5
"""Points."""

_COLUMN_GAP: Final = 0.68
_REAL_COLUMN_GAP: Final = 2.0
"""At gaps of 0.7 poppler starts a new column, and then reads justified lines out of order.

A gap of twice the font size is a column of its own.
"""


class PlacedWord(msgspec.Struct):
    """A word in its line's frame, in points: from u0 to u1 along the line, raised by `rise` across it.

    `text` runs from left to right as seen.
    """

    text: str
    u0: float
    u1: float
    rise: float = 0.0


class PlacedLine(msgspec.Struct, frozen=True):
    """A line's words from left to right in its frame, the bottom of its band, and its font size in points.

    `frame` maps the line's coordinates, u along and v across it, to points of the page.
    """

    words: tuple[PlacedWord, ...]
    frame: Transform
    bottom: float
    size: float


def place(line: Line, to_points: Transform) -> PlacedLine | None:
    """Lay a line out; None if it has no visible text.  `to_points` maps the line's pixels to points."""
    visible = [word for word in line.words if visible_text(word.text)]
    if not visible:
        return None
    angle = _angle(line, to_points)
    nearest_axis = round(angle / _QUARTER) * _QUARTER
    slope = 0.0
    if abs(angle - nearest_axis) < _LEVEL:
        slope, angle = math.tan(angle - nearest_axis), nearest_axis
    frame = Transform(math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
    to_frame = to_points.then(frame.inverse())
    placed = [(word, _box_in_frame(word, to_points, to_frame, angle - nearest_axis)) for word in visible]
    placed.sort(key=lambda pair: pair[1].x0)

    middle = (placed[0][1].x0 + placed[-1][1].x1) / 2
    rises = [slope * ((box.x0 + box.x1) / 2 - middle) for _, box in placed]
    boxes = [box for _, box in placed]
    bottom = _quantile([box.y0 - rise for box, rise in zip(boxes, rises, strict=True)], 1 - _BAND)
    top = _quantile([box.y1 - rise for box, rise in zip(boxes, rises, strict=True)], _BAND)
    size = max(top - bottom, _MIN_SIZE)

    span = max(rises) - min(rises)
    damping = min(1.0, _MAX_RISE * size / span) if span else 0.0
    words = [
        PlacedWord(visual_order(visible_text(word.text)), box.x0, box.x1, damping * rise)
        for (word, box), rise in zip(placed, rises, strict=True)
    ]
    _narrow_gaps(words, size)
    return PlacedLine(tuple(words), frame, bottom, size)


def _angle(line: Line, to_points: Transform) -> float:
    """The direction in which the line runs, in radians counter-clockwise."""
    if line.direction is Direction.TOP_TO_BOTTOM:
        return -_QUARTER
    if line.baseline is None:
        return 0.0
    baseline = line.baseline.mapped(to_points)
    return math.atan2(baseline.end.y - baseline.start.y, baseline.end.x - baseline.start.x)


def _box_in_frame(word: Word, to_points: Transform, to_frame: Transform, turn: float) -> BoundingBox:
    """The word's extent along (x) and across (y) its line.

    A word of length L and height H that is turned by t fills an upright box of width L cos t + H sin t
    and height L sin t + H cos t; solved for L and H this undoes the turn.  `turn` is 0 if the frame
    stands upright itself.
    """
    if not _LEVEL <= abs(turn) < _MAX_UNTURNED:
        return to_frame.apply_box(word.box)
    upright = to_points.apply_box(word.box)
    center = to_frame.apply_box(word.box).center
    length, height = upright.width, upright.height
    sin, cos, both = math.sin(abs(turn)), math.cos(turn), math.cos(2 * turn)
    true_length, true_height = (length * cos - height * sin) / both, (height * cos - length * sin) / both
    if true_length <= 0 or true_height <= 0:
        return to_frame.apply_box(word.box)
    return BoundingBox(
        center.x - true_length / 2,
        center.y - true_height / 2,
        center.x + true_length / 2,
        center.y + true_height / 2,
    )


def _quantile(values: list[float], q: float) -> float:
    """A quantile, linear between two values."""
    ordered = sorted(values)
    position = q * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _narrow_gaps(words: list[PlacedWord], size: float) -> None:
    """Bring the wide spaces of justified lines below what poppler takes for the space between columns."""
    for left, right in pairwise(words):
        gap = right.u0 - left.u1
        if _COLUMN_GAP * size < gap < _REAL_COLUMN_GAP * size:
            excess = (gap - _COLUMN_GAP * size) / 2
            left.u1 += excess
            right.u0 -= excess
