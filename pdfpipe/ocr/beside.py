"""What stands beside words that were read, as if their line went on: a number far to the right, say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pdfpipe.model.geometry import BoundingBox

__all__ = ["lie_on", "stand_beside"]

_LEVEL: Final = 0.6
"""Of the lower of two heights: what both must have in common to stand on one level."""
_HIGHER: Final = 3.0
"""How often one may be as high as the other: PP-OCR's lines reach far beyond their ink."""

_TOUCHING: Final = 0.4
_COVERED: Final = 0.4
"""Of the lower height, what both have in common where a word lies on a box; and of the length of the box,
on how much of it words may lie so."""

_AT_A_TIME: Final = 64
"""Boxes that are compared with all words at once, so that memory has a bound."""


def stand_beside(boxes: Sequence[BoundingBox], words: Sequence[BoundingBox]) -> NDArray[np.bool_]:
    """For each box, whether it is level with a word beside it and, for the most part, none lies on it.

    All are in the same frame, and text is about level.
    """
    found = np.zeros(len(boxes), np.bool_)
    for start in range(0, len(boxes), _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        along, across, lower, higher, covered = _compared(boxes[some], words)
        level = (across >= _LEVEL * lower) & (higher <= _HIGHER * lower) & (along <= 0)
        found[some] = level.any(axis=1) & ~covered
    return found


def lie_on(boxes: Sequence[BoundingBox], words: Sequence[BoundingBox]) -> NDArray[np.bool_]:
    """For each box, whether words lie on more of it than a neighbour may."""
    found = np.zeros(len(boxes), np.bool_)
    for start in range(0, len(boxes), _AT_A_TIME):
        some = slice(start, start + _AT_A_TIME)
        *_, found[some] = _compared(boxes[some], words)
    return found


def _compared(boxes: Sequence[BoundingBox], words: Sequence[BoundingBox]) -> tuple[Any, ...]:
    """What each box has in common with each word along and across lines, the lower and the higher of their
    heights, and which boxes are covered by words.
    """
    a, b = _edges(boxes)[:, None], _edges(words)[None]
    along = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    across = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    heights = a[..., 3] - a[..., 1], b[..., 3] - b[..., 1]
    lower, higher = np.minimum(*heights), np.maximum(*heights)
    length = (np.maximum(along, 0) * (across >= _TOUCHING * lower)).sum(axis=1)
    return along, across, lower, higher, length >= _COVERED * (a[:, 0, 2] - a[:, 0, 0])


def _edges(boxes: Sequence[BoundingBox]) -> Any:
    return np.array([[box.x0, box.y0, box.x1, box.y1] for box in boxes], np.float32).reshape(-1, 4)
