"""Bring letters to the height that engines read best."""

from __future__ import annotations

import math
from typing import Final

import cv2
import msgspec

from pdfpipe.imaging.stages.denoise import noise_of
from pdfpipe.imaging.stages.raster import Raster, Staged
from pdfpipe.model.geometry import Transform

__all__ = ["Scale"]

_MOST_PIXELS: Final = 40_000_000
_MOST: Final = 4.0


class Scale(msgspec.Struct, frozen=True):
    """Enlarges or reduces the page by a factor.

    Attributes:
        factor: pixels along a side for each one of now.
        noise_too: whether pages full of grain or specks are scaled as well.  Tesseract takes specks that have
            the size of letters for such, and up to a minute for a few lines of them.

    """

    factor: float = 2.0
    noise_too: bool = True

    def apply(self, page: Raster) -> Staged | None:
        """The page with larger or smaller letters; never so large that it takes much memory."""
        width, height = page.size
        factor = min(self.factor, _MOST, max(1.0, math.sqrt(_MOST_PIXELS / (width * height))))
        size = max(1, round(width * factor)), max(1, round(height * factor))
        if size == page.size or (not self.noise_too and _is_noisy(page)):
            return None
        method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        scaled = cv2.resize(page.pixels, size, interpolation=method)
        to_input = Transform.scaling(width / size[0], height / size[1])
        return Staged(Raster(scaled, page.dpi * factor), f"{factor:.1f} times", to_input)  # type: ignore[arg-type]


def _is_noisy(page: Raster) -> bool:
    noise = noise_of(page.as_image("").pixels)
    return noise.is_grainy or noise.is_speckled
