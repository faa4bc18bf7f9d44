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
        grain_too: whether pages full of grain are scaled as well.  Tesseract takes grain that is as large as
            letters for such, and up to a minute for a few lines of it.

    """

    factor: float = 2.0
    grain_too: bool = True

    def apply(self, page: Raster) -> Staged | None:
        """The page with larger or smaller letters; never so large that it takes much memory."""
        width, height = page.size
        factor = min(self.factor, _MOST, max(1.0, math.sqrt(_MOST_PIXELS / (width * height))))
        size = max(1, round(width * factor)), max(1, round(height * factor))
        if size == page.size or (not self.grain_too and _is_grainy(page)):
            return None
        method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        scaled = cv2.resize(page.pixels, size, interpolation=method)
        to_input = Transform.scaling(width / size[0], height / size[1])
        return Staged(Raster(scaled, page.dpi * factor), f"{factor:.1f} times", to_input)  # type: ignore[arg-type]


def _is_grainy(page: Raster) -> bool:
    return noise_of(page.as_image("").pixels).is_grainy
