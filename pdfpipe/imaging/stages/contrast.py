"""Spread faint print over all shades."""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np

from pdfpipe.imaging.stages.raster import Raster, Staged

__all__ = ["Contrast"]

_WHOLE: Final = 255
_LEAST_SPREAD: Final = 12
"""Levels: a page with less is blank."""


class Contrast(msgspec.Struct, frozen=True):
    """Makes the darkest ink black and the paper white; gray from then on.

    Attributes:
        ink: share of the pixels that may become plain black.
        paper: share of the pixels that are darker than the paper.

    """

    ink: float = 0.005
    paper: float = 0.6

    def apply(self, page: Raster) -> Staged | None:
        """The page in full contrast; None where it has that, or nothing to show."""
        if page.bilevel:
            return None
        gray = page.gray
        sample = gray[:: max(1, gray.shape[0] // 500), :: max(1, gray.shape[1] // 500)]
        dark, bright = (float(value) for value in np.quantile(sample, (self.ink, self.paper)))
        if bright - dark < _LEAST_SPREAD or (dark <= 8 and bright >= 247):
            return None
        ramp = (np.arange(256) - dark) * _WHOLE / (bright - dark)
        table = ramp.round().clip(0, _WHOLE).astype(np.uint8)
        spread = cv2.LUT(gray, table)
        return Staged(Raster(spread, page.dpi), f"from {dark:.0f} to {bright:.0f}")  # type: ignore[arg-type]
