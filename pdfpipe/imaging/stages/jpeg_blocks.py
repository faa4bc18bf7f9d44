"""The blocks of strongly compressed JPEG data: how plain they are, and a filter that smooths them."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.raster import Pixels

__all__ = ["BLOCKY", "blockiness_of", "without_blocks"]

BLOCKY: Final = 1.2
"""Blockiness from which letters are read the worse for it."""

_BLOCK: Final = 8
"""Pixels along a side (ITU-T T.81)."""

_STRIPES: Final = (0.2, 0.4, 0.6, 0.8)
_STRIPE: Final = 32
"""Places and height of the stripes across and down a page that are looked at."""

_EDGE: Final = 24
"""Levels: larger steps are edges of letters, and count for no more."""

_LEAST_STEP: Final = 0.05

_REACH, _ALIKE, _NEAR = 5, 30.0, 2.0
"""Side in pixels of what is averaged, and standard deviations in levels and pixels by which that weighs."""


def blockiness_of(image: Image.Image) -> float:
    """How many times as high as others the steps at every eighth pixel are, across or down, the lesser one.

    It is about 1 without blocks, and for images that are smaller than a stripe.  Blocks need not begin at the
    edge of the image (as with Z. Wang, A. C. Bovik, B. L. Evans, Blind measurement of blocking artifacts,
    2000, but in the plane of the image).
    """
    width, height = image.size
    if min(width, height) < _STRIPE + 1:
        return 1.0
    across = [(0, round(at * (height - _STRIPE)), width, _STRIPE) for at in _STRIPES]
    down = [(round(at * (width - _STRIPE)), 0, _STRIPE, height) for at in _STRIPES]
    steps = [
        np.concatenate([_levels(image, box, turned=turned) for box in boxes])
        for boxes, turned in ((across, False), (down, True))
    ]
    return min(_contrast_of_phases(levels) for levels in steps)


def without_blocks(pixels: Pixels) -> Pixels:
    """The page with smooth grounds and sharp letters (C. Tomasi, R. Manduchi, Bilateral filtering, 1998)."""
    smooth: Any = cv2.bilateralFilter(pixels, _REACH, _ALIKE, _NEAR)
    return smooth  # type: ignore[no-any-return]


def _levels(image: Image.Image, box: tuple[int, int, int, int], *, turned: bool) -> Any:
    left, top, width, height = box
    part = np.asarray(image.crop((left, top, left + width, top + height)).convert("L")).astype(np.int16)
    return part.T if turned else part


def _contrast_of_phases(levels: Any) -> float:
    """The mean step of the columns of one phase, the highest, by the usual one."""
    steps = np.minimum(np.abs(np.diff(levels, axis=1)), _EDGE).mean(axis=0)
    phases = np.array([steps[phase::_BLOCK].mean() for phase in range(_BLOCK)])
    return float(phases.max() / max(_LEAST_STEP, float(np.median(phases))))
