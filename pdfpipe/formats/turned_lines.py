"""Baselines in the coordinate system of their line, which is that of a reader who turns the page for it.

A line that runs from left to right, its letters upright, is turned by no quarter; one whose letters lie
on their left side, running upwards, by one, counter-clockwise (hOCR 1.2, textangle).  In each system the
origin is the corner of the line's box that the reader sees at the bottom left, u runs along the line and
v across it, downwards.
"""

from __future__ import annotations

import math

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.text import Baseline

__all__ = ["baseline_at", "quarters_of", "slope_and_offset"]


def quarters_of(baseline: Baseline | None) -> int:
    """By how many quarters, 0 to 3, a line is turned."""
    if baseline is None:
        return 0
    start, end = baseline.start, baseline.end
    return round(math.atan2(start.y - end.y, end.x - start.x) / (math.pi / 2)) % 4


def slope_and_offset(baseline: Baseline, box: BoundingBox, quarters: int) -> tuple[float, float]:
    """The baseline as v = slope * u + offset."""
    u0, v0 = _turned(baseline.start, box, quarters)
    u1, v1 = _turned(baseline.end, box, quarters)
    slope = (v1 - v0) / (u1 - u0) if u1 != u0 else 0.0
    return slope, v0 - slope * u0


def baseline_at(slope: float, offset: float, box: BoundingBox, quarters: int) -> Baseline:
    """The baseline over the length of the box."""
    length = box.height if quarters % 2 else box.width
    return Baseline(_back(0.0, offset, box, quarters), _back(length, offset + slope * length, box, quarters))


def _turned(point: Point, box: BoundingBox, quarters: int) -> tuple[float, float]:
    match quarters:
        case 1:
            return box.y1 - point.y, point.x - box.x1
        case 2:
            return box.x1 - point.x, box.y0 - point.y
        case 3:
            return point.y - box.y0, box.x0 - point.x
        case _:
            return point.x - box.x0, point.y - box.y1


def _back(u: float, v: float, box: BoundingBox, quarters: int) -> Point:
    match quarters:
        case 1:
            return Point(box.x1 + v, box.y1 - u)
        case 2:
            return Point(box.x1 - u, box.y0 - v)
        case 3:
            return Point(box.x0 - v, box.y0 + u)
        case _:
            return Point(box.x0 + u, box.y1 + v)
