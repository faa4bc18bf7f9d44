"""Pages with so many marks that Tesseract's layout analysis would compare them for minutes.

It takes what is a few pixels high for letters, and looks for the neighbors of each.  Beyond some tens of
thousands, as grain and moiré make of large pages, its time grows with their square.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

__all__ = ["marks_on"]

_LEAST_PIXELS: Final = 4_000_000
"""Smaller pages take seconds at most."""

_MARK: Final = 4
"""Pixels in height: lower marks are left aside by the analysis."""
_TOO_MANY: Final = 100_000
"""Marks: a newspaper may have as many letters, but hardly more."""
_MANY: Final = 40_000
_LOW: Final = 0.25
"""Fewer are too many where so much of all marks is lower: grain has all sizes, and print few points."""

_BAND: Final = 64
_EVERY: Final = 512
"""Rows: so many of so many are looked at."""


def marks_on(pixels: Image.Image) -> int:
    """About how many marks there are, if they are too many to be letters; 0 if not.

    What is in the minority counts as ink, as for Tesseract.
    """
    width, height = pixels.size
    if width * height < _LEAST_PIXELS:
        return 0
    gray: Any = np.asarray(pixels.convert("L"))
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    starts = range(min(_EVERY, height) // 2 - min(_BAND, height) // 2, height, _EVERY)
    sample = np.concatenate([gray[top : top + _BAND] for top in starts])
    ink = (sample <= threshold).astype(np.uint8)
    if pixels.mode != "1" and 2 * np.count_nonzero(ink) > ink.size:
        ink = 1 - ink
    stats: Any = cv2.connectedComponentsWithStats(ink, connectivity=8)[2]
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    low = int(np.count_nonzero(heights < _MARK))
    marks = (len(heights) - low) * height // len(sample)
    is_grain = low > _LOW * len(heights)
    return marks if marks > (_MANY if is_grain else _TOO_MANY) else 0
