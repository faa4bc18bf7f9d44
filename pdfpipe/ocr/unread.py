"""Print that an engine has overlooked: what looks like lines of letters where no word was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage

__all__ = ["UnreadPrint", "unread_print"]

_LONG_SIDE: Final = 1200
"""Pixels of the reduced page, on which it is looked for."""

_SURROUNDINGS: Final = 31
_LEAST_CONTRAST, _CONTRAST = 10, 0.2
"""Ink is darker than the mean around it, in a square of so many pixels, by so many levels, and by this part
of the contrast of the page."""

_BRIDGED: Final = 3
"""Gaps in a column of ink that are lower, such as those in an e, are closed."""

_LOWEST, _HIGHEST = 0.5, 1.6
_NARROWEST, _BROADEST = 0.12, 12.0
"""Sides of a letter, or of several that touch, in heights of words: dashes are lower, pictures larger."""

_LEAST_INK: Final = 0.15
"""Of the box around it."""

_BESIDE: Final = 0.25
"""Heights around a word in which all is its own."""

_GAP: Final = 0.5
_SHORTEST, _COUNTED = 1.2, 3.0
_MOST_HEIGHT: Final = 2.2
"""Heights that letters of a run are apart at most, that a run is long at least, and to count in the share,
and that it is high at most."""
_STEEPEST: Final = 0.1
"""By how much lines may rise or fall in a pixel, which makes their boxes higher: six degrees."""

_LEAST_HEIGHT: Final = 4.0
"""Pixels of the reduced page: what is lower cannot be told from dust."""


class UnreadPrint(msgspec.Struct, frozen=True):
    """Print of a page that lies outside of the words that were read.

    `share` is how much of it that is, 0 to 1, by its length; `runs` are boxes around what looks like letters
    in a row, in pixels of the page.  Short runs, such as a number may be, do not count in the share: specks
    and strokes of a drawing look like them.
    """

    share: float
    runs: tuple[BoundingBox, ...]


def unread_print(image: OcrImage, words: Sequence[BoundingBox]) -> UnreadPrint | None:
    """What looks like print where no word was read.

    None where that is too small to tell it from dust, or there are no words to know its size by.

    `words` are their boxes in pixels of the image; text must be about level.  It takes 10 to 100 ms.  What
    looks like words may be an ornament or a part of a picture; on 40 pages of books and 40 receipts that were
    read well the share was 0.07 at most.  Print of half or twice the size of what was read, and light print
    on dark ground, are not seen.
    """
    factor = max(1, -(-max(image.pixels.size) // _LONG_SIDE))
    boxes = np.array([[box.x0, box.y0, box.x1, box.y1] for box in words]).reshape(-1, 4) / factor
    tall = boxes[:, 3] - boxes[:, 1]
    height = float(np.median(tall)) if len(words) else 0.0
    if height < _LEAST_HEIGHT:
        return None
    ink = _ink(image.pixels, factor)
    runs = _runs(_free_pieces(ink, boxes, _BESIDE * height), ink.shape, height)
    lengths = runs[:, 2] - runs[:, 0]
    unread = float(lengths[lengths >= _COUNTED * height].sum())
    read = float((boxes[:, 2] - boxes[:, 0]).sum())
    return UnreadPrint(
        unread / (unread + read) if unread else 0.0,
        tuple(BoundingBox(*map(float, run)) for run in runs * factor),
    )


def _ink(page: Image.Image, factor: int) -> Any:
    """1 where the page, reduced, is darker than its surroundings.

    As `pdfpipe.imaging.stages.skew.ink_of` has it, which this part of the program does not know.
    """
    page = page.convert("L") if page.mode == "1" else page
    gray = np.asarray(page.reduce(factor).convert("L"))
    sample = gray[::3, ::3]
    contrast = float(np.quantile(sample, 0.8)) - float(np.quantile(sample, 0.01))
    ink = cv2.adaptiveThreshold(
        gray,
        1,
        cv2.ADAPTIVE_THRESH_MEAN_C,
        cv2.THRESH_BINARY_INV,
        _SURROUNDINGS,
        max(_LEAST_CONTRAST, _CONTRAST * contrast),
    )
    return cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((_BRIDGED, 1), np.uint8))


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


def _runs(pieces: Any, shape: tuple[int, ...], height: float) -> Any:
    """Left, top, right and bottom of the rows of pieces that may be letters of words so high."""
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
    left, top, lengths, heights = stats[1:count, :4].T
    lengths = lengths - 2 * gap
    are_lines = (heights <= _MOST_HEIGHT * height + _STEEPEST * lengths) & (lengths >= _SHORTEST * height)
    return np.stack([left + gap, top, left + gap + lengths, top + heights], axis=1)[are_lines]
