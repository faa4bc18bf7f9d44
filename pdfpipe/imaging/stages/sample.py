"""A few lines of a page that stand for all of it in a trial reading."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.deskew import Deskew, paper_shade
from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.imaging.stages.skew import ink_of
from pdfpipe.model.geometry import Point, Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.mapping import PointMap

__all__ = [
    "Bands",
    "changes_some_places",
    "cut_out",
    "level_page",
    "level_sample",
    "not_too_large",
    "same_lines",
    "sample_bands",
]

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

_CHANGE: Final = 12
_CHANGED_OF_ROW: Final = 0.01
"""A row has changed where so much of it has by so many levels."""

_BESIDE: Final = 0.006
"""Of the height of the page: read beside what has changed, so that no letter is cut."""

_STEPS: Final = 32
"""Pieces of the edge of a band that bends."""

_MOST_PIXELS: Final = 3600
"""Along the longer side of a page that is tried, or of which some lines are: A4 at 300 dpi."""
_LEAST_DPI: Final = 200.0
"""A larger sheet is not reduced further."""

_TALLEST: Final = 0.06
"""Of the height of the page: what is taller is no line."""


def level_page(image: OcrImage) -> OcrImage:
    """A page, turned level."""
    staged = Deskew(least=_LEVEL).apply(Raster.of(image))
    return image if staged is None else staged.raster.as_image(image.label)


def level_sample(image: OcrImage) -> OcrImage:
    """Some lines of a page, or all of it where it has few or none, turned level."""
    page = level_page(image)
    return cut_out(page, sample_bands(page))


def not_too_large(image: OcrImage) -> OcrImage:
    """A page, reduced if it is very large: what is read of it is but tried."""
    factor = max(_MOST_PIXELS / max(image.pixels.size), _LEAST_DPI / image.dpi)
    if factor >= 1:
        return image
    width, height = (max(1, round(side * factor)) for side in image.pixels.size)
    gray = image.pixels.convert("L") if image.pixels.mode == "1" else image.pixels
    reduced = gray.resize((width, height), Image.Resampling.BOX)
    return OcrImage(reduced, image.dpi * factor, image.label)


def same_lines(before: OcrImage, after: OcrImage, to_before: PointMap) -> tuple[OcrImage, OcrImage]:
    """The same lines of a page before and after a stage; after it they must be level.

    Of a page that a stage has changed in some places, these are the sample.  `to_before` maps pixels of the
    page after the stage to those before it.
    """
    bands = _changed_bands(before.pixels, after.pixels) or sample_bands(after)
    if isinstance(to_before, Transform) and not to_before.b:
        at_same = tuple(
            (round(to_before.d * a + to_before.f), round(to_before.d * b + to_before.f)) for a, b in bands
        )
        return cut_out(before, at_same), cut_out(after, bands)
    return _cut_along(before, after.pixels.width, bands, to_before), cut_out(after, bands)


def changes_some_places(before: OcrImage, after: OcrImage) -> bool:
    """Whether the lines that `same_lines` takes are where the two differ."""
    return bool(_changed_bands(before.pixels, after.pixels))


def _cut_along(image: OcrImage, width: int, bands: Bands, to_image: PointMap) -> OcrImage:
    """What a map leads bands of a page of some width to, on bare paper, where they bend too."""
    steps = [width * i / _STEPS for i in range(_STEPS + 1)]
    mask = np.zeros(image.pixels.size[::-1], np.uint8)
    rows: list[tuple[int, int]] = []
    for top, bottom in bands:
        edge = [(x, top) for x in steps] + [(x, bottom) for x in reversed(steps)]
        outline = np.array([_rounded(to_image.apply(Point(x, y))) for x, y in edge], np.int32)
        cv2.fillPoly(mask, [outline], (255,))
        rows.append((int(outline[:, 1].min()), int(outline[:, 1].max())))
    height = image.pixels.height
    shown = Image.new(image.pixels.mode, image.pixels.size, _paper(image.pixels))
    shown.paste(image.pixels, mask=Image.fromarray(mask))
    inside = tuple((max(0, top), min(height, bottom)) for top, bottom in rows)
    return cut_out(OcrImage(shown, image.dpi, image.label), inside)


def _rounded(point: Point) -> tuple[int, int]:
    return round(point.x), round(point.y)


def _paper(page: Image.Image) -> Any:
    """The shade of the paper, that nothing new may stand out against it."""
    if page.mode == "1":
        return 1
    shades = tuple(round(shade) for shade in paper_shade(np.asarray(page)))
    return shades[0] if len(shades) == 1 else shades


def _changed_bands(before: Image.Image, after: Image.Image) -> Bands:
    """Where images of one size differ, the highest places only; none where they do so nowhere or all over."""
    if before.size != after.size:
        return ()
    small, other = overview(before), overview(after)
    height, width = small.gray.shape
    differs = cv2.absdiff(small.gray, other.gray) > _CHANGE
    rows = differs.sum(axis=1) > _CHANGED_OF_ROW * width
    if np.count_nonzero(rows) > height / 2:
        return ()
    beside = round(_BESIDE * height)
    runs: Any = cv2.dilate(rows.astype(np.uint8)[:, None], np.ones((2 * beside + 1, 1), np.uint8))[:, 0]
    changes = np.diff(runs.astype(np.int8), prepend=0, append=0)
    bands = zip(np.flatnonzero(changes > 0), np.flatnonzero(changes < 0), strict=True)
    highest = sorted(bands, key=lambda band: int(band[0] - band[1]))[:_GROUPS]
    factor = small.factor
    return tuple((int(top) * factor, min(int(end) * factor, before.height)) for top, end in sorted(highest))


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
    gap = max(8, round(image.dpi / 20))
    sample = Image.new(pixels.mode, (pixels.width, sum(b - a + gap for a, b in bands)), _paper(pixels))
    at = 0
    for top, bottom in bands:
        sample.paste(pixels.crop((0, top, pixels.width, bottom)), (0, at))
        at += bottom - top + gap
    return OcrImage(sample, image.dpi, image.label)
