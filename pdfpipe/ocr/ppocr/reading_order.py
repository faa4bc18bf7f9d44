"""Put lines that were found one by one into blocks, in the order in which they are read.

A recursive XY cut (Nagy and Seth, Hierarchical Representation of Optically Scanned Documents, 1984)
that parts columns of text, but not the columns of a table: a price belongs to its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pdfpipe.model.geometry import BoundingBox

__all__ = ["reading_order"]

_COLUMN_WIDTH: Final = 12.0
_COLUMN_LINES: Final = 4
"""Columns of text have lines of at least this width, in heights of a line, and at least so many."""

_PARAGRAPH_GAP: Final = 1.0
"""In heights of a line: white space between two blocks, one above the other."""

_SAME_ROW: Final = 0.5


def reading_order(boxes: Sequence[BoundingBox]) -> list[list[int]]:
    """Blocks of indices into `boxes`, the boxes of lines, each in reading order."""
    if not boxes:
        return []
    heights = sorted(min(box.height, box.width) for box in boxes)
    unit = max(heights[len(heights) // 2], 1.0)
    return _cut(boxes, list(range(len(boxes))), unit)


def _cut(boxes: Sequence[BoundingBox], members: list[int], unit: float) -> list[list[int]]:
    columns = _columns(boxes, members, unit)
    if columns is not None:
        left, right = columns
        return _cut(boxes, left, unit) + _cut(boxes, right, unit)
    parts = _parted_by_white(boxes, members, unit)
    if len(parts) > 1:
        return [block for part in parts for block in _cut(boxes, part, unit)]
    return [_by_rows(boxes, members)]


def _columns(
    boxes: Sequence[BoundingBox], members: list[int], unit: float
) -> tuple[list[int], list[int]] | None:
    """Two sides with white between them from top to bottom, if both look like columns of text."""
    if len(members) < 2 * _COLUMN_LINES:
        return None
    by_x = sorted(members, key=lambda i: boxes[i].x0)
    reach = boxes[by_x[0]].x1
    best: tuple[float, int] | None = None
    for position, i in enumerate(by_x[1:], 1):
        gap = boxes[i].x0 - reach
        if gap > 0 and (best is None or gap > best[0]):
            sides = by_x[:position], by_x[position:]
            if all(_is_text_column(boxes, side, unit) for side in sides):
                best = gap, position
        reach = max(reach, boxes[i].x1)
    return None if best is None else (by_x[: best[1]], by_x[best[1] :])


def _is_text_column(boxes: Sequence[BoundingBox], members: list[int], unit: float) -> bool:
    wide = sum(boxes[i].width > _COLUMN_WIDTH * unit for i in members)
    return wide >= _COLUMN_LINES and 2 * wide >= len(members)


def _parted_by_white(boxes: Sequence[BoundingBox], members: list[int], unit: float) -> list[list[int]]:
    by_y = sorted(members, key=lambda i: boxes[i].y0)
    parts, reach = [[by_y[0]]], boxes[by_y[0]].y1
    for i in by_y[1:]:
        if boxes[i].y0 - reach > _PARAGRAPH_GAP * unit:
            parts.append([])
        parts[-1].append(i)
        reach = max(reach, boxes[i].y1)
    return parts


def _by_rows(boxes: Sequence[BoundingBox], members: list[int]) -> list[int]:
    """Rows from top to bottom, each from left to right."""
    rows: list[list[int]] = []
    for i in sorted(members, key=lambda i: boxes[i].center.y):
        box = boxes[i]
        if rows:
            last = boxes[rows[-1][-1]]
            shared = min(box.y1, last.y1) - max(box.y0, last.y0)
            if shared > _SAME_ROW * min(box.height, last.height):
                rows[-1].append(i)
                continue
        rows.append([i])
    return [i for row in rows for i in sorted(row, key=lambda i: boxes[i].x0)]
