"""Single characters that the detection network overlooks: quantities and flags in the columns of a table.

It does not see a lone narrow glyph as text.  What is left of the ink beside a line that was found, of
a letter's size and on the line's own height, is looked at again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.ocr.ppocr.lines import LineBox, Pixels

__all__ = ["overlooked"]

_MARGIN: Final = 0.25
_LOWEST, _HIGHEST = 0.4, 1.0
_OFF_THE_LINE: Final = 0.25
_APART: Final = 0.5
"""All in heights of the line beside."""

_MOST: Final = 0.34
"""For each line: pages with more of it are dirty, or have pictures."""


def overlooked(page: Pixels, lines: Sequence[LineBox]) -> list[LineBox]:
    """Boxes around ink that may be a character beside one of the lines; `page` as for `find_lines`."""
    rows = [line for line in lines if line.is_upright]
    if not rows:
        return []
    middle = float(np.median([line.size[1] for line in rows]))
    ink = _ink(page, middle)
    for line in lines:
        cv2.fillPoly(ink, [np.round(line.corners).astype(np.int32)], 0)
    count, _, parts, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    glyphs = []
    for x, y, width, height, _ in parts[1:count]:
        if width < 2 or width > 2.5 * middle or not 0.3 * middle < height < 1.3 * middle:
            continue
        beside = _line_beside(rows, x + width / 2, y + height / 2, height)
        if beside is not None:
            glyphs.append((BoundingBox(float(x), float(y), float(x + width), float(y + height)), beside))
    found = []
    for box, size in _joined(glyphs):
        margin = _MARGIN * size
        found.append(
            LineBox.around(BoundingBox(box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin))
        )
    return found if len(found) <= _MOST * len(rows) else []


def _ink(page: Pixels, line_height: float) -> Any:
    gray: Any = page if page.ndim == 2 else cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    window = max(15, int(2 * line_height) | 1)
    smooth = cv2.GaussianBlur(gray, (3, 3), 0)
    return cv2.adaptiveThreshold(smooth, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 15)


def _line_beside(rows: Sequence[LineBox], x: float, y: float, height: float) -> float | None:
    """The height of a line on whose row this is."""
    for line in rows:
        length, size = line.size
        if not _LOWEST * size < height < _HIGHEST * size:
            continue
        start, end = line.at(0, 0.5), line.at(1, 0.5)
        along = (x - start.x) / max(length, 1.0)
        if abs(start.y + along * (end.y - start.y) - y) < _OFF_THE_LINE * size:
            return size
    return None


def _joined(glyphs: list[tuple[BoundingBox, float]]) -> list[tuple[BoundingBox, float]]:
    """Neighbours on a row become one box."""
    joined: list[tuple[BoundingBox, float]] = []
    for box, size in sorted(glyphs, key=lambda glyph: glyph[0].x0):
        for i, (other, other_size) in enumerate(joined):
            shared = min(box.y1, other.y1) - max(box.y0, other.y0)
            if box.x0 - other.x1 < _APART * size and shared > 0.3 * size:
                joined[i] = (box.union(other), other_size)
                break
        else:
            joined.append((box, size))
    return joined
