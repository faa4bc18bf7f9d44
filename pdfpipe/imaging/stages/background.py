"""Even out the light on a page: shadows, yellowed paper, print that shows through."""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np

from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged

__all__ = ["Background", "paper_of"]

_DARKEST: Final = 24
"""Paper is never taken for darker: what is black over a large area is no paper, and would become white."""


class Background(msgspec.Struct, frozen=True):
    """Divides the page by the shade of its paper, place by place; gray from then on.

    Attributes:
        white: the shade that paper becomes.

    """

    white: int = 240

    def apply(self, page: Raster) -> Staged | None:
        """The page on even paper; None for black and white, and where nearly all paper is as white."""
        if page.bilevel:
            return None
        small = overview(page)
        paper = paper_of(small.gray)
        darkest, brightest = (int(value) for value in np.quantile(paper, (0.02, 0.98)))
        if darkest >= self.white:
            return None
        gray = page.gray
        full = cv2.resize(paper, page.size, interpolation=cv2.INTER_LINEAR)
        even = cv2.divide(gray, full, scale=float(self.white))
        return Staged(Raster(even, page.dpi), f"light from {darkest} to {brightest}")  # type: ignore[arg-type]


def paper_of(gray: Pixels) -> Pixels:
    """The shade of the paper on a reduced page, also where there is ink.

    Ink is what is thin: closing takes it away (J. Serra, 1982), a median what closing leaves of it.
    """
    side = max(3, max(gray.shape) // 40) | 1
    closed = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    size = max(1, gray.shape[1] // 4), max(1, gray.shape[0] // 4)
    tiny = cv2.resize(closed, size, interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(cv2.medianBlur(tiny, 7), (0, 0), 4)
    paper = cv2.resize(smooth, gray.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.maximum(paper, _DARKEST).astype(np.uint8)
