"""By how much lines of text slope, and along which axis they run, from where ink begins and ends.

The feet of the letters of a line stand on one baseline.  Projected along the right slope they fall into few
rows, along any other into many (projection profiles: W. Postl, 1986; H. S. Baird, The skew angle of printed
documents, 1987).
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pdfpipe.imaging.stages.raster import Pixels

__all__ = [
    "MAX_SKEW",
    "Edges",
    "Skew",
    "estimate_skew",
    "feet_of",
    "heads_of",
    "ink_of",
    "rows_along",
    "skew_of",
    "slope_spread",
]

MAX_SKEW: Final = 15.0
"""Degrees to either side that are searched."""

_SURROUNDINGS: Final = 31
"""Side in pixels of what a pixel is compared with: some lines of text."""

_LEAST_CONTRAST: Final = 10
_CONTRAST: Final = 0.2
"""Ink is darker than its surroundings by so many levels, and by this part of the contrast of the page."""

_BRIDGED: Final = 3
"""Pixels: gaps in a column of ink that are lower, such as those in an e, are no edges."""

_MOST_EDGES: Final = 12_000
_FEW_EDGES: Final = 60
_COARSE_EDGES: Final = 3_000
_COARSE, _FINE, _FINEST = 0.5, 0.1, 0.02

_ALIKE: Final = 0.995

_SURE: Final = 1.3
"""How much more concentrated the edges are along the best slope than along most, where there are lines."""

_PARTS_ACROSS: Final = 3
_PARTS_DOWN: Final = 2
_LEAST_EDGES: Final = 300
_MOST_BENT: Final = 4.0
"""Parts of a page whose slopes are compared, edges that each must have, degrees that are searched there."""

Edges = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Columns and rows of edge pixels."""


class Skew(msgspec.Struct, frozen=True):
    """The slope of the lines in degrees, positive where they fall to the right.

    `contrast` is how much more concentrated edges are along it than along most slopes: 1 where there are no
    lines.
    """

    angle: float = 0.0
    contrast: float = 1.0

    @property
    def is_sure(self) -> bool:
        """Whether there are lines by which to tell."""
        return self.contrast >= _SURE


def estimate_skew(gray: Pixels) -> Skew:
    """The slope of the lines on a reduced page; 0 where none are found.

    `gray` should have some 800 to 1600 pixels on its longer side.
    """
    skew = skew_of(feet_of(ink_of(gray)))
    return skew if skew.is_sure else msgspec.structs.replace(skew, angle=0.0)


def ink_of(gray: Pixels) -> Pixels:
    """1 where a reduced page is darker than its surroundings, small gaps in columns closed."""
    sample = gray[::3, ::3]
    contrast = float(np.quantile(sample, 0.8)) - float(np.quantile(sample, 0.01))
    least = max(_LEAST_CONTRAST, _CONTRAST * contrast)
    ink = cv2.adaptiveThreshold(
        gray, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _SURROUNDINGS, least
    )
    column = np.ones((_BRIDGED, 1), np.uint8)
    return cv2.morphologyEx(ink, cv2.MORPH_CLOSE, column)  # type: ignore[return-value]


def feet_of(ink: Pixels) -> Edges:
    """Where columns of ink end downwards."""
    return _few(*np.nonzero(ink[:-1] > ink[1:]))


def heads_of(ink: Pixels) -> Edges:
    """Where columns of ink begin."""
    return _few(*np.nonzero(ink[1:] > ink[:-1]))


def skew_of(edges: Edges) -> Skew:
    """The slope along which edges are most concentrated."""
    x, y = edges
    if len(x) < _FEW_EDGES:
        return Skew()
    few = slice(None, None, max(1, len(x) // _COARSE_EDGES))
    angles = np.arange(-MAX_SKEW, MAX_SKEW + _COARSE / 2, _COARSE)
    scores = _scores((x[few], y[few]), angles)
    best = int(np.argmax(scores))
    contrast = float(scores[best] / np.median(scores))
    angle = float(angles[best])
    for step, reach in ((_FINE, _COARSE), (_FINEST, _FINE)):
        around = np.arange(angle - reach, angle + reach + step / 2, step)
        fine = _scores(edges, around)
        # Slopes of less than a pixel over the page are alike: the middle one of them.
        angle = float(around[fine > _ALIKE * fine.max()].mean())
    return Skew(round(angle, 2), contrast)


def slope_spread(edges: Edges, skew: Skew) -> float:
    """By how many degrees the slopes of six parts of a page differ; 0 if lines are in no two of them.

    On a flat sheet all lines slope alike.
    """
    if not skew.is_sure:
        return 0.0
    x, y = edges
    angles = skew.angle + np.arange(-_MOST_BENT, _MOST_BENT + _COARSE / 2, _COARSE)
    found = []
    for place in range(_PARTS_ACROSS * _PARTS_DOWN):
        across, down = place % _PARTS_ACROSS, place // _PARTS_ACROSS
        inside = _within(x, across, _PARTS_ACROSS) & _within(y, down, _PARTS_DOWN)
        part = x[inside], y[inside]
        if len(part[0]) < _LEAST_EDGES:
            continue
        scores = _scores((part[0] - part[0].min(), part[1] - part[1].min()), angles)
        if scores.max() >= _SURE * np.median(scores):
            found.append(float(angles[np.argmax(scores)]))
    return max(found) - min(found) if found else 0.0


def _within(values: NDArray[np.float32], part: int, parts: int) -> NDArray[np.bool_]:
    low, high = float(values.min()), float(values.max())
    step = (high - low) / parts
    return (values >= low + part * step) & (values <= low + (part + 1) * step)


def rows_along(first: Edges, second: Edges, angle: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How many of two sets of edges lie in each row of a page that is turned back by an angle, in degrees."""
    slope = np.float32(np.tan(np.radians(angle)))
    rows = [y - x * slope for x, y in (first, second)]
    lowest = min(float(one.min()) for one in rows)
    bins = int(max(float(one.max()) for one in rows) - lowest) + 2
    one, other = (
        np.bincount((part - np.float32(lowest)).astype(np.int32), minlength=bins).astype(np.float64)
        for part in rows
    )
    return one, other


def _few(y: NDArray[np.intp], x: NDArray[np.intp]) -> Edges:
    few = slice(None, None, max(1, len(x) // _MOST_EDGES))
    return x[few].astype(np.float32), y[few].astype(np.float32)


def _scores(edges: Edges, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """The concentration along each slope: mean number of edges that share the row of one, per edge."""
    x, y = edges
    lowest = float(x.max()) * float(np.tan(np.radians(np.abs(angles).max()))) + 2
    bins = int(float(y.max()) + 2 * lowest) + 2
    scores = np.empty(len(angles))
    for i, slope in enumerate(np.tan(np.radians(angles))):
        rows = (y - x * np.float32(slope) + np.float32(lowest)).astype(np.int32)
        counts = np.bincount(rows, minlength=bins).astype(np.float64)
        smooth = counts[1:-1] * 2 + counts[:-2] + counts[2:]
        scores[i] = float(smooth @ smooth)
    return scores / (16.0 * len(x))
