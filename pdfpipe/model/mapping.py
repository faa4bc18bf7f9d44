"""Maps from the pixels of one image to those of another, of any shape, one after the other."""

from __future__ import annotations

from functools import reduce
from typing import Final, Protocol

import msgspec

from pdfpipe.model.geometry import BoundingBox, Point, Transform

__all__ = ["GridMap", "MapChain", "PointMap", "chained"]

_ALONG: Final = 5
"""So many points of the upper and the lower edge of a box are mapped where straight lines become curves."""


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
        """The bounding box of the mapped rectangle, as far as some points of its edges tell."""
        return _mapped_box(self, box)


class GridMap(msgspec.Struct, frozen=True):
    """A smooth map, by where it leads the nodes of a grid over an image; bilinear between them.

    Attributes:
        width: of the image in pixels.
        height: the same.
        columns: of nodes, the first on the left edge and the last on the right one; at least 2.
        nodes: where they are led, row by row; there are at least 2 rows, from the upper to the lower edge.

    """

    width: float
    height: float
    columns: int
    nodes: tuple[Point, ...]

    def apply(self, point: Point) -> Point:
        """Map a point; one outside the image as the nearest cell would."""
        last_column, last_row = self.columns - 2, len(self.nodes) // self.columns - 2
        u = point.x / self.width * (last_column + 1)
        v = point.y / self.height * (last_row + 1)
        column, row = min(max(int(u), 0), last_column), min(max(int(v), 0), last_row)
        u, v = u - column, v - row
        first = row * self.columns + column
        a, b = self.nodes[first : first + 2]
        c, d = self.nodes[first + self.columns : first + self.columns + 2]
        return Point(
            (1 - v) * ((1 - u) * a.x + u * b.x) + v * ((1 - u) * c.x + u * d.x),
            (1 - v) * ((1 - u) * a.y + u * b.y) + v * ((1 - u) * c.y + u * d.y),
        )

    def apply_box(self, box: BoundingBox) -> BoundingBox:
        """The bounding box of the mapped rectangle, as far as some points of its edges tell."""
        return _mapped_box(self, box)


def _mapped_box(one: PointMap, box: BoundingBox) -> BoundingBox:
    steps = [box.x0 + box.width * i / (_ALONG - 1) for i in range(_ALONG)]
    points = [one.apply(Point(x, y)) for x in steps for y in (box.y0, box.y1)]
    xs, ys = [point.x for point in points], [point.y for point in points]
    return BoundingBox(min(xs), min(ys), max(xs), max(ys))


def chained(first: PointMap, second: PointMap) -> PointMap:
    """The map that applies `first` and then `second`; one transform where both are."""
    if isinstance(first, Transform) and isinstance(second, Transform):
        return first.then(second)
    maps = [*_parts(first), *_parts(second)]
    return MapChain(tuple(maps))


def _parts(one: PointMap) -> tuple[PointMap, ...]:
    return one.maps if isinstance(one, MapChain) else (one,)
