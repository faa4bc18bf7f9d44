"""Which pages are empty: what an empty sheet may show is no ink, and no ink is overlooked."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pdfpipe.imaging.stages.blank import look_for_ink
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, view_of
from tests.support import SCANS

DPI: Final = 120
A4: Final = (992, 1403)

Change = Callable[[Image.Image], Image.Image]


def sheet(shade: int = 245) -> Image.Image:
    """An empty sheet with the grain of paper."""
    return _grained(shade).copy()


@lru_cache(maxsize=1)
def _grained(shade: int) -> Image.Image:
    grain = np.random.default_rng(7).normal(0, 3, A4[::-1])
    return Image.fromarray(np.clip(shade + grain, 0, 255).astype(np.uint8))


def mm(length: float) -> int:
    return round(length / 25.4 * DPI)


def with_dust(page: Image.Image) -> Image.Image:
    draw, random = ImageDraw.Draw(page), np.random.default_rng(3)
    for x, y, size in zip(
        random.integers(0, A4[0], 150),
        random.integers(0, A4[1], 150),
        random.uniform(0.25, 0.8, 150),
        strict=True,
    ):
        draw.ellipse((x, y, x + mm(size) - 1, y + mm(size) - 1), fill=40)
    return page


def with_show_through(page: Image.Image) -> Image.Image:
    """The print of the other side, mirrored, blurred and faint."""
    other = view_of(BOOK).pixels.convert("L").resize(A4).transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    faint = np.asarray(other.filter(ImageFilter.GaussianBlur(1.5)), np.float32) / 255
    return Image.fromarray((np.asarray(page) * (0.82 + 0.18 * faint)).astype(np.uint8))


def yellowed(page: Image.Image) -> Image.Image:
    gray = np.asarray(page, np.float32)
    fall = np.linspace(1, 0.8, gray.shape[1])[None, :]
    return Image.fromarray(np.stack([gray * fall, gray * fall * 0.9, gray * fall * 0.7], 2).astype(np.uint8))


def skewed_on_a_dark_lid(page: Image.Image) -> Image.Image:
    return page.rotate(4, Image.Resampling.BICUBIC, fillcolor=15)


def punched(page: Image.Image) -> Image.Image:
    draw = ImageDraw.Draw(page)
    for y in (108, 188):
        draw.ellipse((mm(9), mm(y), mm(15), mm(y + 6)), fill=10)
    return page


def streaked(page: Image.Image) -> Image.Image:
    ImageDraw.Draw(page).line((420, 0, 420, A4[1]), fill=150, width=2)
    return page


def in_black_and_white(page: Image.Image) -> Image.Image:
    return page.convert("L").point(lambda shade: 255 * (shade > 128)).convert("1")


CHANGES: Final[tuple[Change, ...]] = (
    with_dust, with_show_through, yellowed, skewed_on_a_dark_lid, punched, streaked, in_black_and_white
)  # fmt: skip


def is_blank(page: Image.Image) -> bool:
    return look_for_ink(OcrImage(page, DPI)).is_blank


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_empty_sheet_may_show_is_no_ink(change: Change) -> None:
    assert is_blank(change(sheet()))


def test_all_of_it_at_once() -> None:
    assert is_blank(streaked(skewed_on_a_dark_lid(yellowed(with_show_through(punched(with_dust(sheet())))))))


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("ink", ["7", "Page intentionally left blank"])
def test_a_page_with_a_figure_on_it_is_not_empty(ink: str, change: Change) -> None:
    page = sheet()
    ImageDraw.Draw(page).text((mm(100), mm(270)), ink, fill=70, font=ImageFont.load_default(mm(3.5)))
    assert not is_blank(change(page))


@pytest.mark.parametrize(
    "ink", [(255, 235, 60), (60, 60, 200), (240, 120, 120)], ids=["yellow", "blue", "pink"]
)
def test_coloured_ink_counts(ink: tuple[int, int, int]) -> None:
    page = sheet().convert("RGB")
    ImageDraw.Draw(page).text((240, 360), "Paid", fill=ink, font=ImageFont.load_default(36))
    assert not is_blank(page)


def test_a_picture_over_the_whole_page_is_no_empty_sheet() -> None:
    slope = np.linspace(60, 230, A4[1])[:, None].repeat(A4[0], 1).astype(np.uint8)
    assert not is_blank(Image.fromarray(slope))
    assert not is_blank(Image.new("L", A4, 20))


def test_a_form_has_more_lines_than_a_scanner_s_dirt() -> None:
    page = sheet()
    for y in range(240, 1200, 120):
        ImageDraw.Draw(page).line((90, y, A4[0] - 90, y), fill=60, width=2)
    assert not is_blank(page)


def test_dots_of_a_printed_gray_are_no_dust() -> None:
    page = sheet()
    draw = ImageDraw.Draw(page)
    for x in range(300, 660, 7):
        for y in range(300, 660, 7):
            draw.ellipse((x, y, x + 2, y + 2), fill=60)
    assert not is_blank(page)


@pytest.mark.parametrize(
    "scan", [BOOK, LETTER, SCANS / "formats" / "png-1bit.png"], ids=lambda scan: scan.name
)
def test_pages_with_text_are_not_empty(scan: Path) -> None:
    assert not look_for_ink(view_of(scan)).is_blank


def is_blank_at_300_dpi(page: Image.Image) -> bool:
    return look_for_ink(OcrImage(page, 300)).is_blank


def test_dust_is_measured_on_the_page_itself_not_on_what_reducing_it_makes_of_it() -> None:
    page = Image.new("L", (2480, 3508), 245)
    for offset in range(60):
        x, y = 200 + 37 * offset, 300 + 41 * offset
        ImageDraw.Draw(page).ellipse((x, y, x + 11, y + 11), fill=40)  # 1.0 mm
    assert is_blank_at_300_dpi(page)


def test_the_smallest_figures_are_no_dust() -> None:
    page = Image.new("L", (2480, 3508), 245)
    ImageDraw.Draw(page).text((1200, 3300), "7", fill=60, font=ImageFont.load_default(21))  # 5 points
    assert not is_blank_at_300_dpi(page)
