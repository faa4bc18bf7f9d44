"""Which words of a line are read again together, and what is theirs of that reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

from msgspec.structs import replace

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Direction, Line, LinePart

__all__ = ["parts_around", "within_part"]

_NEIGHBOURS: Final = 1
"""Words on either side that are read with a doubtful one: where that begins and ends is doubtful too."""

_TALL: Final = 2.0
"""Of the median height: a line with a taller word, such as a rule, has no height that a part could have."""

_OVERLAP: Final = 0.3
"""Of the shorter of two words that follow one another: beyond, they stand over one another."""


def parts_around(line: Line, doubtful: Sequence[int]) -> Iterator[LinePart]:
    """Some words, by their indices, and their neighbours; all of a line that cannot be parted."""
    if not _can_be_parted(line):
        yield LinePart(line, 0, len(line.words))
        return
    start, stop = max(doubtful[0] - _NEIGHBOURS, 0), doubtful[0] + _NEIGHBOURS + 1
    for i in doubtful[1:]:
        if i - _NEIGHBOURS > stop:
            yield LinePart(line, start, stop)
            start = i - _NEIGHBOURS
        stop = i + _NEIGHBOURS + 1
    yield LinePart(line, start, min(stop, len(line.words)))


def within_part(part: LinePart, read: Line) -> Line | None:
    """The words of a reading that lie on those of the part, and not in the gap beside them.

    Its box becomes that of the part, so that a single narrow letter is not taken for a line that runs up
    the page.
    """
    if part.is_whole:
        return read
    box = part.box
    words = tuple(word for word in read.words if box.x0 <= word.box.center.x <= box.x1)
    return replace(read, words=words, box=box) if words else None


def _can_be_parted(line: Line) -> bool:
    """Whether its words are about as high as one another, and follow one another across the page."""
    boxes = [word.box for word in line.words]
    if line.direction is Direction.TOP_TO_BOTTOM or line.box.height > line.box.width:
        return False
    if max(box.height for box in boxes) > _TALL * median(box.height for box in boxes):
        return False
    ordered = boxes[::-1] if line.direction is Direction.RIGHT_TO_LEFT else boxes
    return all(_follows(left, right) for left, right in pairwise(ordered))


def _follows(left: BoundingBox, right: BoundingBox) -> bool:
    return left.x1 - right.x0 <= _OVERLAP * min(left.width, right.width)
