"""Maps from the pixels of one image to those of another, of any shape, one after the other."""

from __future__ import annotations

from functools import reduce
from typing import Protocol

import msgspec

from pdfpipe.model.geometry import BoundingBox, Point, Transform

__all__ = ["MapChain", "PointMap", "chained"]


class PointMap(Protocol):
    """A map of points: affine (`Transform`), or what flattens a curved page."""

    def apply(self, point: Point) -> Point:
        """Map a point."""
        ...

    def apply_box(self, box: BoundingBox) -> BoundingBox:
        """The bounding box of the mapped rectangle."""
        ...


class MapChain(msgspec.Struct, frozen=True):
    """Maps that are applied in turn, the first first."""

    maps: tuple[PointMap, ...]

    def apply(self, point: Point) -> Point:
        """Map a point."""
        return reduce(lambda mapped, one: one.apply(mapped), self.maps, point)

    def apply_box(self, box: BoundingBox) -> BoundingBox:
        """The bounding box of the mapped rectangle, as far as its corners tell."""
        corners = [self.apply(Point(x, y)) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
        return BoundingBox(min(xs), min(ys), max(xs), max(ys))


def chained(first: PointMap, second: PointMap) -> PointMap:
    """The map that applies `first` and then `second`; one transform where both are."""
    if isinstance(first, Transform) and isinstance(second, Transform):
        return first.then(second)
    maps = [*_parts(first), *_parts(second)]
    return MapChain(tuple(maps))


def _parts(one: PointMap) -> tuple[PointMap, ...]:
    return one.maps if isinstance(one, MapChain) else (one,)
