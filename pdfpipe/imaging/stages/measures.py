"""What a page looks like at a glance: a reduced copy of it, and figures taken from that."""

from __future__ import annotations

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.imaging.stages.skew import (
    Edges,
    Skew,
    feet_of,
    heads_of,
    ink_of,
    rows_along,
    skew_of,
    slope_spread,
)

__all__ = ["Look", "Overview", "letter_height", "look_at", "overview"]

_LONG_SIDE: Final = 1200
"""Pixels: letters are then 5 high on a page of a book, and edges of lines still sharp."""

_TILES: Final = 8
_LETTERS: Final = range(3, 60)
"""Heights of small letters that are looked for, in pixels of the reduced page."""


class Overview(msgspec.Struct, frozen=True, eq=False):
    """A reduced page in gray, and how many pixels of the page one of its pixels covers along each side."""

    gray: Pixels
    factor: int


def overview(page: Raster | Image.Image) -> Overview:
    """The page reduced by a whole factor, to at most 1200 pixels on its longer side."""
    image = Image.fromarray(page.pixels) if isinstance(page, Raster) else page
    factor = max(1, -(-max(image.size) // _LONG_SIDE))
    if image.mode == "1":
        image = image.convert("L")
    small = image.reduce(factor) if factor > 1 else image
    return Overview(np.asarray(small.convert("L")), factor)


class Look(msgspec.Struct, frozen=True):
    """Figures of a page.

    Attributes:
        skew: the slope of what runs across the page.
        bend: by how many degrees the slopes of parts of the page differ.
        sideways: the slope of what runs up or down it.
        uprightness: how much better letters' feet stand on a line than their heads reach to one, as a
            logarithm: more than 0 in most scripts, less for a page that lies on its head.
        letter: height of small letters in pixels of the page; 0 if there are no lines to tell it by.
        light: shades of the paper, from the darkest place to the brightest.
        ink: the shade of the darkest half percent.

    """

    skew: Skew
    bend: float
    sideways: Skew
    uprightness: float
    letter: float
    light: tuple[int, int]
    ink: int


def look_at(small: Overview) -> Look:
    """Measure a page; takes some hundredths of a second."""
    gray = small.gray
    ink = ink_of(gray)
    feet = feet_of(ink)
    skew = skew_of(feet)
    sideways = skew_of(feet_of(ink_of(np.ascontiguousarray(gray.T))))
    uprightness = _uprightness(feet, heads_of(ink), skew.angle)
    dark, bright, darkest = _shades(gray)
    return Look(
        skew,
        slope_spread(feet, skew),
        sideways,
        uprightness,
        _letter(ink) * small.factor,
        (dark, bright),
        darkest,
    )


def _uprightness(feet: Edges, heads: Edges, angle: float) -> float:
    if not len(feet[0]) or not len(heads[0]):
        return 0.0
    lower, upper = (float(rows @ rows) / float(rows.sum()) ** 2 for rows in rows_along(feet, heads, angle))
    return float(np.log(lower / upper))


def letter_height(gray: Pixels) -> float:
    """The usual height of small letters on a reduced page, in its pixels; 0 if there are no lines."""
    return _letter(ink_of(gray))


def _letter(ink: Pixels) -> float:
    """The usual height of a column of ink."""
    columns = np.ascontiguousarray(ink.T)
    framed = np.pad(columns, ((0, 0), (1, 1)))
    starts = np.flatnonzero(framed.ravel()[1:] > framed.ravel()[:-1])
    ends = np.flatnonzero(framed.ravel()[1:] < framed.ravel()[:-1])
    heights = np.bincount(ends - starts, minlength=_LETTERS.stop)[: _LETTERS.stop].astype(np.float64)
    weights = heights * np.arange(_LETTERS.stop)
    weights[: _LETTERS.start] = 0
    smooth = np.convolve(weights, (0.25, 0.5, 0.25), "same")
    return float(np.argmax(smooth)) if smooth.any() else 0.0


def _shades(gray: Pixels) -> tuple[int, int, int]:
    """The shade of the paper in the darkest and in the brightest place, and of ink."""
    tile = max(1, -(-max(gray.shape) // _TILES))
    paper: list[float] = []
    for top in range(0, gray.shape[0], tile):
        for left in range(0, gray.shape[1], tile):
            part = gray[top : top + tile, left : left + tile]
            if min(part.shape) * 2 >= tile:
                paper.append(float(np.quantile(part[::2, ::2], 0.8)))
    shades: NDArray[np.float64] = np.array(paper or [255.0])
    return int(shades.min()), int(shades.max()), int(np.quantile(gray[::3, ::3], 0.005))
