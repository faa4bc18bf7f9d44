"""Colours of the page at low resolution, each from a part of the pixels only, and put together again.

Pixels are arrays of uint8, shape (height, width, channels) with one channel or three (RGB).
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Bits", "Floats", "Pixels", "Size", "color_layer", "composite", "enlarged"]

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Bits = NDArray[np.uint8]
"""Shape (height, width), 0 or 1."""
Size = tuple[int, int]
"""Width and height."""

_WIDEN: Final = 257
"""From 8 to 16 bits: a mean over few of a block's pixels must not lose its last bits."""
_FULL: Final = 65535.0
_TRUSTED: Final = 0.25
"""Share of a block from which on its own pixels alone say what its colour is."""


def color_layer(pixels: Pixels, weights: Pixels, size: Size) -> Pixels:
    """The page at the lower resolution of `size`, seen through weights of 0 to 255 for each of its pixels.

    Where nothing is seen, the colour grows in smoothly from around: that costs a JPEG the least.
    """
    channels = pixels.shape[2]
    product: Any = cv2.multiply(pixels, cv2.merge([weights] * channels), dtype=cv2.CV_16U)
    sums = _reduced(product.reshape(pixels.shape), size).reshape(size[1], size[0], channels)
    share = _reduced(weights.astype(np.uint16) * np.uint16(_WIDEN), size)
    return np.asarray(np.clip(np.rint(_filled(sums, share) * 255.0), 0, 255), np.uint8)


def _reduced(values: NDArray[np.uint16], size: Size) -> Floats:
    """Means over blocks, 0 to 1."""
    reduced: Any = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    return np.asarray(reduced / _FULL, np.float32)


def _filled(sums: Floats, share: Floats) -> Floats:
    """Colours from weighted sums and the weights, holes filled from coarser levels (push and pull).

    After S. J. Gortler et al., The Lumigraph, 1996, section 3.4.
    """
    height, width = share.shape
    own: Any = sums / np.maximum(share, np.float32(1e-6))[:, :, None]
    trust = np.minimum(share / _TRUSTED, 1.0)[:, :, None]
    if (height <= 1 and width <= 1) or float(trust.min()) >= 1.0:
        return np.asarray(own, np.float32)
    half = (max(1, width // 2), max(1, height // 2))
    coarse_sums: Any = cv2.resize(sums, half, interpolation=cv2.INTER_AREA)
    coarse_share: Any = cv2.resize(share, half, interpolation=cv2.INTER_AREA)
    coarse = enlarged(
        _filled(coarse_sums.reshape(half[1], half[0], -1), coarse_share.reshape(half[1], half[0])),
        (width, height),
    )
    return np.asarray(trust * own + (1.0 - trust) * coarse, np.float32)


def enlarged(layer: Any, size: Size) -> Any:
    """A layer stretched linearly, as readers of PDF do, to the shape (height, width, channels)."""
    stretched: Any = cv2.resize(layer, size, interpolation=cv2.INTER_LINEAR)
    return stretched.reshape(size[1], size[0], -1)


def composite(background: Pixels, foreground: Pixels, mask: Bits) -> Pixels:
    """What a reader shows: the foreground where the mask is set, the background elsewhere."""
    height, width = mask.shape
    shown = enlarged(background, (width, height))
    cv2.copyTo(enlarged(foreground, (width, height)), mask, shown)
    return np.asarray(shown, np.uint8)
