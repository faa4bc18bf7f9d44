"""Make a page black and white."""

from __future__ import annotations

from typing import Any, Final

import cv2
import msgspec
import numpy as np

from pdfpipe.imaging.stages.raster import Raster, Staged
from pdfpipe.model.preprocessing_settings import Binarization as Method

__all__ = ["Binarization"]

_R: Final = 128.0
_INK: Final = 0.005
_PAPER: Final = 0.6
_LEAST_DARKER: Final = 4.0
"""Shares of the pixels that are darker than these, and levels by which ink is darker in any case."""

_STRIPE: Final = 1024
"""Rows at a time: the sums that Sauvola's threshold needs take 20 bytes for each pixel."""


class Binarization(msgspec.Struct, frozen=True):
    """Ink is black and all else white.

    Attributes:
        method: Otsu's threshold for the whole page (N. Otsu, 1979), Sauvola's for each pixel by mean and
            contrast of its surroundings (J. Sauvola, M. Pietikäinen, 2000), or the adaptive one, by their
            mean, in which near pixels weigh more, and the contrast of the page.
        k: of Sauvola: how much darker than its surroundings ink must be where contrast is low.
        window: of Sauvola and the adaptive one: side of the surroundings in inches.
        darker: of the adaptive one: part of the page's contrast by which ink is darker than its surroundings.

    """

    method: Method = Method.SAUVOLA
    k: float = 0.3
    window: float = 0.2
    darker: float = 0.2

    def apply(self, page: Raster) -> Staged | None:
        """The page in black and white; None if it is so already."""
        if page.bilevel:
            return None
        gray = page.gray
        black: Any
        if self.method is Method.OTSU:
            threshold, black = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
            return Staged(Raster(black, page.dpi, bilevel=True), f"Otsu, at {threshold:.0f}")
        side = max(15, round(self.window * page.dpi)) | 1
        if self.method is Method.ADAPTIVE:
            ink, paper = np.quantile(gray[:: max(1, gray.shape[0] // 500)], (_INK, _PAPER))
            least = max(_LEAST_DARKER, self.darker * float(paper - ink))
            black = cv2.adaptiveThreshold(
                gray, 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY, side, least
            )
            return Staged(Raster(black, page.dpi, bilevel=True), f"adaptive, {side} pixels")
        return Staged(Raster(self._sauvola(gray, side), page.dpi, bilevel=True), f"Sauvola, {side} pixels")

    def _sauvola(self, gray: Any, side: int) -> Any:
        out = np.empty_like(gray)
        height, half = gray.shape[0], side // 2
        for top in range(0, height, _STRIPE):
            bottom = min(top + _STRIPE, height)
            first, last = max(0, top - half), min(height, bottom + half)
            part = gray[first:last]
            mean = cv2.boxFilter(part, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REPLICATE)
            square = cv2.sqrBoxFilter(part, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REPLICATE)
            deviation = np.sqrt(np.maximum(square - mean * mean, 0))
            threshold = mean * (1 + self.k * (deviation / _R - 1))
            inner = slice(top - first, top - first + bottom - top)
            out[top:bottom] = np.where(part[inner] > threshold[inner], 255, 0)
        return out
