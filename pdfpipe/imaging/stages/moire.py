"""Moiré: the waves on the ground of a page that a printed screen leaves in a scan too coarse for its dots."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.imaging.stages.tiles import tiles_of

__all__ = ["WAVY", "wave_depth", "without_waves"]

WAVY: Final = 0.1
"""Depth from which on letters are read the worse for it: scans without waves have 0.07 at most, worn paper
0.09."""

_STROKE: Final = 7 / 300
"""Of an inch: thinner strokes are ink, and have the ground on both sides."""

_EVEN: Final = 1 / 12
"""Of an inch: standard deviation of the blur that leaves the light on a page, and no waves."""

_REDUCED: Final = 1 / 3
"""Waves that stay when strokes are taken away are longer than that can blur."""

_SOLID: Final = 0.4
"""Of the way from ink to paper: what is darker, and broad, is ink for all that."""

_WHITE: Final = 235

_DARKEST_INK: Final = 1 / 3
"""Of the shade of the paper: on a page with hardly any ink, the troughs of waves are what is darkest."""

_LEAST_DPI, _MOST_DPI = 100.0, 450.0
"""At others, the resolution is not to be believed, or waves are as well seen with thinner strokes."""

_TIMES: Final = 3
"""What spares strokes fills troughs of short waves only in part, so it is done again."""


def wave_depth(image: Image.Image, dpi: float) -> float:
    """By how much the ground is brighter on the crest of a wave than usual, as a part of its shade.

    The median of nine places on a page; some milliseconds.  Only crests are looked at, as letters that touch
    one another leave dark marks on the ground.
    """
    depths = []
    for tile in tiles_of(image):
        ground: Any = cv2.resize(
            _ground(tile, dpi), None, fx=_REDUCED, fy=_REDUCED, interpolation=cv2.INTER_AREA
        ).astype(np.float32)
        light: Any = cv2.GaussianBlur(ground, (0, 0), _EVEN * dpi * _REDUCED)
        relative = ground / np.maximum(light, 1.0)
        usual, crest = np.quantile(relative, (0.5, 0.9))
        depths.append(float(crest - usual))
    return float(np.median(depths)) if depths else 0.0


def without_waves(page: Raster) -> Pixels:
    """The page on even ground, in gray: each pixel's way from ink to the shade of the ground there.

    The ground is what a closing leaves that takes strokes away (J. Serra, Image Analysis and Mathematical
    Morphology, 1982).  Where that is as dark as ink, the stroke is broad, as in headings, and stays.
    """
    gray = page.gray
    ink = int(np.quantile(gray[::3, ::3], 0.005))
    for _ in range(_TIMES):
        gray, ink = _on_even_ground(gray, ink, page.dpi), 0
    return gray


def _on_even_ground(gray: Pixels, ink: int, dpi: float) -> Pixels:
    """As `without_waves`, once: ink becomes black."""
    ground = _ground(gray, dpi)
    paper = int(np.median(ground[::3, ::3]))
    ink = min(ink, int(_DARKEST_INK * paper))
    height = np.where(ground > ink + _SOLID * (paper - ink), ground - ink, max(1, paper - ink)).astype(
        np.uint8
    )
    return cv2.divide(np.maximum(gray, ink) - ink, height, scale=_WHITE)  # type: ignore[return-value]


def _ground(gray: Pixels, dpi: float) -> Pixels:
    side = round(_STROKE * min(max(dpi, _LEAST_DPI), _MOST_DPI)) | 1
    soft: Any = cv2.GaussianBlur(gray, (3, 3), 0)
    closed = cv2.morphologyEx(
        soft, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    )
    return cv2.GaussianBlur(closed, (0, 0), side / 4)  # type: ignore[return-value]
