"""Turn a page by the few degrees by which its lines slope."""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np

from pdfpipe.imaging.levelling import level_sheet
from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged
from pdfpipe.imaging.stages.skew import estimate_skew
from pdfpipe.model.geometry import Transform

__all__ = ["Deskew", "paper_shade"]

_PAPER: Final = 0.75
"""Of all pixels, by their brightness: paper is what most are, and its shade fills the corners."""


class Deskew(msgspec.Struct, frozen=True):
    """Turns lines level, about the middle of the page, on a canvas that holds all of it.

    Attributes:
        angle: degrees by which lines fall to the right, where that is known; None to measure.
        least: slopes up to this many degrees are left alone.

    """

    angle: float | None = None
    least: float = 0.2

    def apply(self, page: Raster) -> Staged | None:
        """The page with level lines; None if they are level, or no lines are found."""
        angle = self.angle
        if angle is None:
            angle = estimate_skew(overview(page).gray).angle
        if abs(angle) <= self.least:
            return None
        width, height = page.size
        to_input, size = level_sheet(angle, width, height)
        # OpenCV counts from the middle of a pixel, we from its corner.
        inner = Transform(e=0.5, f=0.5).then(to_input).then(Transform(e=-0.5, f=-0.5))
        matrix = np.array([[inner.a, inner.c, inner.e], [inner.b, inner.d, inner.f]])
        turned = cv2.warpAffine(
            page.pixels,
            matrix,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=paper_shade(page.pixels),
        )
        return Staged(Raster(turned, page.dpi), f"{angle:+.1f}°", to_input)  # type: ignore[arg-type]


def paper_shade(pixels: Pixels) -> tuple[float, ...]:
    """The shade of the paper, a number a channel."""
    sample = pixels[:: max(1, pixels.shape[0] // 256), :: max(1, pixels.shape[1] // 256)]
    flat = sample.reshape(-1, sample.shape[2] if sample.ndim == 3 else 1)
    return tuple(float(value) for value in np.quantile(flat, _PAPER, axis=0))
