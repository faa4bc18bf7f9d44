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
"""Smaller pages have no room for as many."""
_MANY: Final = 40_000
_CLOSE: Final = 300
"""Pixels of the page for each mark: the letters of a newspaper have more, at 300 dpi and above."""

_MARK: Final = 4
"""Pixels in height: what is smaller is left aside, where there are no more than some hundred thousand."""
_BAND: Final = 64
_EVERY: Final = 512
"""Rows: so many of so many are looked at."""


def marks_on(pixels: Image.Image) -> int:
    """About how many marks there are, if they are too many and too close to be letters; 0 if not."""
    width, height = pixels.size
    if width * height < _LEAST_PIXELS:
        return 0
    gray: Any = np.asarray(pixels.convert("L"))
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    starts = range((_EVERY - _BAND) // 2, height, _EVERY)
    sample = np.concatenate([gray[top : top + _BAND] for top in starts])
    ink: Any = (sample <= threshold).astype(np.uint8)
    stats: Any = cv2.connectedComponentsWithStats(ink, connectivity=8)[2]
    marks = int(np.count_nonzero(stats[1:, cv2.CC_STAT_HEIGHT] >= _MARK)) * height // len(sample)
    return marks if marks > _MANY and marks * _CLOSE > width * height else 0
