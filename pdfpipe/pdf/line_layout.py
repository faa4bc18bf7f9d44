"""Where the words of a line go: a frame along the line, a band across it, and each word's extent in both.

What is decided here is decided by how readers put words together again.  Poppler is the most
particular of them; its thresholds below are fractions of the font size (TextOutputDev.cc).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import Final

import msgspec

from pdfpipe.model.geometry import BoundingBox, Transform
from pdfpipe.model.text import Direction, Line, is_unspaced
from pdfpipe.pdf.visual_order import is_right_to_left, visible_text, visual_words

__all__ = ["PlacedLine", "PlacedWord", "place"]

_QUARTER: Final = math.pi / 2

_LEVEL: Final = math.radians(6.0)
"""Lines that slope less from an axis are set along it, their words rising in steps.

Text that is turned by a few degrees would lie exactly, but poppler breaks a word wherever the
baseline of its characters drifts, and reads a page of such lines in no order at all.  Of lines that
slope more, therefore, each word is set by itself.
"""

_MAX_RISE: Final = 0.4
"""Of the font size, from the first word of a level line to the last.

Words whose baselines differ by more than half of it are no line to poppler: with full steps it reads
a page that is skewed by one degree out of order.
"""

_IN_LINE: Final = 0.6
"""Of its height: so much of a word must lie within the boxes of its line."""

_STEP: Final = 0.05
"""Of the font size: how finely words rise."""

_SHORT: Final = 3
"""Characters: PDFium joins such a line to the one before it, if no space stands between them."""

_BAND: Final = 0.6
"""The band reaches from the 0.4-quantile of the words' bottoms to the 0.6-quantile of their tops.

Near the median its overlap with the words' own boxes is largest: a mean IoU of 0.84 on book pages,
where the full height of the line gives 0.74.
"""

_STEEPEST: Final = 0.3
"""Cosine of twice the slope: at 36° and more, a box says too little of what it is around."""
_LOWEST: Final = 0.25
"""Of the height of its box: no word is lower."""

_LEAST_SHARE: Final = 0.6
_LEAST_GAP: Final = 0.05
"""Of its length a word keeps that share beside the next one, and that much of the line's height between."""

_SAME_ROW: Final = 0.5
_CLEAR_GAP: Final = 0.15
"""Two lines that share this much of the lower one's height are pieces of a row; with less than such a
gap between them, in heights, poppler and PDFium make one word of the two at their ends.
"""

_MIN_SIZE: Final = 0.5
"""Points."""

_COLUMN_GAP: Final = 0.68
_REAL_COLUMN_GAP: Final = 2.0
"""At gaps of 0.7 poppler starts a new column, and then reads justified lines out of order.

A gap of twice the font size is a column of its own.
"""

_MOST_BEFORE: Final = 0.5
"""Of its length: no word begins so much before its place, as a short one would be found too far from it."""

_MARK_GAP: Final = 0.09
"""Before a word that begins, as seen, with a combining mark, as vocalized Arabic does.

Pdf.js measures a gap to the next letter that has a width: at gaps of more than 0.102 it adds a second
space, between the mark and its word.
"""

_TURNED_GAP: Final = 0.58
"""In lines with right-to-left words: at gaps of 0.6 pdf.js starts a new piece of text, and it puts only
words within a piece in logical order.
"""


class PlacedWord(msgspec.Struct):
    """A word in its line's frame, in points: from u0 to u1 along the line, raised by `rise` across it.

    `text` runs from left to right as seen; `turned` says that it is right-to-left text in a line that is not.
    """

    text: str
    u0: float
    u1: float
    rise: float = 0.0
    turned: bool = False


class PlacedLine(msgspec.Struct, frozen=True):
    """A line's words from left to right in its frame, the bottom of its band, and its font size in points.

    `frame` maps the line's coordinates, u along and v across it, to points of the page.  A line that is
    `spaced` ends in a space.
    """

    words: tuple[PlacedWord, ...]
    frame: Transform
    bottom: float
    size: float
    spaced: bool = False


