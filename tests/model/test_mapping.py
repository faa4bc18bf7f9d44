"""Maps one after the other: what the stages of preprocessing did is undone in one step."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.model.geometry import BoundingBox, Point, Transform
from pdfpipe.model.mapping import MapChain, chained

numbers = st.floats(-1000, 1000)
factors = st.floats(0.1, 10)
angles = st.floats(-math.pi, math.pi)


@st.composite
def transforms(draw: st.DrawFn) -> Transform:
    turn = draw(angles)
    cos, sin = math.cos(turn), math.sin(turn)
    scaled = Transform.scaling(draw(factors), draw(factors))
    return scaled.then(Transform(cos, sin, -sin, cos, draw(numbers), draw(numbers)))


class Bulge(msgspec.Struct, frozen=True):
    """A map that bends straight lines, as a curved page does."""

    def apply(self, point: Point) -> Point:
        return Point(point.x, point.y + point.x**2 / 100)

    def apply_box(self, box: BoundingBox) -> BoundingBox:
        return MapChain((self,)).apply_box(box)


def near(point: Point) -> object:
    return pytest.approx((point.x, point.y), rel=1e-6, abs=1e-5)


@given(transforms(), transforms(), numbers, numbers)
def test_two_transforms_are_one(first: Transform, second: Transform, x: float, y: float) -> None:
    both = chained(first, second)
    assert isinstance(both, Transform)
    done = both.apply(Point(x, y))
    assert (done.x, done.y) == near(second.apply(first.apply(Point(x, y))))


@given(transforms(), numbers, numbers)
def test_a_transform_and_its_inverse_lead_back(transform: Transform, x: float, y: float) -> None:
    back = chained(transform, transform.inverse()).apply(Point(x, y))
    assert (back.x, back.y) == near(Point(x, y))


def test_a_map_of_another_kind_takes_its_turn() -> None:
    move = Transform(e=10)
    point = chained(chained(move, Bulge()), move).apply(Point(0, 1))
    assert (point.x, point.y) == (20, 2)
    point = chained(move, chained(Bulge(), move)).apply(Point(0, 1))
    assert (point.x, point.y) == (20, 2)


def test_a_box_holds_its_mapped_corners() -> None:
    box = chained(Transform(e=10), Bulge()).apply_box(BoundingBox(0, 0, 10, 5))
    assert box == BoundingBox(10, 1, 20, 9)
