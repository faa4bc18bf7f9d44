"""Separator sheets are found however they lie, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.sheets.look import look_at_sheet
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.sheet_look import SheetLook, Sought
from pdfpipe.pdf.separator_sheets import Paper, SeparatorSheet
from tests.imaging.stages.pages import BOOK, LETTER
from tests.separators import PATCHES, patch_sheet, printed
from tests.support import SCANS

CODES = (Sought.PATCH_T, Sought.SHEET_CODES)
SHEET = SeparatorSheet("INV-7", patch_t=True, code="PDFPIPE:INV-7")


def look_at(page: Image.Image, *sought: Sought, dpi: float = 100) -> SheetLook:
    image = PageImage(page, "TEST", Resolution(dpi, dpi), DpiSource.FILE)
    return look_at_sheet(image, sought or CODES)


def dusty(page: Image.Image, specks: int = 150) -> Image.Image:
    page, random = page.copy(), np.random.default_rng(5)
    draw = ImageDraw.Draw(page)
    for x, y, size in zip(
        random.integers(0, page.width, specks),
        random.integers(0, page.height, specks),
        random.uniform(0.5, 2, specks),
        strict=True,
    ):
        draw.ellipse((x - size, y - size, x + size, y + size), fill=int(255 * (x % 2)))
    return page


def grainy(page: Image.Image) -> Image.Image:
    noise = np.random.default_rng(7).normal(60, 10, page.size[::-1])
    return Image.fromarray(np.clip(np.asarray(page) * 0.6 + noise, 0, 255).astype(np.uint8))


def wavy(page: Image.Image, length: float) -> Image.Image:
    """Waves of moiré, so long in pixels, aslant."""
    y, x = np.mgrid[0 : page.height, 0 : page.width]
    along, across = 0.94 * x + 0.34 * y, 0.94 * y - 0.34 * x
    waves = np.sin(along * 2 * np.pi / length) + np.sin(across * 2 * np.pi / length)
    return Image.fromarray((np.asarray(page) * (0.68 + 0.13 * waves)).astype(np.uint8))


def bilevel(page: Image.Image) -> Image.Image:
    return page.point(lambda shade: 255 * (shade > 128)).convert("1")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_patch_code_along_one_edge_is_found_whichever_edge_it_is(turn: int) -> None:
    found = look_at(patch_sheet().rotate(turn, expand=True))
    assert (found.patch_t, found.bare, found.barcodes) == (True, True, ())


@pytest.mark.parametrize("name", sorted(set(PATCHES) - {"T"}))
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_other_patch_codes_are_none(name: str, turn: int) -> None:
    assert not look_at(patch_sheet(name).rotate(turn, expand=True)).patch_t


@given(skew=st.floats(-10, 10), turn=st.sampled_from([0, 90, 180, 270]), paper=st.sampled_from(Paper))
@settings(max_examples=10)
def test_a_printed_sheet_is_found_at_any_slope(skew: float, turn: int, paper: Paper) -> None:
    page = printed(SHEET, paper=paper).rotate(turn, expand=True)
    found = look_at(dusty(page.rotate(skew, Image.Resampling.BILINEAR, fillcolor=255)))
    assert found == SheetLook(patch_t=True, barcodes=("PDFPIPE:INV-7",), bare=True)


@pytest.mark.parametrize("dpi", [100, 200, 300])
@pytest.mark.parametrize(
    "change", [dusty, grainy, bilevel, lambda page: page.filter(ImageFilter.GaussianBlur(1))]
)
def test_at_any_resolution_and_by_any_scanner(dpi: int, change: object) -> None:
    assert callable(change)
    found = look_at(change(printed(SHEET, dpi)), dpi=dpi)
    assert found == SheetLook(patch_t=True, barcodes=("PDFPIPE:INV-7",), bare=True)


def test_a_short_patch_code_with_a_white_streak_through_it_is_found() -> None:
    page = patch_sheet(length=1.6)
    ImageDraw.Draw(page).rectangle((430, 0, 436, page.height), fill=255)
    assert look_at(page).patch_t


@pytest.mark.parametrize("text", ["A", "Rechnung Müller & Söhne, März 2024", "請求書", "x" * 90])
def test_a_name_in_any_script_is_read(text: str) -> None:
    found = look_at(dusty(printed(SeparatorSheet(text, code=f"PDFPIPE:{text}"))))
    assert (found.barcodes, found.bare) == ((f"PDFPIPE:{text}",), True)


@pytest.mark.parametrize("length", [12, 14, 16, 18])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_long_name_is_read_through_moiré(length: float, turn: int) -> None:
    code = "PDFPIPE:Rechnung Nr. 2024-0017 an Müller & Söhne, Köln"
    page = printed(SeparatorSheet("Müller", code=code), 300).rotate(turn, expand=True)
    found = look_at(wavy(page, length), dpi=300)
    assert (found.barcodes, found.bare) == ((code,), True)


def test_a_code_on_a_page_of_text_is_found_and_the_page_is_not_bare() -> None:
    page = load_page(PageSource(LETTER), image_dpi=None, max_pixels=1e9).pixels.convert("L")
    code = printed(SHEET, 300).crop((890, 1755, 1590, 2455))
    page.paste(code, (page.width - 700, page.height - 700))
    found = look_at(page, dpi=300)
    assert found.barcodes == ("PDFPIPE:INV-7",)
    assert not found.bare


def test_four_rules_of_other_widths_are_no_patch_code() -> None:
    page = Image.new("L", (850, 1100), 255)
    draw = ImageDraw.Draw(page)
    for widths, top in (
        ((8, 8, 8, 8), 100),
        ((4, 20, 4, 20), 300),
        ((8, 20, 8, 20, 8), 500),
        ((8, 20, 8), 800),
    ):
        for width in widths:
            draw.rectangle((200, top, 600, top + width - 1), fill=0)
            top += width + 8
    assert not look_at(page).patch_t


@pytest.mark.parametrize(
    "scan",
    [BOOK, LETTER, SCANS / "layouts" / "blank.tif", SCANS / "formats" / "png-1bit.png"],
    ids=lambda p: p.name,
)
def test_ordinary_pages_are_no_separators(scan: Path) -> None:
    page = load_page(PageSource(scan), image_dpi=None, max_pixels=1e9)
    found = look_at_sheet(page, (Sought.PATCH_T, Sought.BARCODES))
    assert found == SheetLook()


def test_what_is_not_sought_is_not_told() -> None:
    page = printed(SHEET)
    assert look_at(page, Sought.PATCH_T) == SheetLook(patch_t=True, bare=True)
    assert look_at(Image.new("L", (850, 1100), 250), Sought.INK) == SheetLook(blank=True)
    assert look_at(Image.new("L", (850, 1100), 250)) == SheetLook()
