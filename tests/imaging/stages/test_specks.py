"""Specks go, thin strokes and small marks stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pdfpipe.imaging.stages.denoise import Denoise
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.imaging.stages.specks import without_specks

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


def test_without_specks_and_blur_there_is_nothing_to_do() -> None:
    assert Denoise(specks=False).apply(Raster(drawn(bilevel=True), 300, bilevel=True)) is None
