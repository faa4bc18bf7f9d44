"""A few lines of a page that stand for all of it in a trial reading."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Pixels
from pdfpipe.imaging.stages.skew import estimate_skew, ink_of
from pdfpipe.model.image import OcrImage

__all__ = ["Bands", "cut_out", "level_sample", "same_lines", "sample_bands"]

Bands = tuple[tuple[int, int], ...]
"""Rows of a page, each from one to before another."""

_GROUPS: Final = 3
_LINES: Final = 2
"""So many lines in so many places of the page."""

_SHORT: Final = 12
"""Pages of no more lines are read as a whole."""

_TEXT: Final = 0.35
"""Of the ink in the fullest rows: rows with less lie between lines."""

_LEVEL: Final = 0.5
"""Degrees of slope that a trial bears."""

_TALLEST: Final = 0.06
"""Of the height of the page: what is taller is no line."""


def level_sample(image: OcrImage) -> OcrImage:
    """Some lines of a page, turned level."""
    skew = estimate_skew(overview(image.pixels).gray).angle
    if abs(skew) > _LEVEL:
        paper: Any = {"1": 1, "L": 255}.get(image.pixels.mode, (255, 255, 255))
        pixels = image.pixels.rotate(skew, Image.Resampling.BILINEAR, expand=True, fillcolor=paper)
        image = OcrImage(pixels, image.dpi, image.label)
    return cut_out(image, sample_bands(image))


def same_lines(before: OcrImage, after: OcrImage) -> tuple[OcrImage, OcrImage]:
    """The same lines of a level page before and after a stage, which may have scaled it."""
    bands = sample_bands(after)
    factor = before.pixels.height / after.pixels.height
    scaled = tuple((round(top * factor), round(bottom * factor)) for top, bottom in bands)
    return cut_out(before, scaled), cut_out(after, bands)


def sample_bands(image: OcrImage) -> Bands:
    """Where some lines of a level page are; all rows of a short one, and where lines are not parted."""
    whole = ((0, image.pixels.height),)
    small = overview(image.pixels)
    cuts = _between_lines(ink_of(small.gray))
    if len(cuts) <= _SHORT:
        return whole
    bands = []
    for group in range(_GROUPS):
        first = min(round((group + 0.5) * len(cuts) / _GROUPS) - _LINES // 2, len(cuts) - _LINES - 1)
        top, bottom = cuts[first], cuts[first + _LINES]
        if bottom - top > _LINES * _TALLEST * small.gray.shape[0]:
            return whole
        bands.append((top * small.factor, bottom * small.factor))
    return tuple(bands)


def _between_lines(ink: Pixels) -> list[int]:
    """Rows in which a level page has least ink, one between any two lines."""
    rows = ink.sum(axis=1, dtype=np.float64)
    rows = np.convolve(rows, (0.25, 0.5, 0.25), "same")
    changes = np.diff((rows > _TEXT * np.quantile(rows, 0.95)).astype(np.int8), prepend=0, append=0)
    starts, ends = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0)
    return [
        int(end + np.argmin(rows[end:start])) + 1 for end, start in zip(ends[:-1], starts[1:], strict=True)
    ]


def cut_out(image: OcrImage, bands: Bands) -> OcrImage:
    """These parts of the page, one below the other."""
    pixels = image.pixels
    if bands == ((0, pixels.height),):
        return image
    white: Any = {"1": 1, "L": 255}.get(pixels.mode, (255, 255, 255))
    gap = max(8, round(image.dpi / 20))
    sample = Image.new(pixels.mode, (pixels.width, sum(b - a + gap for a, b in bands)), white)
    at = 0
    for top, bottom in bands:
        sample.paste(pixels.crop((0, top, pixels.width, bottom)), (0, at))
        at += bottom - top + gap
    return OcrImage(sample, image.dpi, image.label)
