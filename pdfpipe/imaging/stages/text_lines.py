"""Where lines of text run on a page, bent ones too."""

from __future__ import annotations

from typing import Any, Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pdfpipe.imaging.stages.raster import Pixels
from pdfpipe.imaging.stages.skew import ink_of

__all__ = ["TextLine", "text_lines"]

_STEP: Final = 8
"""Pixels of the reduced page from one point of a line to the next."""

_LEAST_POINTS: Final = 12
"""Of a piece of a line that is used."""

_BETWEEN_WORDS: Final = 2.6
"""Heights of small letters that are bridged."""

_THICKEST: Final = 2.0
"""Heights of small letters: what is thicker on average is no line but several, or a picture."""


class TextLine(msgspec.Struct, frozen=True, eq=False):
    """The middle of the small letters of a piece of a line, from left to right, in pixels."""

    x: NDArray[np.float32]
    y: NDArray[np.float32]


def text_lines(gray: Pixels, letter: float) -> list[TextLine]:
    """Trace the lines of a reduced page whose small letters are `letter` pixels high; some milliseconds.

    Small letters are joined along the line, and ascenders and descenders, which are too short by then,
    taken away (as Leptonica's dewarp does; D. S. Bloomberg, http://www.leptonica.org/dewarping.html).
    """
    ink = ink_of(gray)
    reach = max(3, round(_BETWEEN_WORDS * letter)) | 1
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    bands = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((1, 2 * reach + 1), np.uint8))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(bands, connectivity=8)
    wide, area = stats[:, 2], stats[:, 4]
    fits = (wide >= _LEAST_POINTS * _STEP) & (area <= _THICKEST * letter * wide) & (area >= letter / 2 * wide)
    fits[0] = False
    return _traced(pieces, fits, count, letter)


def _traced(pieces: Any, fits: Any, count: int, letter: float) -> list[TextLine]:
    """The mean row of each piece in each of its steps."""
    y, x = np.nonzero(fits[pieces])
    steps = -(-pieces.shape[1] // _STEP)
    key = pieces[y, x].astype(np.int64) * steps + x // _STEP
    size = count * steps
    amount = np.bincount(key, minlength=size).reshape(count, steps)
    mean_y, mean_x = (
        np.bincount(key, along, minlength=size).reshape(count, steps) / np.maximum(amount, 1)
        for along in (y, x)
    )
    lines = []
    for one in np.flatnonzero(fits):
        # The ends are often less than a step wide, and are often signs without small letters.
        there = np.flatnonzero(amount[one] >= _STEP * 2)[1:-1]
        if len(there) >= _LEAST_POINTS - 2 and np.abs(np.diff(mean_y[one, there])).max() < letter:
            lines.append(
                TextLine(mean_x[one, there].astype(np.float32), mean_y[one, there].astype(np.float32))
            )
    return lines
