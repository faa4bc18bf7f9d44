"""Maps of points, one after the other and by grids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.model.geometry import BoundingBox, Point, Transform
from pdfpipe.model.mapping import GridMap, MapChain, chained

numbers = st.floats(-2, 2)
places = st.floats(-50, 250)


def grid_of(transform: Transform, columns: int, rows: int) -> GridMap:
    """A grid over an image of 200 by 120 pixels."""
    nodes = tuple(
        transform.apply(Point(200 * column / (columns - 1), 120 * row / (rows - 1)))
        for row in range(rows)
        for column in range(columns)
    )
    return GridMap(200, 120, columns, nodes)


@given(
    st.builds(Transform, numbers, numbers, numbers, numbers, places, places),
    st.integers(2, 6),
    st.integers(2, 6),
    st.builds(Point, places, places),
)
def test_a_grid_with_nodes_of_an_affine_map_is_that_map(
    transform: Transform, columns: int, rows: int, point: Point
) -> None:
    expected, found = transform.apply(point), grid_of(transform, columns, rows).apply(point)
    assert (found.x, found.y) == pytest.approx((expected.x, expected.y), abs=1e-6)


def test_a_box_whose_edges_bend_holds_the_bend() -> None:
    bump = GridMap(
        100, 100, 3, tuple(Point(x, y + (20 if x == 50 else 0)) for y in (0, 100) for x in (0, 50, 100))
    )
    assert bump.apply_box(BoundingBox(0, 40, 100, 60)) == BoundingBox(0, 40, 100, 80)
    assert chained(bump, Transform(e=5)).apply_box(BoundingBox(0, 40, 100, 60)) == BoundingBox(5, 40, 105, 80)


def test_affine_maps_become_one_and_others_a_chain() -> None:
    grid = grid_of(Transform(), 2, 2)
    assert chained(Transform(e=1), Transform(f=2)) == Transform(e=1, f=2)
    both = chained(chained(Transform(e=1), grid), Transform(f=2))
    assert both == MapChain((Transform(e=1), grid, Transform(f=2)))
    assert both.apply(Point(3, 4)) == Point(4, 6)
