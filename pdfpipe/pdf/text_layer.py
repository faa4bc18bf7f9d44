"""Invisible text over a page image, so placed that readers select, search and copy it right.

Each line is one BT … ET with one font size.  A word's glyphs are stretched (Tz) to the word's
width and each gap is a space glyph stretched to the gap, so that every word starts and ends where
its box does.  The font's em box is the line's band, from the bottom to the top of most of its words,
of which a fifth lies below the baseline.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise, zip_longest
from typing import Final

import msgspec

from pdfpipe.model.geometry import POINTS_PER_INCH, BoundingBox, Resolution, Transform
from pdfpipe.model.text import Direction, Line, PageText, Word
from pdfpipe.pdf.glyphless_font import ADVANCE, DESCENT, UNITS_PER_EM, CharacterCodes
from pdfpipe.pdf.syntax import escaped, number

__all__ = ["text_layer", "visible_text"]

FONT_RESOURCE: Final = "F0"

_GLYPH_WIDTH: Final = ADVANCE / UNITS_PER_EM
_BELOW_BASELINE: Final = -DESCENT / UNITS_PER_EM
_INVISIBLE: Final = 3

_SLANTED: Final = math.radians(2.0)
"""Lines that slope less are laid out as level: their words' own boxes are exact then."""

_MAX_UNSLANTED: Final = math.radians(40.0)
"""Up to this angle from an axis, a word's length and height follow from its upright box."""

_MIN_SIZE: Final = 0.5

_MIN_GAP: Final = 0.05
"""Of the font size: poppler sees no space where there is less than 0.03."""

_BAND: Final = 0.6
"""The line's band reaches from the 0.4-quantile of its words' bottoms to the 0.6-quantile of their tops.

Near the median its overlap with the words' own boxes is largest: a mean IoU of 0.83 on book pages,
where the full height of the line gives 0.74 (benchmarks/text_layer.py).
"""

_COLUMN_GAP: Final = 0.68
_REAL_COLUMN_GAP: Final = 2.0
"""Of the font size: poppler starts a new column at gaps of 0.7 and then reads lines out of order.

A gap of twice the font size is a column of its own.
"""

_MIN_EXTENT: Final = 0.05
"""Points: what has no extent in the scan still gets a little, as readers drop what has none."""


class _Run(msgspec.Struct):
    """A word in its line's frame: u along the line, v across it, in points."""

    text: str
    u0: float
    u1: float
    v0: float
    v1: float


class _PlacedLine(msgspec.Struct):
    """A line's words from left to right in its frame, the bottom of its band, and its font size."""

    runs: list[_Run]
    frame: Transform
    bottom: float
    size: float


def text_layer(page: PageText, resolution: Resolution, codes: CharacterCodes) -> bytes:
    """Content stream operators for all text of a page.

    `page` is in pixels of the upright page; the operators are in points, origin at the bottom left.
    """
    to_points = Transform(
        a=POINTS_PER_INCH / resolution.x,
        d=-POINTS_PER_INCH / resolution.y,
        f=page.height * POINTS_PER_INCH / resolution.y,
    )
    placed = (_place(line, to_points) for line in page.lines)
    lines = [_show(line, codes) for line in placed if line is not None]
    if not lines:
        return b""
    return b"\n".join((f"{_INVISIBLE} Tr".encode("ascii"), *lines, b""))


