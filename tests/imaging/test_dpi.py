from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.imaging.dpi import estimate_dpi, resolve_dpi
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource

A4_AT_300 = (2480, 3508)


@pytest.mark.parametrize("dpi", [70, 72.5, 100, 300, 1200, 9600])
def test_what_a_scanner_says_is_believed(dpi: float) -> None:
    declared = resolve_dpi((dpi, dpi), None, 10_000, 14_000)
    assert declared == (Resolution(dpi, dpi), DpiSource.FILE)


def test_fax_pixels_may_be_higher_than_wide() -> None:
    assert resolve_dpi((204, 98), None, 1728, 1100) == (Resolution(204, 98), DpiSource.FILE)


@pytest.mark.parametrize(
    "declared",
    [
        (72, 72),
        (96, 96),
        (1, 1),
        (0, 0),
        (-300, -300),
        (69.9, 300),
        (300, 9601),
        (math.nan, 300),
        (300, math.inf),
    ],
)
def test_what_no_scanner_says_is_not_believed(declared: tuple[float, float]) -> None:
    assert resolve_dpi(declared, None, *A4_AT_300) == (Resolution(300, 300), DpiSource.ESTIMATED)


def test_96_dpi_is_believed_where_it_makes_a_page_of_paper() -> None:
    a4_at_96 = (794, 1123)
    assert resolve_dpi((96, 96), None, *a4_at_96) == (Resolution(96, 96), DpiSource.FILE)


def test_a_declared_resolution_that_makes_a_page_too_small_for_pdf_a_is_not_believed() -> None:
    resolution, source = resolve_dpi((1200, 1200), None, 4000, 40)
    assert source is DpiSource.ESTIMATED
    assert 40 * 72 / resolution.y >= 3


def test_what_the_user_says_goes_before_all_else() -> None:
    assert resolve_dpi((300, 300), 150, *A4_AT_300) == (Resolution(150, 150), DpiSource.GIVEN)
    assert resolve_dpi(None, 72, *A4_AT_300) == (Resolution(72, 72), DpiSource.GIVEN)


# Half and double sizes of these are sheets too: A3 at 300 has the pixels of A5 at 600. The likelier is taken.
@pytest.mark.parametrize(
    "millimetres",
    [(210, 297), (215.9, 279.4), (148, 210), (215.9, 355.6)],
    ids=["A4", "Letter", "A5", "Legal"],
)
@pytest.mark.parametrize("dpi", [100, 150, 200, 300, 600])
def test_sheets_from_a_scanner_have_the_scanners_resolution(
    millimetres: tuple[float, float], dpi: int
) -> None:
    width, height = (round(side / 25.4 * dpi) for side in millimetres)
    assert estimate_dpi(width, height).dpi == dpi
    assert estimate_dpi(height, width).dpi == dpi


def test_a_page_of_no_usual_size_just_fits_on_a4() -> None:
    dpi = estimate_dpi(1000, 4000).dpi
    assert 4000 / dpi == pytest.approx(11.693, rel=0.001)


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_every_estimate_makes_a_page_that_pdf_a_allows(width: int, height: int) -> None:
    dpi = estimate_dpi(width, height).dpi
    assert dpi > 0
    assert min(width, height) * 72 / dpi >= 3 - 1e-9


A4, A6 = (210, 297), (105, 148)


def pixels(millimetres: tuple[int, int], dpi: int) -> tuple[int, int]:
    width, height = (round(side / 25.4 * dpi) for side in millimetres)
    return width, height


@pytest.mark.parametrize("x_height", [1.4, 1.7, 2.1])
@pytest.mark.parametrize(
    ("paper", "dpi"), [*((A4, dpi) for dpi in (100, 150, 200, 300, 600)), (A6, 200), (A6, 300)]
)
def test_letters_tell_papers_of_the_same_shape_apart(
    paper: tuple[int, int], dpi: int, x_height: float
) -> None:
    estimate = estimate_dpi(*pixels(paper, dpi), x_height / 25.4 * dpi)
    assert estimate.dpi == dpi
    assert estimate.certainty > 0.65
    assert f"{x_height:.1f} mm high" in estimate.reason


def test_without_letters_the_usual_paper_is_taken_and_that_is_less_sure() -> None:
    size = pixels(A6, 200)
    assert estimate_dpi(*size).dpi == 100
    assert estimate_dpi(*size).certainty < estimate_dpi(*size, 1.65 / 25.4 * 200).certainty


def test_a_page_of_no_usual_size_has_letters_of_a_usual_height() -> None:
    receipt = estimate_dpi(800, 2500, 1.5 / 25.4 * 300)
    assert receipt.dpi == pytest.approx(300, rel=0.35)
    assert 0.3 < receipt.certainty < 0.9


@given(st.integers(1, 60_000), st.integers(1, 60_000), st.floats(0.1, 1000))
def test_every_estimate_by_letters_makes_a_page_that_pdf_a_allows(
    width: int, height: int, x_height: float
) -> None:
    estimate = estimate_dpi(width, height, x_height)
    assert min(width, height) * 72 / estimate.dpi >= 3 - 1e-9
    assert 0 <= estimate.certainty <= 1
