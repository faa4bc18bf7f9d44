"""Lay two readings of a page over each other, to compare what both have read in one place.

The smallest parts that can be compared are *cells*: words of both readings that cover one another.
Where one engine sees "of Mrs" and the other "ofMrs", that is one cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

import msgspec

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Direction, Line, Word

__all__ = ["AlignedLine", "Cell", "align", "is_vertical", "union"]

_ON_THE_LINE: Final = 0.4
"""Share of the lower of two words' heights that both must have in common to stand on one line."""

_COVERING: Final = 0.4
"""Share of the shorter of two words' lengths that both must have in common to be of one cell."""


class Cell(msgspec.Struct, frozen=True):
    """Words of two readings in one place, each in reading order, and the lines that they are from."""

    first: tuple[Word, ...]
    second: tuple[Word, ...]
    first_line: Line | None
    second_line: Line | None


class AlignedLine(msgspec.Struct, frozen=True):
    """A line of the first reading, and its cells in reading order."""

    line: Line
    cells: tuple[Cell, ...]


def align(first: Sequence[Line], second: Sequence[Line]) -> tuple[list[AlignedLine], list[Line]]:
    """The lines of the first reading with the words of the second, and what is left of the second."""
    found: list[list[tuple[Word, Line]]] = [[] for _ in first]
    rest: list[Line] = []
    for line in second:
        left = []
        for word in line.words:
            best = _line_of(word, line, first)
            if best is None:
                left.append(word)
            else:
                found[best].append((word, line))
        if left:
            rest.append(msgspec.structs.replace(line, words=tuple(left), box=union(w.box for w in left)))
    return [
        AlignedLine(line, tuple(_cells(line, others))) for line, others in zip(first, found, strict=True)
    ], rest


def _line_of(word: Word, line: Line, candidates: Sequence[Line]) -> int | None:
    """The index of the line on which the word lies, the one that shares most with it."""
    best, most = None, 0.0
    vertical = is_vertical(line)
    for i, candidate in enumerate(candidates):
        if is_vertical(candidate) != vertical or not _touches(candidate.box, word.box):
            continue
        shared = sum(_shared(other.box, word.box, vertical=vertical) for other in candidate.words)
        if not shared:
            # Between two words of the line, or beyond its end: the nearest word tells its height.
            along = _overlap(candidate.box, word.box, vertical=vertical)
            nearest = min(candidate.words, key=lambda w: _distance(w.box, word.box, vertical=vertical))
            if along > 0 and _level(nearest.box, word.box, vertical=vertical):
                shared = 1e-3 * along
        if shared > most:
            best, most = i, shared
    return best


def _cells(line: Line, others: Sequence[tuple[Word, Line]]) -> list[Cell]:
    vertical = is_vertical(line)
    sign = -1.0 if line.direction is Direction.RIGHT_TO_LEFT else 1.0
    entries: list[tuple[Word, Line | None]] = [(word, None) for word in line.words]
    entries += list(others)
    groups = list(range(len(entries)))
    own = len(line.words)
    for i in range(own):
        for j in range(own, len(entries)):
            if _covers(entries[i][0].box, entries[j][0].box, vertical=vertical):
                a, b = groups[i], groups[j]
                groups = [a if group == b else group for group in groups]
    cells: dict[int, list[int]] = {}
    for i, group in enumerate(groups):
        cells.setdefault(group, []).append(i)

    def position(members: list[int]) -> float:
        return min(sign * _middle(entries[i][0].box, vertical=vertical) for i in members)

    result = []
    for members in sorted(cells.values(), key=position):
        second = [i for i in members if i >= own]
        second.sort(key=lambda i: sign * _middle(entries[i][0].box, vertical=vertical))
        result.append(
            Cell(
                tuple(entries[i][0] for i in members if i < own),
                tuple(entries[i][0] for i in second),
                line,
                entries[second[0]][1] if second else None,
            )
        )
    return result


def is_vertical(line: Line) -> bool:
    """Whether a line runs up or down the page, by its shape."""
    return line.box.height > 1.5 * line.box.width and len("".join(w.text for w in line.words)) > 1


def _extent(box: BoundingBox, *, vertical: bool) -> tuple[float, float]:
    return (box.y0, box.y1) if vertical else (box.x0, box.x1)


def _overlap(a: BoundingBox, b: BoundingBox, *, vertical: bool) -> float:
    """What both share along the line."""
    (a0, a1), (b0, b1) = _extent(a, vertical=vertical), _extent(b, vertical=vertical)
    return min(a1, b1) - max(a0, b0)


def _distance(a: BoundingBox, b: BoundingBox, *, vertical: bool) -> float:
    return -_overlap(a, b, vertical=vertical)


def _level(a: BoundingBox, b: BoundingBox, *, vertical: bool) -> bool:
    """Whether both stand on one line, by what they share across it."""
    across = _overlap(a, b, vertical=not vertical)
    (a0, a1), (b0, b1) = _extent(a, vertical=not vertical), _extent(b, vertical=not vertical)
    return across > _ON_THE_LINE * min(a1 - a0, b1 - b0)


def _shared(a: BoundingBox, b: BoundingBox, *, vertical: bool) -> float:
    """The area that two words on one line have in common: a tall box also reaches into the line above."""
    if not _level(a, b, vertical=vertical):
        return 0.0
    return max(_overlap(a, b, vertical=vertical), 0.0) * _overlap(a, b, vertical=not vertical)


def _covers(a: BoundingBox, b: BoundingBox, *, vertical: bool) -> bool:
    (a0, a1), (b0, b1) = _extent(a, vertical=vertical), _extent(b, vertical=vertical)
    return _overlap(a, b, vertical=vertical) > _COVERING * min(a1 - a0, b1 - b0)


def _middle(box: BoundingBox, *, vertical: bool) -> float:
    a, b = _extent(box, vertical=vertical)
    return (a + b) / 2


def _touches(a: BoundingBox, b: BoundingBox) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0) and min(a.y1, b.y1) > max(a.y0, b.y0)


def union(boxes: Iterable[BoundingBox]) -> BoundingBox:
    """The box around some boxes, at least one."""
    boxes = iter(boxes)
    total = next(boxes)
    for box in chain(boxes):
        total = total.union(box)
    return total