def visible_text(text: str) -> str:
    """The text without what has no place in a text layer.

    Dropped are control characters, NUL, U+FEFF, U+FFFE, U+FFFF (ISO 19005-2, 6.2.11.7.2) and lone
    surrogates.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufeff\ufffe\uffff"
    )


def _place(line: Line, to_points: Transform) -> _PlacedLine | None:
    words = [word for word in line.words if visible_text(word.text)]
    if not words:
        return None
    angle = _angle(line, to_points)
    frame = Transform(math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
    runs = sorted((_run(word, to_points, angle, frame.inverse()) for word in words), key=lambda run: run.u0)
    bottom = _quantile(sorted(run.v0 for run in runs), 1 - _BAND)
    top = _quantile(sorted(run.v1 for run in runs), _BAND)
    size = max(top - bottom, _MIN_SIZE)
    _narrow_gaps(runs, size)
    return _PlacedLine(runs, frame, bottom, size)


def _quantile(ordered: list[float], q: float) -> float:
    """A quantile, linear between two values."""
    position = q * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _narrow_gaps(runs: list[_Run], size: float) -> None:
    """Bring the wide spaces of justified lines below what poppler takes for the space between columns."""
    for left, right in pairwise(runs):
        gap = right.u0 - left.u1
        if _COLUMN_GAP * size < gap < _REAL_COLUMN_GAP * size:
            excess = (gap - _COLUMN_GAP * size) / 2
            left.u1 += excess
            right.u0 -= excess


def _angle(line: Line, to_points: Transform) -> float:
    """The direction in which the line runs, in radians counter-clockwise."""
    if line.direction is Direction.TOP_TO_BOTTOM:
        return -math.pi / 2
    if line.baseline is None:
        return 0.0
    baseline = line.baseline.mapped(to_points)
    dx, dy = baseline.end.x - baseline.start.x, baseline.end.y - baseline.start.y
    angle = math.atan2(dy, dx)
    quarter = round(angle / (math.pi / 2)) * (math.pi / 2)
    return quarter if abs(angle - quarter) < _SLANTED else angle


def _run(word: Word, to_points: Transform, angle: float, to_frame: Transform) -> _Run:
    """The word's extent along and across the line.

    A word of length L and height H that is turned by t fills a box of width L cos t + H sin t and
    height L sin t + H cos t; solved for L and H this undoes the turn.
    """
    box = to_points.apply_box(word.box)
    quarter = round(angle / (math.pi / 2)) * (math.pi / 2)
    turn = abs(angle - quarter)
    in_frame = to_frame.apply_box(box)
    if 0 < turn < _MAX_UNSLANTED:
        length, height = (
            (box.width, box.height) if round(quarter / (math.pi / 2)) % 2 == 0 else (box.height, box.width)
        )
        cos, sin, both = math.cos(turn), math.sin(turn), math.cos(2 * turn)
        true_length, true_height = (length * cos - height * sin) / both, (height * cos - length * sin) / both
        if true_length > 0 and true_height > 0:
            u, v = (in_frame.x0 + in_frame.x1) / 2, (in_frame.y0 + in_frame.y1) / 2
            in_frame = BoundingBox(
                u - true_length / 2, v - true_height / 2, u + true_length / 2, v + true_height / 2
            )
    return _Run(_visual_order(visible_text(word.text)), in_frame.x0, in_frame.x1, in_frame.y0, in_frame.y1)


def _show(line: _PlacedLine, codes: CharacterCodes) -> bytes:
    baseline = line.bottom + _BELOW_BASELINE * line.size
    em = _GLYPH_WIDTH * line.size
    pieces = [f"BT /{FONT_RESOURCE} {number(line.size, 3)} Tf".encode("ascii")]
    position = math.nan
    for run, following in zip_longest(line.runs, line.runs[1:]):
        if not abs(run.u0 - position) < _MIN_EXTENT:
            pieces.append(_text_matrix(line.frame, run.u0, baseline))
            position = run.u0
        end = max(run.u1, position + _MIN_EXTENT)
        gap = 0.0
        if following is not None and _joined(run.text, following.text):
            end = max(following.u0, position + _MIN_EXTENT)
        elif following is not None:
            gap = max(following.u0 - end, _MIN_GAP * line.size)
            end = max(min(end, following.u0 - gap), position + _MIN_EXTENT)
        pieces.append(_stretched(run.text, end - position, em, codes))
        position = end
        if gap:
            pieces.append(_stretched(" ", gap, em, codes))
            position += gap
    pieces.append(b"ET")
    return b" ".join(pieces)


def _text_matrix(frame: Transform, u: float, v: float) -> bytes:
    origin_x, origin_y = frame.a * u + frame.c * v, frame.b * u + frame.d * v
    turn = " ".join(number(value, 5) for value in (frame.a, frame.b, frame.c, frame.d))
    return f"{turn} {number(origin_x, 3)} {number(origin_y, 3)} Tm".encode("ascii")


def _stretched(text: str, width: float, em: float, codes: CharacterCodes) -> bytes:
    scale = number(100 * width / (len(text) * em), 3)
    return f"{scale} Tz (".encode("ascii") + escaped(codes.encode(text)) + b") Tj"


def _joined(left: str, right: str) -> bool:
    """Whether two words that stand side by side have no space between them, as in Chinese and Japanese."""
    return _is_unspaced(left[-1]) and _is_unspaced(right[0])


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF  # radicals, CJK punctuation, kana, ideographs
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )


def _visual_order(text: str) -> str:
    """The characters of a word from left to right as they are seen.

    A right-to-left word is reversed, except for the numbers and Latin letters in it.  Readers turn
    it back by the bidirectional algorithm, so brackets are left as they are.
    """
    if text.isascii() or not any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        return text
    return "".join("".join(reversed(run)) if not ltr else run for ltr, run in _runs_by_direction(text))


def _runs_by_direction(text: str) -> Iterable[tuple[bool, str]]:
    """Runs of the reversed text; the first value says whether a run reads left to right."""
    return reversed(list(_logical_runs(text)))


def _logical_runs(text: str) -> Iterator[tuple[bool, str]]:
    start = 0
    while start < len(text):
        ltr = unicodedata.bidirectional(text[start]) in ("L", "EN", "AN")
        stop = start + 1
        while stop < len(text) and _continues(text, stop, ltr=ltr):
            stop += 1
        yield ltr, text[start:stop]
        start = stop


def _continues(text: str, index: int, *, ltr: bool) -> bool:
    """Whether the character goes on with the run; separators inside a number belong to it."""
    kind = unicodedata.bidirectional(text[index])
    if not ltr:
        return kind not in ("L", "EN", "AN")
    if kind in ("CS", "ES"):
        return index + 1 < len(text) and unicodedata.bidirectional(text[index + 1]) in ("EN", "AN")
    return kind in ("L", "EN", "AN")
