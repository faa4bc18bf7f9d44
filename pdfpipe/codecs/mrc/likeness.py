"""How like the scan a page of layers looks."""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np

from pdfpipe.codecs.mrc.layers import Bits, Floats, Size

__all__ = ["Likeness", "likeness"]

_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2
_WINDOW: Final = (11, 11)
_SIGMA: Final = 1.5
_TILE: Final = 24
_PLAIN: Final = 4.0
"""Standard deviation of a tile from which on there is more than the grain of paper."""
_WORST_SHARE: Final = 0.01


class Likeness(msgspec.Struct, frozen=True):
    """Structural similarity, 1 for the same picture.

    Attributes:
        mean: of the tiles in which there is something to see, each by how much: the scan's deviation.
        worst: mean of the least similar hundredth of them.
        seen: their share; the others are plain paper.

    """

    mean: float
    worst: float
    seen: float


def likeness(scan: Bits, shown: Bits, size: Size) -> Likeness:
    """SSIM of two gray pictures, both first reduced to `size`.

    Z. Wang et al., Image quality assessment: from error visibility to structural similarity, 2004.
    Weighted, since on plain paper it compares nothing but grain, which layers smooth away.
    """
    a, b = (cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.float32) for gray in (scan, shown))
    mean_a, mean_b = _blurred(a), _blurred(b)
    variance_a = np.maximum(_blurred(a * a) - mean_a * mean_a, np.float32(0))
    variance_b = _blurred(b * b) - mean_b * mean_b
    covariance = _blurred(a * b) - mean_a * mean_b
    similarity = ((2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)) / (
        (mean_a * mean_a + mean_b * mean_b + _C1) * (variance_a + variance_b + _C2)
    )
    deviation = np.asarray(np.sqrt(variance_a), np.float32)
    weights, weighted = _tiled(deviation), _tiled(np.asarray(deviation * similarity, np.float32))
    seen = weights > _PLAIN
    if not seen.any():
        return Likeness(1.0, 1.0, 0.0)
    ranked = np.sort(weighted[seen] / weights[seen])
    return Likeness(
        float(weighted[seen].sum() / weights[seen].sum()),
        float(ranked[: max(1, round(_WORST_SHARE * ranked.size))].mean()),
        float(seen.mean()),
    )


def _tiled(values: Floats) -> Floats:
    height, width = values.shape
    tiles = max(1, width // _TILE), max(1, height // _TILE)
    return np.asarray(cv2.resize(values, tiles, interpolation=cv2.INTER_AREA), np.float32)


def _blurred(values: Floats) -> Floats:
    return np.asarray(cv2.GaussianBlur(values, _WINDOW, _SIGMA), np.float32)
