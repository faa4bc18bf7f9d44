"""Where a line of text lies: four corners, and the map between the page and the line laid flat."""

from __future__ import annotations

import math
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.text import LinePart
from pdfpipe.ocr.ppocr.network import Floats

__all__ = ["LINE_HEIGHT", "FlatLine", "LineBox", "flatten"]

Pixels = NDArray[np.uint8]

LINE_HEIGHT: Final = 48
"""Height in pixels of the line images that PP-OCR's recognition was trained on."""

_SIDE, _ABOVE, _BELOW = 0.15, 0.12, 0.08
"""Margins around the ink of a line, in its heights: the median of PP-OCR's own boxes on book pages."""

_SLANTED: Final = math.radians(10.0)

_VERTICAL: Final = 1.5
"""Boxes more than this much higher than wide hold text that runs up or down the page."""


class LineBox(msgspec.Struct, frozen=True, eq=False):
    """The corners of a line in page pixels, shape (4, 2): top left, top right, bottom right, bottom left,
    as seen when the line is read.
    """

    corners: Floats

    @classmethod
    def around(cls, box: BoundingBox) -> LineBox:
        """A level line."""
        return cls(np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], "f4"))

    @classmethod
    def of_words(cls, part: LinePart) -> LineBox:
        """Words that another engine has found, as high as their line, with the margins that this one's own
        lines have, or half of the gap to the next word.
        """
        line = part.line
        angle = 0.0
        if line.baseline is not None:
            start, end = line.baseline.start, line.baseline.end
            angle = math.atan2(end.y - start.y, end.x - start.x)
        along = np.array([math.cos(angle), math.sin(angle)])
        across = np.array([-math.sin(angle), math.cos(angle)])
        edges = np.array(
            [
                [(w.box.x0, w.box.y0), (w.box.x1, w.box.y0), (w.box.x1, w.box.y1), (w.box.x0, w.box.y1)]
                for w in line.words
            ]
        )
        # Boxes of slanted words are too high; the smallest reach above and below is nearest to the ink.
        u, v = (edges @ along).reshape(-1, 4), edges @ across
        slack = (
            abs(math.sin(angle)) * float(np.median([w.box.width for w in line.words]))
            if abs(angle) < _SLANTED
            else 0.0
        )
        top, bottom = float(v.min()) + slack, float(v.max()) - slack
        height = max(bottom - top, 1.0)
        u0, u1 = _ends(u.min(axis=1), u.max(axis=1), part, _SIDE * height)
        v0, v1 = top - _ABOVE * height, bottom + _BELOW * height
        corners = [
            u0 * along + v0 * across,
            u1 * along + v0 * across,
            u1 * along + v1 * across,
            u0 * along + v1 * across,
        ]
        return cls(np.array(corners, np.float32))

    @property
    def size(self) -> tuple[float, float]:
        """Length of the line and its height, in page pixels."""
        a, b, c, d = self.corners
        length = max(float(np.hypot(*(b - a))), float(np.hypot(*(c - d))))
        return length, max(float(np.hypot(*(d - a))), float(np.hypot(*(c - b))))

    @property
    def slenderness(self) -> float:
        """The longer side over the shorter one, with which the width of the flat line grows."""
        sides = self.size
        return max(sides) / max(min(sides), 1.0)

    @property
    def is_upright(self) -> bool:
        """Whether the box lies; text in a box that stands runs up or down."""
        length, height = self.size
        return height <= _VERTICAL * length

    def turned(self, quarters: int) -> LineBox:
        """The same box, read in a direction turned clockwise by so many quarters."""
        return LineBox(np.roll(self.corners, -quarters, axis=0))

    @property
    def box(self) -> BoundingBox:
        """The smallest axis-parallel box that holds the line."""
        (x0, y0), (x1, y1) = self.corners.min(axis=0), self.corners.max(axis=0)
        return BoundingBox(float(x0), float(y0), float(x1), float(y1))

    def at(self, u: float, v: float) -> Point:
        """A point of the page: `u` runs from 0 to 1 along the line, `v` from 0 at its top to 1."""
        a, b, c, d = self.corners
        x, y = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c)
        return Point(float(x), float(y))

    def part(self, u0: float, v0: float, u1: float, v1: float) -> BoundingBox:
        """The box around a part of the line, in page pixels."""
        points = [self.at(u, v) for u in (u0, u1) for v in (v0, v1)]
        xs, ys = [p.x for p in points], [p.y for p in points]
        return BoundingBox(min(xs), min(ys), max(xs), max(ys))


def _ends(left: Any, right: Any, part: LinePart, margin: float) -> tuple[float, float]:
    """Where some words begin and end along their line, with a margin or half of the gap to the next word.

    `left` and `right` are of all words of the line.
    """
    start, end = float(left[part.start : part.stop].min()), float(right[part.start : part.stop].max())
    gaps_before, gaps_after = start - right[right <= start], left[left >= end] - end
    return (
        start - min([margin, *(gaps_before / 2)]),
        end + min([margin, *(gaps_after / 2)]),
    )


class FlatLine(msgspec.Struct, frozen=True, eq=False):
    """A line cut out of the page: uint8 pixels of shape (48, width) or (48, width, 3)."""

    box: LineBox
    pixels: Pixels


def flatten(page: Pixels, box: LineBox, max_width: int) -> FlatLine:
    """Cut a line out, make it level and 48 pixels high; one that is too long is squeezed."""
    length, height = (max(1, round(side)) for side in box.size)
    target = np.array([[0, 0], [length, 0], [length, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(np.ascontiguousarray(box.corners), target)
    flat: Any = cv2.warpPerspective(
        page, matrix, (length, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    width = min(max(8, round(length * LINE_HEIGHT / height)), max_width)
    # Shrinking by anything but the mean of areas makes thin strokes vanish.
    method = cv2.INTER_AREA if height > LINE_HEIGHT else cv2.INTER_CUBIC
    return FlatLine(box, cv2.resize(flat, (width, LINE_HEIGHT), interpolation=method))
