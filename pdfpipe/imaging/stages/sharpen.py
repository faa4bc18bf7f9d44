"""Make the edges of a page steeper that is out of focus."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.denoise import noise_of
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged
from pdfpipe.imaging.stages.tiles import tiles_of

__all__ = ["BLURRED", "Sharpen", "sharpness_of"]

BLURRED: Final = 0.22
"""Steepness of edges below which a page is out of focus."""

_LEAST_SPREAD: Final = 25
"""Levels between ink and paper: places with less show nothing to tell by."""
_INK, _PAPER = 0.01, 0.9
_STEEPEST: Final = 0.995
"""Quantiles of the shades, and of the steps between pixels."""

_SIDE: Final = 31
"""Of the kernel, in pixels: what it lacks of a broader one is 3 % of its height at most."""
_BROADEST: Final = 3.0
"""Pixels: blurs that look broader leave little to bring back."""
_NOISE: Final = 0.002
_GRAIN_NOISE: Final = 0.004
"""Power of noise without grain, and what each level of it adds: with less, noise drowns letters."""


class Sharpen(msgspec.Struct, frozen=True):
    """Undoes the blur of a page that is out of focus, as far as its grain allows (a Wiener filter).

    N. Wiener, Extrapolation, interpolation and smoothing of stationary time series, 1949.  The blur is taken
    for Gaussian, and for as broad as edges show.
    """

    def apply(self, page: Raster) -> Staged | None:
        """The page with steeper edges; None for black and white, which has no others, and for sharp pages."""
        if page.bilevel:
            return None
        image = Image.fromarray(page.pixels)
        if (sharpness := sharpness_of(image)) >= BLURRED:
            return None
        blur = min(_of_edges(sharpness), _BROADEST)
        kernel = _inverse(blur, _NOISE + _GRAIN_NOISE * noise_of(image).grain)
        sharp: Any = cv2.filter2D(page.pixels, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        return Staged(Raster(sharp, page.dpi), f"blur of {blur:.1f} pixels undone")


def _of_edges(sharpness: float) -> float:
    """The blur of a step: where it is steepest, a Gaussian rises by 1 / (blur · √2π) a pixel."""
    return 1 / (sharpness * math.sqrt(2 * math.pi))


def _inverse(blur: float, noise: float) -> Any:
    """The kernel that undoes a blur; `noise` is its power, of that of the picture, at each frequency."""
    squares = np.fft.fftfreq(_SIDE) ** 2
    passed = np.exp(-2 * (np.pi * blur) ** 2 * (squares[:, None] + squares))
    kernel = np.fft.fftshift(np.fft.ifft2(passed / (passed**2 + noise)).real)
    return kernel / kernel.sum()


def sharpness_of(image: Image.Image) -> float:
    """How steep the edges of a page are, as a part of its contrast a pixel; 1 where there are none to see.

    Scans have 0.25 or more, of print from 1815 on; blurred by 2.5 pixels they have 0.21 at most.
    """
    found = [part for tile in tiles_of(image) if (part := _steepest(tile)) is not None]
    return float(np.median(found)) if found else 1.0


def _steepest(tile: Pixels) -> float | None:
    shades = np.bincount(tile.ravel(), minlength=256)
    spread = _quantile(shades, _PAPER) - _quantile(shades, _INK)
    if spread < _LEAST_SPREAD:
        return None
    across, down = cv2.absdiff(tile[:, 2:], tile[:, :-2]), cv2.absdiff(tile[2:], tile[:-2])
    steps = np.maximum(across[1:-1], down[:, 1:-1])
    steepest = _quantile(np.bincount(steps.ravel(), minlength=256), _STEEPEST) / 2
    return steepest / spread or None  # without steps there is nothing to tell by


def _quantile(counts: Any, share: float) -> int:
    """The level up to which there is this share of all."""
    sums = np.cumsum(counts)
    return int(np.searchsorted(sums, share * sums[-1]))
