from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from pdfpipe.model.geometry import BoundingBox, Point, Resolution, Transform, orientation_transform

coordinates = st.floats(-1e4, 1e4)
points = st.builds(Point, coordinates, coordinates)
sides = st.integers(1, 40)
orientations = st.integers(1, 8)


@st.composite
def boxes(draw: st.DrawFn) -> BoundingBox:
    xs = sorted((draw(coordinates), draw(coordinates)))
    ys = sorted((draw(coordinates), draw(coordinates)))
    return BoundingBox(xs[0], ys[0], xs[1], ys[1])


@st.composite
def transforms(draw: st.DrawFn) -> Transform:
    """Turns, scales, mirrors and shears that a page may undergo: none makes it vanish."""
    a, b, c, d = (draw(st.floats(-10, 10)) for _ in range(4))
    assume(abs(a * d - b * c) > 0.01)
    return Transform(a, b, c, d, draw(coordinates), draw(coordinates))


def close(a: Point, b: Point, tolerance: float = 1e-3) -> bool:
    return math.isclose(a.x, b.x, abs_tol=tolerance) and math.isclose(a.y, b.y, abs_tol=tolerance)


@given(transforms(), points)
def test_the_inverse_leads_every_point_back(transform: Transform, point: Point) -> None:
    assert close(transform.inverse().apply(transform.apply(point)), point, tolerance=0.01)


@given(transforms(), transforms(), points)
def test_then_applies_the_first_map_first(first: Transform, second: Transform, point: Point) -> None:
    assert close(first.then(second).apply(point), second.apply(first.apply(point)))


@given(transforms(), boxes(), st.floats(0, 1), st.floats(0, 1))
def test_a_mapped_box_holds_every_mapped_point_of_the_box(
    transform: Transform, box: BoundingBox, across: float, down: float
) -> None:
    inside = transform.apply(Point(box.x0 + across * box.width, box.y0 + down * box.height))
    mapped = transform.apply_box(box)
    assert mapped.x0 - 1e-6 <= inside.x <= mapped.x1 + 1e-6
    assert mapped.y0 - 1e-6 <= inside.y <= mapped.y1 + 1e-6


def test_coefficients_stand_in_the_order_of_pdf() -> None:
    assert Transform(1, 2, 3, 4, 5, 6).apply(Point(10, 100)) == Point(
        1 * 10 + 3 * 100 + 5, 2 * 10 + 4 * 100 + 6
    )


def test_a_map_that_flattens_the_plane_has_no_inverse() -> None:
    with pytest.raises(ZeroDivisionError):
        Transform(1, 2, 2, 4).inverse()


def test_only_the_map_that_changes_nothing_is_the_identity() -> None:
    assert Transform().is_identity
    assert Transform.scaling(1, 1).is_identity
    assert not Transform(e=0.5).is_identity


@given(orientations, sides, sides, st.data())
def test_orientations_move_pixels_as_pillow_does(
    orientation: int, width: int, height: int, data: st.DataObject
) -> None:
    x, y = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    stored = Image.new("L", (width, height))
    stored.putpixel((x, y), 255)
    stored.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(stored)
    moved = orientation_transform(orientation, width, height).apply_box(BoundingBox(x, y, x + 1, y + 1))
    assert upright.getbbox() == (moved.x0, moved.y0, moved.x1, moved.y1)


@given(orientations, sides, sides)
def test_an_oriented_page_fills_the_upright_page_exactly(orientation: int, width: int, height: int) -> None:
    page = orientation_transform(orientation, width, height).apply_box(BoundingBox(0, 0, width, height))
    upright = (height, width) if orientation >= 5 else (width, height)
    assert page == BoundingBox(0, 0, *upright)


@pytest.mark.parametrize("orientation", [0, 1, 9, -3])
def test_unknown_orientations_leave_the_page_as_it_is(orientation: int) -> None:
    assert orientation_transform(orientation, 20, 30).is_identity


@given(boxes(), boxes())
def test_the_union_holds_both_boxes_and_no_more(a: BoundingBox, b: BoundingBox) -> None:
    union = a.union(b)
    assert {union.x0, union.x1} <= {a.x0, a.x1, b.x0, b.x1}
    assert union.union(a) == union.union(b) == union == b.union(a)


@given(boxes(), boxes())
def test_iou_is_symmetric_and_a_share(a: BoundingBox, b: BoundingBox) -> None:
    assert 0 <= a.iou(b) <= 1 + 1e-9
    assert math.isclose(a.iou(b), b.iou(a), abs_tol=1e-9)


def test_iou_of_known_boxes() -> None:
    box = BoundingBox(0, 0, 10, 10)
    assert box.iou(box) == 1
    assert box.iou(BoundingBox(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert box.iou(BoundingBox(10, 0, 20, 10)) == 0
    assert box.iou(BoundingBox(3, 3, 3, 9)) == 0


def test_pixels_are_square_to_one_part_in_a_hundred() -> None:
    assert Resolution(300, 302).is_square
    assert not Resolution(204, 196).is_square
    assert Resolution(204, 98).swapped == Resolution(98, 204)
