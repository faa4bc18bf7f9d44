"""Punch holes and fingers go, and what looks a little like them stays."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from pdfpipe.imaging.stages.crop import Crop
from pdfpipe.imaging.stages.margin_marks import margin_marks
from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, view_of
from tests.support import SCANS

DPI: Final = 200
PAPER: Final = (235, 228, 210)


def mm(length: float) -> int:
    return round(length / 25.4 * DPI)


def book(mode: str = "RGB") -> Image.Image:
    """A page of a book, on yellowish paper if in color; 1748 by 2480 pixels."""
    page = view_of(BOOK).pixels
    if mode != "RGB":
        return page.convert(mode)
    levels = np.asarray(page.convert("L"))[:, :, None] / 255
    return Image.fromarray((levels * np.array(PAPER) + (1 - levels) * 40).astype(np.uint8))


def with_holes(page: Image.Image, x: float = 12) -> Image.Image:
    draw = ImageDraw.Draw(page)
    for y in (108, 188):
        draw.ellipse((mm(x - 3), mm(y - 3), mm(x + 3), mm(y + 3)), fill=0)
    return page


def with_finger(page: Image.Image, skin: tuple[int, int, int] = (170, 120, 95)) -> Image.Image:
    """A thumb with its shadow, reaching 13 mm in from the left."""
    draw = ImageDraw.Draw(page)
    draw.ellipse((-mm(14), mm(150), mm(14), mm(171)), fill=(120, 112, 105))
    draw.ellipse((-mm(13), mm(151), mm(13), mm(170)), fill=skin)
    return page.filter(ImageFilter.GaussianBlur(1.5))


def marks(page: Image.Image) -> str:
    return str(margin_marks(page, overview(page), DPI) or "")


def cropped(page: Image.Image) -> tuple[Any, str]:
    staged = Crop().apply(Raster.of(OcrImage(page, DPI)))
    assert staged is not None
    assert staged.to_input == Transform()
    return staged.raster.gray, staged.detail


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_punch_holes_become_paper_and_nothing_else_changes(mode: str) -> None:
    page = with_holes(book(mode))
    pixels, detail = cropped(page)
    assert detail == "2 punch holes"
    for y in (108, 188):
        assert pixels[mm(y - 4) : mm(y + 4), mm(8) : mm(16)].min() > 180
    before = np.asarray(page.convert("L"))
    assert (pixels[:, mm(17) :] == before[:, mm(17) :]).all()


@pytest.mark.parametrize("skin", [(170, 120, 95), (205, 160, 135), (110, 70, 50)], ids=str)
def test_a_finger_becomes_paper_with_its_shadow(skin: tuple[int, int, int]) -> None:
    page = with_finger(book(), skin)
    pixels, detail = cropped(page)
    assert detail == "1 finger"
    assert pixels[mm(140) : mm(180), : mm(15)].min() > 180
    before = np.asarray(page.convert("L"))
    assert (pixels[:, mm(17) :] == before[:, mm(17) :]).all()


def test_letters_that_touch_a_hole_stay() -> None:
    page = book("L")
    ImageDraw.Draw(page).text((mm(14), mm(106)), "and all the rest", fill=0, font_size=30)
    text = np.asarray(page)[:, mm(17) : mm(40)].copy()
    pixels, detail = cropped(with_holes(page))
    assert detail == "2 punch holes"
    assert (pixels[:, mm(17) : mm(40)] == text).all()


@pytest.mark.parametrize("scan", [BOOK, LETTER, SCANS / "layouts" / "table.png"], ids=lambda scan: scan.name)
def test_print_is_neither(scan: str) -> None:
    assert marks(view_of(scan).pixels) == ""
    assert marks(view_of(scan).pixels.convert("RGB")) == ""


def test_a_disc_within_the_page_is_content() -> None:
    assert marks(with_holes(book("L"), x=60)) == ""


def test_a_gray_shape_at_the_edge_is_no_finger() -> None:
    assert marks(with_finger(book(), (150, 148, 140))) == ""


def test_a_printed_box_that_reaches_the_edge_is_no_finger() -> None:
    page = book()
    draw = ImageDraw.Draw(page)
    draw.rectangle((0, mm(150), mm(30), mm(180)), fill=(190, 130, 105))
    for line in range(6):
        draw.text((8, mm(152) + 34 * line), "No. 17, price 3", fill=(40, 30, 30), font_size=30)
    assert marks(page) == ""