def place(line: Line, to_points: Transform, following: Line | None = None) -> list[PlacedLine]:
    """Lay a line out; `to_points` maps its pixels to points, `following` is read after it.

    It is one line for the readers too, unless it slopes too much: then each of its words is one, and
    nothing if it has no visible text.
    """
    angle = _angle(line, to_points)
    crowded = False
    if following is not None and line.words and abs(angle) < _LEVEL and _touches(line, following):
        crowded = True
        line = _apart(line, following)
    visible = [(text, word.box) for word in line.words if (text := visible_text(word.text))]
    if not visible:
        return []
    logical = [text for text, _ in visible]
    right_to_left = line.direction is Direction.RIGHT_TO_LEFT
    seen = visual_words(logical, right_to_left=right_to_left)
    nearest_axis = round(angle / _QUARTER) * _QUARTER
    frame, to_frame = Transform(), to_points
    if nearest_axis:
        cosine, sine = math.cos(nearest_axis), math.sin(nearest_axis)
        frame = Transform(cosine, sine, -sine, cosine)
        to_frame = to_points.then(frame.inverse())
    placed = [(text, to_frame.apply_box(box)) for text, (_, box) in zip(seen, visible, strict=True)]
    if abs(angle - nearest_axis) > _LEVEL:
        low = _as_low_as_letters(placed, abs(angle - nearest_axis))
        return [msgspec.structs.replace(_level_line([word], frame), spaced=True) for word in low]
    placed.sort(key=lambda pair: pair[1].x0)
    spaced = sum(len(text) for text, _ in placed) <= _SHORT and not is_unspaced(placed[-1][0][-1])
    max_gap = _COLUMN_GAP if seen == logical else _TURNED_GAP
    if line.direction is Direction.TOP_TO_BOTTOM and len(placed) == 1:
        placed = _in_two(*placed[0])
    slope = math.tan(angle - nearest_axis)
    *above, laid = [_sloping_line(words, frame, slope, max_gap) for words in _side_by_side(placed)]
    if max_gap == _TURNED_GAP and not right_to_left:
        for word in chain.from_iterable(part.words for part in (*above, laid)):
            word.turned = is_right_to_left(word.text)
    above = [msgspec.structs.replace(part, spaced=True) for part in above]
    return [*above, msgspec.structs.replace(laid, spaced=spaced or crowded)]


def _side_by_side(
    placed: list[tuple[str, BoundingBox]],
) -> Iterator[list[tuple[str, BoundingBox]]]:
    """The words of a line, divided where one would lose most of its length to the next.

    Engines also give words that stand over one another, or a word twice, as one line.
    """
    start = 0
    gap = _LEAST_GAP * _quantile([box.height for _, box in placed], _BAND)
    for index, ((_, box), (_, following)) in enumerate(pairwise(placed), 1):
        if following.x0 - box.x0 < _LEAST_SHARE * box.width + gap:
            yield placed[start:index]
            start = index
    yield placed[start:]


def _as_low_as_letters(placed: list[tuple[str, BoundingBox]], slope: float) -> list[tuple[str, BoundingBox]]:
    """The words of a steep line with boxes as high as their letters, about the same middles.

    A box around a turned rectangle is higher than that: it would reach into the lines above and below, and
    poppler would join words of both.  `slope` is in radians, less than an eighth of a turn.
    """
    cos, sin, double = math.cos(slope), math.sin(slope), math.cos(2 * slope)
    if double < _STEEPEST:
        return placed
    heights = [(box.height * cos - box.width * sin) / double for _, box in placed]
    usual = _quantile([max(height, 0.0) for height in heights], 0.5)
    low = []
    for text, box in placed:
        half = min(max(usual, _LOWEST * box.height), box.height) / 2
        middle = box.center.y
        low.append((text, msgspec.structs.replace(box, y0=middle - half, y1=middle + half)))
    return low


def _touches(line: Line, following: Line) -> bool:
    """Whether the next line goes on in the same row, so close that readers would join two words."""
    left, right = line.box, following.box
    height = min(left.height, right.height)
    return (
        min(left.y1, right.y1) - max(left.y0, right.y0) > _SAME_ROW * height
        and right.x0 - left.x1 < _CLEAR_GAP * height
        and right.x0 > (left.x0 + left.x1) / 2
    )


