"""Take specks and grain off a page."""

from __future__ import annotations

import cv2
import msgspec
import numpy as np

from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged

__all__ = ["Denoise", "noise_of"]


class Denoise(msgspec.Struct, frozen=True):
    """Sets each pixel to the median of its surroundings.

    Attributes:
        side: of the surroundings in pixels; odd.
        blur: standard deviation in pixels of a Gaussian blur in place of the median; 0 for the median.

    """

    side: int = 3
    blur: float = 0.0

    def apply(self, page: Raster) -> Staged | None:
        """The page without specks."""
        if self.blur:
            smooth = cv2.GaussianBlur(page.pixels, (0, 0), self.blur)
            return Staged(Raster(smooth, page.dpi), f"blur of {self.blur:.1f} pixels")  # type: ignore[arg-type]
        median = cv2.medianBlur(page.pixels, self.side)
        return Staged(Raster(median, page.dpi, page.bilevel), f"median of {self.side} x {self.side}")  # type: ignore[arg-type]


def noise_of(gray: Pixels) -> float:
    """Standard deviation of the grain, in levels, by differences that lines and edges do not show.

    J. Immerkær, Fast noise variance estimation, 1996; here with the median, so that ink does not count.
    """
    levels = gray.astype(np.int16)
    second = levels[:-2] - 2 * levels[1:-1] + levels[2:]
    cross = second[:, :-2] - 2 * second[:, 1:-1] + second[:, 2:]
    return float(np.median(np.abs(cross))) / 0.6745 / 6
