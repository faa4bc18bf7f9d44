"""Print that an engine has overlooked: what looks like lines of letters where no word was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np

from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.skew import ink_of
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage

__all__ = ["unread_share"]

_LOWEST, _HIGHEST = 0.5, 1.6
_NARROWEST, _BROADEST = 0.12, 12.0
"""Sides of a letter, or of several that touch, in heights of words: dashes are lower, pictures larger."""

_LEAST_INK: Final = 0.15
"""Of the box around it."""

_BESIDE: Final = 0.25
"""Heights around a word in which all is its own."""

_GAP: Final = 0.5
_LEAST_LENGTH: Final = 3.0
_MOST_HEIGHT: Final = 2.2
"""Heights that letters of a run are apart, and that a run is long at least and high at most."""
_STEEPEST: Final = 0.1
"""By how much lines may rise or fall in a pixel, which makes their boxes higher: six degrees."""

_LEAST_HEIGHT: Final = 4.0
"""Pixels of the reduced page: what is lower cannot be told from dust."""


def unread_share(image: OcrImage, words: Sequence[BoundingBox]) -> float | None:
    """How much of the print of a page lies outside of the words that were read, 0 to 1, by its length.

    None where that is too small to tell it from dust, or there are no words to know its size by.

    `words` are their boxes in pixels of the image; text must be about level.  It takes 10 to 100 ms.  What
    looks like words may be an ornament or a part of a picture; on 40 pages of books and 40 receipts that were
    read well it was 0.07 at most.  Print of half or twice the size of what was read, and light print on dark
    ground, are not seen.
    """
    small = overview(image.pixels)
    boxes = np.array([[box.x0, box.y0, box.x1, box.y1] for box in words]).reshape(-1, 4) / small.factor
    tall = boxes[:, 3] - boxes[:, 1]
    height = float(np.median(tall)) if len(words) else 0.0
    if height < _LEAST_HEIGHT:
        return None
    ink = ink_of(small.gray)
    pieces = _free_pieces(ink, boxes, _BESIDE * height)
    unread = _length_of_runs(pieces, ink.shape, height)
    read = float((boxes[:, 2] - boxes[:, 0]).sum())
    return unread / (unread + read) if unread else 0.0


def _free_pieces(ink: Any, boxes: Any, beside: float) -> Any:
    """Left, top, width, height and area of the pieces of ink whose middle lies in none of the boxes."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    pieces = stats[1:count]
    taken = np.zeros(ink.shape, np.uint8)
    margins = np.array([-beside, -beside, beside, beside])
    edges = np.maximum(boxes + margins, 0).astype(np.intp)
    for left, top, right, bottom in edges:
        taken[top : bottom + 1, left : right + 1] = 1
    left, top, width, height = pieces[:, :4].T
    return pieces[taken[top + height // 2, left + width // 2] == 0]


def _length_of_runs(pieces: Any, shape: tuple[int, ...], height: float) -> float:
    """The length of all runs of pieces that may be letters of words so high, on a page of this shape."""
    wide, high, area = pieces[:, 2], pieces[:, 3], pieces[:, 4]
    are_letters = (
        (high >= _LOWEST * height)
        & (high <= _HIGHEST * height)
        & (wide >= _NARROWEST * height)
        & (wide <= _BROADEST * height)
        & (area >= _LEAST_INK * wide * high)
    )
    rows = np.zeros(shape, np.uint8)
    gap = max(1, int(_GAP * height))
    for left, top, width, depth in pieces[are_letters, :4]:
        rows[top : top + depth, max(0, left - gap) : left + width + gap] = 1
    count, _, stats, _ = cv2.connectedComponentsWithStats(rows, connectivity=8)
    lengths, heights = stats[1:count, 2] - 2 * gap, stats[1:count, 3]
    are_lines = heights <= _MOST_HEIGHT * height + _STEEPEST * lengths
    return float(lengths[are_lines & (lengths >= _LEAST_LENGTH * height)].sum())