def _apart(line: Line, following: Line) -> Line:
    """The line with its last word cut where the next line begins, less a gap."""
    last = line.words[-1]
    end = following.box.x0 - _CLEAR_GAP * min(line.box.height, following.box.height)
    if not last.box.x0 < end < last.box.x1:
        return line
    word = msgspec.structs.replace(last, box=msgspec.structs.replace(last.box, x1=end))
    return msgspec.structs.replace(line, words=(*line.words[:-1], word))


def _in_two(text: str, box: BoundingBox) -> list[tuple[str, BoundingBox]]:
    """The only word of a column as two pieces without a space between them.

    PDFium takes two pieces of text that follow one another at one height for a line, and so would read
    the start of the next column first.
    """
    if len(text) < 2 or not (is_unspaced(text[-2]) and is_unspaced(text[-1])):
        return [(text, box)]
    middle = box.x1 - box.width / len(text)
    return [
        (text[:-1], msgspec.structs.replace(box, x1=middle)),
        (text[-1], msgspec.structs.replace(box, x0=middle)),
    ]


def _sloping_line(
    placed: list[tuple[str, BoundingBox]], frame: Transform, slope: float, max_gap: float
) -> PlacedLine:
    """A line as `_level_line` makes it, without rises where these would lead its words out of it.

    The baseline that an engine gives specks in one row may slope though they lie level.
    """
    laid = _level_line(placed, frame, slope, max_gap)
    bottom, top = min(box.y0 for _, box in placed), max(box.y1 for _, box in placed)
    least = _IN_LINE * min(laid.size, top - bottom)
    for word in laid.words:
        low = laid.bottom + word.rise
        if min(low + laid.size, top) - max(low, bottom) < least:
            return _level_line(placed, frame, 0.0, max_gap)
    return laid


def _level_line(
    placed: list[tuple[str, BoundingBox]], frame: Transform, slope: float = 0.0, max_gap: float = _COLUMN_GAP
) -> PlacedLine:
    """A line of words with their boxes in its frame, from left to right."""
    boxes = [box for _, box in placed]
    middle = (boxes[0].x0 + boxes[-1].x1) / 2
    rises = [slope * (box.center.x - middle) for box in boxes]
    bottom = _quantile([box.y0 - rise for box, rise in zip(boxes, rises, strict=True)], 1 - _BAND)
    top = _quantile([box.y1 - rise for box, rise in zip(boxes, rises, strict=True)], _BAND)
    size = max(top - bottom, _MIN_SIZE)

    span = max(rises) - min(rises)
    damping = min(1.0, _MAX_RISE * size / span) if span else 0.0
    words = [
        PlacedWord(text, box.x0, box.x1, _in_steps(damping * rise, size))
        for (text, box), rise in zip(placed, rises, strict=True)
    ]
    _narrow_gaps(words, size, max_gap)
    return PlacedLine(tuple(words), frame, bottom, size)


def _angle(line: Line, to_points: Transform) -> float:
    """The direction in which the line runs, in radians counter-clockwise."""
    if line.direction is Direction.TOP_TO_BOTTOM:
        return -_QUARTER
    if line.baseline is None:
        return 0.0
    baseline = line.baseline.mapped(to_points)
    return math.atan2(baseline.end.y - baseline.start.y, baseline.end.x - baseline.start.x)


def _quantile(values: list[float], q: float) -> float:
    """A quantile, linear between two values."""
    ordered = sorted(values)
    position = q * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _in_steps(rise: float, size: float) -> float:
    """The rise in whole steps: on a page that is all but straight, most words then need no step."""
    return round(rise / (_STEP * size)) * _STEP * size


def _narrow_gaps(words: list[PlacedWord], size: float, limit: float) -> None:
    """Bring the wide spaces of justified lines below what readers take for the space between columns."""
    for left, right in pairwise(words):
        gap, allowed = right.u0 - left.u1, limit * size
        if not right.text.isascii() and unicodedata.category(right.text[0]) == "Mn":
            allowed = _MARK_GAP * size
        if allowed < gap < _REAL_COLUMN_GAP * size:
            before = min((gap - allowed) / 2, _MOST_BEFORE * (right.u1 - right.u0))
            left.u1 += gap - allowed - before
            right.u0 -= before
