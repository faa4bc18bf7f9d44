"""Boxes, affine transforms and resolutions.

Frames: *pixels* have their origin at the top left corner, y downwards, and integer coordinates
lie on the cracks between pixels, so that the top left pixel is the box (0, 0, 1, 1).
*Points* (1/72 inch) are PDF user space: origin at the bottom left, y upwards.
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

__all__ = [
    "POINTS_PER_INCH",
    "BoundingBox",
    "Point",
    "Resolution",
    "Transform",
    "orientation_transform",
    "turned_orientation",
]

POINTS_PER_INCH: Final = 72.0


class Point(msgspec.Struct, frozen=True):
    """A point in whatever frame its owner names."""

    x: float
    y: float


class BoundingBox(msgspec.Struct, frozen=True):
    """An axis-parallel rectangle: x0 <= x1, y0 <= y1, in the frame its owner names."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent along x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent along y."""
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    @property
    def center(self) -> Point:
        """The point in the middle."""
        return Point((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)

    def union(self, other: BoundingBox) -> BoundingBox:
        """The smallest box that holds both."""
        return BoundingBox(
            min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1)
        )

    def holds(self, point: Point) -> bool:
        """Whether a point lies in it or on its edge."""
        return self.x0 <= point.x <= self.x1 and self.y0 <= point.y <= self.y1

    def iou(self, other: BoundingBox) -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.area + other.area - shared)


class Transform(msgspec.Struct, frozen=True):
    """An affine map in PDF's order of coefficients (ISO 32000-1, 8.3.3).

    x' = a x + c y + e and y' = b x + d y + f.
    """

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    @staticmethod
    def scaling(sx: float, sy: float) -> Transform:
        """Scale about the origin."""
        return Transform(a=sx, d=sy)

    def then(self, after: Transform) -> Transform:
        """The map that applies `self` first and `after` second."""
        return Transform(
            a=self.a * after.a + self.b * after.c,
            b=self.a * after.b + self.b * after.d,
            c=self.c * after.a + self.d * after.c,
            d=self.c * after.b + self.d * after.d,
            e=self.e * after.a + self.f * after.c + after.e,
            f=self.e * after.b + self.f * after.d + after.f,
        )

    def inverse(self) -> Transform:
        """The map that undoes this one; ZeroDivisionError if it is singular."""
        det = self.a * self.d - self.b * self.c
        return Transform(
            a=self.d / det,
            b=-self.b / det,
            c=-self.c / det,
            d=self.a / det,
            e=(self.c * self.f - self.d * self.e) / det,
            f=(self.b * self.e - self.a * self.f) / det,
        )

    def apply(self, point: Point) -> Point:
        """Map a point."""
        return Point(
            self.a * point.x + self.c * point.y + self.e, self.b * point.x + self.d * point.y + self.f
        )

    def apply_box(self, box: BoundingBox) -> BoundingBox:
        """The bounding box of the mapped rectangle."""
        if not self.b and not self.c:  # most maps: nothing is turned
            left, right = self.a * box.x0 + self.e, self.a * box.x1 + self.e
            top, bottom = self.d * box.y0 + self.f, self.d * box.y1 + self.f
            if left > right:
                left, right = right, left
            return (
                BoundingBox(left, bottom, right, top)
                if top > bottom
                else BoundingBox(left, top, right, bottom)
            )
        ax0, ax1, cy0, cy1 = self.a * box.x0, self.a * box.x1, self.c * box.y0, self.c * box.y1
        bx0, bx1, dy0, dy1 = self.b * box.x0, self.b * box.x1, self.d * box.y0, self.d * box.y1
        return BoundingBox(
            min(ax0, ax1) + min(cy0, cy1) + self.e,
            min(bx0, bx1) + min(dy0, dy1) + self.f,
            max(ax0, ax1) + max(cy0, cy1) + self.e,
            max(bx0, bx1) + max(dy0, dy1) + self.f,
        )

    @property
    def is_identity(self) -> bool:
        """Whether this map changes nothing."""
        return self == Transform()


class Resolution(msgspec.Struct, frozen=True):
    """Dots per inch along x and y; scanners and fax machines may give two different ones."""

    x: float
    y: float

    @property
    def is_square(self) -> bool:
        """Whether pixels are square, to one part in a hundred."""
        return math.isclose(self.x, self.y, rel_tol=0.01)

    @property
    def swapped(self) -> Resolution:
        """The resolution of the page turned by 90 degrees."""
        return Resolution(self.y, self.x)


def orientation_transform(orientation: int, width: int, height: int) -> Transform:
    """Map pixels of an image as stored to pixels of the upright page.

    `orientation` is the EXIF tag 0x0112 (1 to 8, CIPA DC-008 4.6.4; TIFF 6.0 has the same);
    `width` and `height` are those of the stored image.
    """
    w, h = float(width), float(height)
    match orientation:
        case 2:
            return Transform(-1, 0, 0, 1, w, 0)
        case 3:
            return Transform(-1, 0, 0, -1, w, h)
        case 4:
            return Transform(1, 0, 0, -1, 0, h)
        case 5:
            return Transform(0, 1, 1, 0, 0, 0)
        case 6:
            return Transform(0, 1, -1, 0, h, 0)
        case 7:
            return Transform(0, -1, -1, 0, h, w)
        case 8:
            return Transform(0, -1, 1, 0, 0, w)
        case _:
            return Transform()


def turned_orientation(orientation: int, turn: int) -> int:
    """The EXIF orientation of a page that is turned clockwise by 0, 90, 180 or 270 degrees more."""
    more = {0: 1, 90: 6, 180: 3, 270: 8}[turn % 360]
    whole = orientation_transform(orientation, 0, 0).then(orientation_transform(more, 0, 0))
    return next(one for one in range(1, 9) if orientation_transform(one, 0, 0) == whole)
