"""Specks go, thin strokes and small marks stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pdfpipe.imaging.stages.denoise import Denoise
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.imaging.stages.specks import without_impulses, without_specks
from tests.imaging.stages.pages import BOOK, view_of

PAPER, INK = 225, 30
STROKE = (slice(100, 101), slice(20, 180))
"""A line of one pixel, as thin as print can be."""
FULL_STOP = (slice(150, 154), slice(100, 104))
BAR = (slice(40, 60), slice(20, 180))


def drawn(*, bilevel: bool) -> Any:
    page = np.full((200, 200), 255 if bilevel else PAPER, np.uint8)
    for part in (STROKE, FULL_STOP, BAR):
        page[part] = 0 if bilevel else INK
    return page


@pytest.mark.parametrize("bilevel", [True, False])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 2), (3, 3), (1, 6)])
def test_specks_and_holes_go_and_nothing_else_changes(bilevel: bool, height: int, width: int) -> None:
    clean = drawn(bilevel=bilevel)
    page = clean.copy()
    page[120 : 120 + height, 30 : 30 + width] = 0
    page[180 : 180 + height, 150 : 150 + width] = 0
    if height * width <= 6:
        page[48 : 48 + height, 90 : 90 + width] = 255
    assert (page != clean).any()
    assert (without_specks(Raster(page, 300, bilevel)) == clean).all()


def test_of_a_coarser_page_less_is_a_speck() -> None:
    page = drawn(bilevel=True)
    page[120:122, 30:32] = 0
    assert (without_specks(Raster(page, 150, bilevel=True)) == page).all()


def test_what_is_a_speck_on_paper_is_none_on_a_letter() -> None:
    page = drawn(bilevel=True)
    page[60:62, 50:52] = 0  # a serif
    assert (without_specks(Raster(page, 300, bilevel=True)) == page).all()


def test_color_stays() -> None:
    page = np.stack([drawn(bilevel=False)] * 3, axis=2)
    page[BAR] = (200, 30, 30)
    clean = page.copy()
    page[120:122, 30:32] = 0
    assert (without_specks(Raster(page, 300)) == clean).all()


SHADES: Any = np.array([[225, 190, 150, 90, 150, 190, 225]] * 7, np.uint8)
"""A thin stroke as a scanner sees it."""


def with_impulses(clean: Any) -> Any:
    """Black ones on paper and at the feet of letters, some two pixels high; white ones on strokes."""
    page = clean.copy()
    for row in range(4, 196, 8):
        high, columns = 1 + row % 16 // 8, np.arange(3, 196, 9)
        page[row : row + high, columns[clean[row, columns] >= 190]] = 0
        inside = (clean[row - 1 : row + 2, columns] == 90).all(axis=0)
        page[row, columns[inside]] = 255
    return page


def soft_print() -> Any:
    page = np.full((200, 200), PAPER, np.uint8)
    for row in range(10, 180, 12):
        for left in range(5, 180, 11):
            page[row : row + 7, left : left + 7] = SHADES
    page[3:5, 8:10] = 40  # the dot of an i
    return page


@pytest.mark.parametrize("is_color", [False, True])
def test_impulses_go_and_small_soft_marks_stay(is_color: bool) -> None:
    clean = soft_print()
    page = with_impulses(clean)
    if is_color:
        clean, page = (np.stack([each] * 3, axis=2) for each in (clean, page))
    faults = page != clean
    cleaned = without_specks(Raster(page, 300)).astype(int)
    assert (cleaned == page)[~faults].all()
    left = np.abs(cleaned - clean)[faults]
    assert np.median(left) <= 20
    assert left.max() < 120


@pytest.mark.parametrize("parts", [2, 3])
def test_dots_and_holes_of_small_letters_in_full_black_are_no_impulses(parts: int) -> None:
    small = np.asarray(view_of(BOOK).pixels.convert("L").reduce(parts))
    assert (small == 0).any()
    assert (small == 255).any()
    assert without_impulses(Raster(small, 300 / parts)) is None


def test_where_few_pixels_are_impulses_specks_are_pieces_of_ink() -> None:
    page = soft_print()
    page[190:192, 100:102] = 60  # a gray speck
    page[50, 1] = 0
    cleaned = without_specks(Raster(page, 300))
    assert cleaned[190:192, 100:102].min() > 200
    assert cleaned[50, 1] > 200


@pytest.mark.parametrize("shape", [(1, 1), (3, 3), (1, 9), (2, 2, 3)])
def test_what_is_smaller_than_a_speck_stays(shape: tuple[int, ...]) -> None:
    for shade in (0, 255):
        page = np.full(shape, shade, np.uint8)
        staged = Denoise().apply(Raster(page, 300))
        assert staged is None or (staged.raster.pixels == page).all()


def test_without_specks_and_blur_there_is_nothing_to_do() -> None:
    assert Denoise(specks=False).apply(Raster(drawn(bilevel=True), 300, bilevel=True)) is None
