"""Turn light print on dark ground, such as a heading in a black bar, into dark print on light ground."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.measures import Overview, overview
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged

__all__ = ["Invert", "inverted", "light_print"]

_DARK: Final = 0.6
"""Of the brightest: what is darker may be the ground of light print."""

_DENSE: Final = 0.5
_WINDOW: Final = 0.008
"""Of the pixels within a window of that side, a part of the longer side of the page, such ground is more;
among the letters of ordinary print it is less."""

_LEAST_SIDE: Final = 0.012
_LEAST_AREA: Final = 0.0008
"""Of the longer side, and of the page: smaller grounds are not looked at."""

_SURELY_DARK: Final = 0.25
"""Of the way from the ground to the brightest: on the reduced page few letters are darker than that."""

_REACH: Final = 4
"""Windows: gaps that are narrower, such as large letters leave in their ground, are filled."""

_SOLID: Final = 0.85
"""Of the convex hull: a bar or label fills so much of it, ornaments do not."""

_CONVEX: Final = 0.9
"""Of the convex hull: what fills more is taken for all of it, with letters that touch its edge."""

_MOST_REGIONS: Final = 40
"""The largest ones only: a page of engravings has hundreds."""

_FINE: Final = 2400
"""Pixels to which the longer side of a page is reduced at most, to look at letters."""

_LEAST_CONTRAST: Final = 60
"""Levels between the ground and the print on it."""

_STRAY: Final = 0.25
_MOST_STRAY: Final = 0.25
"""Of the contrast: a ground of one shade differs by less from its median, but for so many of its pixels.
The grounds of photographs do not."""

_LETTER: Final = (5, 150)
"""Heights in pixels of the letters that are looked for."""

_MOST_LETTERS: Final = 2000
_LEAST_LETTERS: Final = 4
_LETTERS_OF_ALL: Final = 0.5
"""So many letters, and so much of all that is light, must stand in lines."""

_MOST_LIGHT: Final = 0.45
"""Of a region: letters cover less."""


class Invert(msgspec.Struct, frozen=True):
    """Turns the shades of regions of light print: their ground becomes as light as paper, print black.

    On pages in color such regions are gray from then on.
    """

    def apply(self, page: Raster) -> Staged | None:
        """The page with all print dark on light; None where it is so already."""
        small = overview(page)
        regions = light_print(page, small)
        if regions is None:
            return None
        mask: Any = cv2.resize(regions, page.size, interpolation=cv2.INTER_NEAREST)
        pixels = page.pixels.copy()
        inside = mask > 0
        turned = inverted(page.gray, mask)[inside]
        pixels[inside] = turned if pixels.ndim == 2 else turned[:, None]
        # The mask is as fine as the reduced page, and what it misses of the ground would look like a rule.
        reach = 2 * small.factor + 1
        seam: Any = cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, np.ones((reach, reach), np.uint8))
        paper = 255 if page.bilevel else int(np.median(turned))
        pixels[(seam > 0) & (page.gray < paper)] = paper
        share = float(np.count_nonzero(regions)) / regions.size
        return Staged(Raster(pixels, page.dpi, page.bilevel), f"{share:.0%} of the page")


def inverted(gray: Pixels, mask: Pixels) -> Pixels:
    """A gray page with the shades under a mask turned: its ground becomes white, what is brightest black."""
    within = gray[mask > 0]
    ground, light = float(np.median(within)), float(np.quantile(within, 0.995))
    ramp = (light - np.arange(256)) * 255 / max(1.0, light - ground)
    turned = cv2.LUT(gray, ramp.round().clip(0, 255).astype(np.uint8))
    return np.where(mask > 0, turned, gray).astype(np.uint8)


def light_print(page: Raster | Image.Image, small: Overview) -> Pixels | None:
    """1 where there is light print on dark ground, on the reduced page; None if there is none.

    `small` is the overview of the page.  The ground must be of one shade and bear pieces that look like
    letters in lines, as nothing in a photograph does.
    """
    found = None
    for region in _dark_regions(small.gray):
        if _bears_letters(*_enlarged(region, page, small.factor)):
            found = np.zeros_like(small.gray) if found is None else found
            height, width = region.mask.shape
            found[region.top : region.top + height, region.left : region.left + width] |= region.mask
    return found


def _trimmed(mask: Pixels, gray: Pixels, brightest: float) -> Pixels:
    """A region without the lines of ordinary print that touch its sides, along which less is dark."""
    ground = float(np.median(gray[mask > 0]))
    dark = gray < ground + _SURELY_DARK * (brightest - ground)
    y, x = np.nonzero(mask)
    *_, angle = cv2.minAreaRect(np.column_stack((x, y)).astype(np.float32))
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    kept = mask.copy()
    for along in (x * cos + y * sin, y * cos - x * sin):
        place = (along - along.min()).astype(np.intp)
        share = np.bincount(place, dark[y, x]) / np.maximum(1, np.bincount(place))
        inside = np.flatnonzero(share > _DENSE)
        if len(inside):
            outside = (place < inside[0]) | (place > inside[-1])
            kept[y[outside], x[outside]] = 0
    return kept


class _Region(msgspec.Struct, frozen=True, eq=False):
    """`mask` is 1 where the region is in its box, whose corner is at `left` and `top`."""

    left: int
    top: int
    mask: Pixels


def _dark_regions(gray: Pixels) -> Iterator[_Region]:
    """Where a reduced page is mostly dark, the largest first, with all that they enclose."""
    brightest = float(np.quantile(gray[::6, ::6], 0.98))
    side = max(3, round(_WINDOW * max(gray.shape))) | 1
    least = max(6, round(_LEAST_SIDE * max(gray.shape)))
    # Most pages have no such place: every other pixel of every other row tells that faster.
    coarse = _dense(np.ascontiguousarray(gray[::2, ::2]), brightest, side // 2 | 1)
    if not cv2.erode(coarse, np.ones((least // 2, least // 2), np.uint8)).any():
        return
    dense = _dense(gray, brightest, side)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(dense, connectivity=4)
    large = (stats[:, 2:4].min(axis=1) >= least) & (stats[:, 4] >= _LEAST_AREA * gray.size)
    large[0] = False
    for one in sorted(np.flatnonzero(large), key=lambda one: -int(stats[one, 4]))[:_MOST_REGIONS]:
        left, top, wide, high, _area = (int(value) for value in stats[one])
        piece = (pieces[top : top + high, left : left + wide] == one).astype(np.uint8)
        mask = _filled(piece, _REACH * side)
        if mask is not None:
            yield _Region(left, top, _trimmed(mask, gray[top : top + high, left : left + wide], brightest))


def _dense(gray: Pixels, brightest: float, side: int) -> Pixels:
    """1 where most pixels around are dark."""
    _, dark = cv2.threshold(gray, _DARK * brightest, 255, cv2.THRESH_BINARY_INV)
    share = cv2.blur(dark, (side, side), borderType=cv2.BORDER_REPLICATE)
    _, dense = cv2.threshold(share, _DENSE * 255, 1, cv2.THRESH_BINARY)
    return dense  # type: ignore[return-value]


def _filled(piece: Pixels, reach: int) -> Pixels | None:
    """A piece with all that it encloses, or nearly so; None if it is no bar, label or page."""
    framed = cv2.copyMakeBorder(piece, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(0,))
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    piece = np.ascontiguousarray(closed[reach:-reach, reach:-reach])
    outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled: Any = cv2.drawContours(piece, outlines, -1, (1,), cv2.FILLED)
    hull: Any = cv2.fillConvexPoly(np.zeros_like(piece), cv2.convexHull(np.vstack(outlines)), (1,))
    solid = np.count_nonzero(filled) / np.count_nonzero(hull)
    if solid < _SOLID:
        return None
    return hull if solid >= _CONVEX else filled  # type: ignore[no-any-return]


def _enlarged(region: _Region, page: Raster | Image.Image, factor: int) -> tuple[Pixels, Pixels]:
    """The region's box in gray, fine enough to tell letters by, and its mask of the same size."""
    image = Image.fromarray(page.pixels) if isinstance(page, Raster) else page
    height, width = region.mask.shape
    left, top = region.left * factor, region.top * factor
    right, bottom = min(left + width * factor, image.width), min(top + height * factor, image.height)
    part = image.crop((left, top, right, bottom)).convert("L")
    less = max(1, -(-max(image.size) // _FINE))
    gray = np.asarray(part.reduce(less) if less > 1 else part)
    mask: Any = cv2.resize(region.mask, gray.shape[::-1], interpolation=cv2.INTER_NEAREST)
    return gray, mask


def _bears_letters(gray: Pixels, mask: Pixels) -> bool:
    """Whether a region is of two shades, and the lighter one's are letters in lines."""
    within = gray[mask > 0]
    ground, bright = float(np.median(within)), float(np.quantile(within, 0.99))
    contrast = bright - ground
    if contrast < _LEAST_CONTRAST:
        return False
    darker = within[within < ground + 0.5 * contrast].astype(np.float32)
    if float(np.mean(np.abs(darker - ground) > _STRAY * contrast)) > _MOST_STRAY:
        return False
    light = (gray > ground + 0.5 * contrast).astype(np.uint8)
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(light & mask, connectivity=8)
    outside = np.pad(mask, 1)
    edge = outside[1:-1, 1:-1] - cv2.erode(outside, np.ones((3, 3), np.uint8))[1:-1, 1:-1]
    enclosed = np.ones(len(stats), bool)
    enclosed[np.unique(pieces[edge > 0])] = False
    enclosed[0] = False
    inner = stats[enclosed]
    total = int(inner[:, 4].sum())
    if not total or total > _MOST_LIGHT * len(within):
        return False
    letters = _in_lines(inner)
    return len(letters) >= _LEAST_LETTERS and int(letters[:, 4].sum()) >= _LETTERS_OF_ALL * total


def _in_lines(stats: Any) -> Any:
    """Those of some pieces that are as high as letters and have a piece of like height beside them."""
    tall = stats[:, 3]
    fitting = stats[(tall >= _LETTER[0]) & (tall <= _LETTER[1]) & (stats[:, 2] <= 3 * tall)]
    fitting = fitting[np.argsort(-fitting[:, 4])][:_MOST_LETTERS].astype(np.float32)
    left, right, height = fitting[:, 0], fitting[:, 0] + fitting[:, 2], fitting[:, 3]
    bottom = fitting[:, 1] + height
    gap = left[None, :] - right[:, None]
    alike = (height[None, :] < 2 * height[:, None]) & (height[:, None] < 2 * height[None, :])
    level = np.abs(bottom[None, :] - bottom[:, None]) < 0.4 * height[:, None]
    beside = alike & level & (gap > -0.3 * height[:, None]) & (gap < height[:, None])
    return fitting[(beside | beside.T).any(axis=1)]
