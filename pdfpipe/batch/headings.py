"""Which lines of a page are headings: few rules, and in doubt a line is none.

A heading is larger than the text of its page, set apart from it above and below, shorter than its lines,
and has text after it.  Of pages without enough text to compare with, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

import msgspec

from pdfpipe.model.text import Direction, Line, PageText, joined

__all__ = ["Heading", "headings"]

_MIN_BODY_LINES: Final = 5
_MIN_SIZE: Final = 1.2
"""Of the size of the text.  Books set chapters in capitals of hardly more than its size."""

_CAPITALS: Final = 1.3
"""How much higher a line with descenders is than one of the same size in capitals, which has none."""

_MAX_WORDS: Final = 14
_MAX_LINES: Final = 3
_MAX_HEADINGS: Final = 4
"""More of them on a page are the lines of a title page, a table or an advertisement."""

_MIN_LETTERS: Final = 3
_MIN_CONFIDENCE: Final = 0.7
_MAX_WIDTH: Final = 0.8
"""Of the width of the text."""

_MIN_SPACE: Final = 0.6
"""Above and below a heading, of the distance of the text's lines."""

_RUNNING_HEAD: Final = 0.12
"""Of the height of a page: what stands higher says the same on every page, unless it is a title."""

_TITLE: Final = 1.35
"""Of the size of the text: lines from this size on may be as long as the text and stand at the page's top."""

_NUMBER_AT_AN_END: Final = re.compile(r"\A[\divxlc]+\b|\b[\divxlc]+\W*\Z", re.IGNORECASE)


class Heading(msgspec.Struct, frozen=True):
    """The text of a heading, and the upper edge of its first line in pixels of the page."""

    title: str
    top: float


class _Body(msgspec.Struct, frozen=True):
    """The text of a page: median height of a word, distance of two lines, width, all in pixels."""

    height: float
    pitch: float
    width: float


def headings(text: PageText) -> tuple[Heading, ...]:
    """The headings of a page in reading order."""
    lines = [line for line in text.lines if line.words and line.direction is not Direction.TOP_TO_BOTTOM]
    body = _body(lines)
    if body is None:
        return ()
    found = [
        Heading(_printable(joined(line.text for line in run)), run[0].box.y0)
        for run in _runs(lines, body)
        if _stands_apart(run, lines, body)
        and (run[0].box.y0 > _RUNNING_HEAD * text.height or _is_title(run[0], body))
    ]
    return tuple(found) if len(found) <= _MAX_HEADINGS else ()


def _body(lines: Sequence[Line]) -> _Body | None:
    """What most characters of the page are set in; None if there is too little of it."""
    heights = sorted((_height(line), len(line.text)) for line in lines)
    half = sum(length for _, length in heights) / 2
    height = 0.0
    for height, length in heights:  # noqa: B007 - the one at which it ends is the median
        half -= length
        if half <= 0:
            break
    usual = [line for line in lines if abs(_height(line) / height - 1) < 0.15] if height else []
    if len(usual) < _MIN_BODY_LINES:
        return None
    steps = [below.box.y0 - above.box.y0 for above, below in pairwise(usual)]
    near = [step for step in steps if height / 2 < step < 4 * height]
    return _Body(height, median(near) if near else 1.5 * height, median(line.box.width for line in usual))


def _height(line: Line) -> float:
    return median(word.box.height for word in line.words)


def _runs(lines: Sequence[Line], body: _Body) -> Iterator[list[Line]]:
    """Lines that look like headings, those that follow one another together."""
    run: list[Line] = []
    for line in lines:
        if run and (not _is_large(line, body) or line.box.y0 - run[-1].box.y1 > 1.5 * body.pitch):
            yield run
            run = []
        if _is_large(line, body):
            run.append(line)
    if run:
        yield run


def _is_large(line: Line, body: _Body) -> bool:
    letters = [character for character in line.text if character.isalpha()]
    # Small capitals are read as a mixture.
    capitals = sum(letter.isupper() for letter in letters) > 0.9 * len(letters)
    size = _height(line) * (_CAPITALS if capitals else 1.0)
    confidence = sum(word.confidence for word in line.words) / len(line.words)
    return (
        size >= _MIN_SIZE * body.height
        and len(letters) >= _MIN_LETTERS
        and len(line.words) <= _MAX_WORDS
        and confidence >= _MIN_CONFIDENCE
        and (line.box.width <= _MAX_WIDTH * body.width or _height(line) >= _TITLE * body.height)
    )


def _printable(text: str) -> str:
    """The text without control characters, but with the joiners that some scripts are spelled with."""
    return "".join(c for c in text if c.isprintable() or c in "\u200c\u200d")


def _is_title(line: Line, body: _Body) -> bool:
    """Whether it is too large for a running head, and has no page number."""
    return _height(line) >= _TITLE * body.height and not _NUMBER_AT_AN_END.search(line.text)


def _stands_apart(run: Sequence[Line], lines: Sequence[Line], body: _Body) -> bool:
    """Whether there is space around the run, and text below it."""
    if len(run) > _MAX_LINES:
        return False
    top, bottom = run[0].box.y0, run[-1].box.y1
    left, right = min(line.box.x0 for line in run), max(line.box.x1 for line in run)
    beside = [line.box for line in lines if line not in run and line.box.x0 < right and line.box.x1 > left]
    middle = (top + bottom) / 2
    above = [top - box.y1 for box in beside if box.y0 + box.y1 < 2 * middle]
    below = [box.y0 - bottom for box in beside if box.y0 + box.y1 >= 2 * middle]
    space = _MIN_SPACE * body.pitch
    return bool(below) and min(below) >= space and min(above, default=space) >= space
