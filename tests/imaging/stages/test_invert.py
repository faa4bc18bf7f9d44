"""Light print becomes dark, and pictures and ordinary print stay as they are."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from pdfpipe.imaging.preprocess import needs_of
from pdfpipe.imaging.stages.invert import Invert
from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, view_of
from tests.support import SCANS

BAR: Final = (150, 60, 1250, 160)
WORDS: Final = (400, 75, 1000, 145)


def with_bar(mode: str = "L", ground: int = 20, letters: int = 245) -> Image.Image:
    """A page of a book with a heading in a dark bar over it."""
    page = view_of(BOOK).pixels.convert("L")
    draw = ImageDraw.Draw(page)
    draw.rectangle(BAR, fill=ground)
    draw.text((420, 80), "Light on dark ground", fill=letters, font_size=56)
    return page.convert(mode, dither=Image.Dither.NONE)


def inverted(page: Image.Image) -> Pixels | None:
    staged = Invert().apply(Raster.of(OcrImage(page, 200)))
    if staged is None:
        return None
    assert staged.to_input == Transform()
    return staged.raster.gray


def dark_share(pixels: Pixels, box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    return float((pixels[top:bottom, left:right] < 128).mean())


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
@pytest.mark.parametrize("degrees", [0, 4])
def test_a_heading_in_a_bar_becomes_dark_on_light(mode: str, degrees: int) -> None:
    page = with_bar(mode).rotate(degrees, fillcolor="white")
    pixels = inverted(page)
    assert pixels is not None
    upright = np.asarray(Image.fromarray(pixels).rotate(-degrees, fillcolor=255))
    # The letters are as they were, nothing is left of the bar, and all else is untouched.
    light = np.asarray(with_bar())[WORDS[1] : WORDS[3], WORDS[0] : WORDS[2]] > 128
    dark = upright[WORDS[1] : WORDS[3], WORDS[0] : WORDS[2]] < 128
    assert (light & dark).sum() / light.sum() > 0.85
    assert (light & dark).sum() / dark.sum() > 0.85
    assert dark_share(upright, (160, 60, 380, 160)) < 0.02
    before = np.asarray(page.convert("L"))
    assert (pixels[300:] == before[300:]).all()


def test_gray_letters_on_a_ground_of_middling_shade_get_full_contrast() -> None:
    pixels = inverted(with_bar(ground=90, letters=220))
    assert pixels is not None
    assert dark_share(pixels, WORDS) > 0.1
    assert np.median(pixels[BAR[1] : BAR[3], BAR[0] : BAR[2]]) > 240


@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_whole_page_of_light_print_is_inverted(mode: str) -> None:
    page = view_of(BOOK).pixels.convert("L")
    pixels = inverted(ImageOps.invert(page).convert(mode))
    assert pixels is not None
    true = np.asarray(page) < 128
    found = pixels < 128
    inner = slice(20, -20)
    assert (true & found)[inner, inner].sum() / true[inner, inner].sum() > 0.95
    assert (true & found)[inner, inner].sum() / found[inner, inner].sum() > 0.95


@pytest.mark.parametrize("scan", [BOOK, LETTER, SCANS / "layouts" / "table.png"], ids=lambda scan: scan.name)
def test_ordinary_print_is_left_alone(scan: str) -> None:
    assert Invert().apply(Raster.of(view_of(scan))) is None


def photograph(chance: np.random.RandomState) -> Pixels:
    """Smooth shades of all kinds with bright spots in the dark."""
    coarse = Image.fromarray(chance.randint(0, 130, (9, 12)).astype(np.uint8))
    shades = np.asarray(coarse.resize((900, 700), Image.Resampling.BICUBIC)).copy()
    picture = Image.fromarray(shades)
    draw = ImageDraw.Draw(picture)
    for x, y, size in chance.randint((20, 20, 4), (860, 660, 40), (60, 3)):
        draw.ellipse((x, y, x + size, y + size // 2 + 3), fill=int(chance.randint(150, 255)))
    return np.asarray(picture)


@pytest.mark.parametrize("dithered", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_a_photograph_is_left_alone(seed: int, dithered: bool) -> None:
    page = view_of(BOOK).pixels.convert("L")
    picture = Image.fromarray(photograph(np.random.RandomState(seed)))
    page.paste(picture.convert("1").convert("L") if dithered else picture, (200, 300))
    assert inverted(page) is None


def test_a_dark_edge_of_the_scanner_and_a_shadow_are_left_alone() -> None:
    page = view_of(BOOK).pixels.convert("L")
    page.paste(10, (0, 0, 120, page.height))
    assert inverted(page) is None
    levels = np.asarray(view_of(BOOK).pixels.convert("L")) * np.linspace(0.2, 1, page.width)
    assert inverted(Image.fromarray(levels.astype(np.uint8))) is None


def test_a_whole_page_of_light_print_needs_no_trial() -> None:
    page = ImageOps.invert(view_of(BOOK).pixels.convert("L"))
    names = [(step.name, step.least_gain) for step in needs_of(OcrImage(page, 200)).steps]
    assert names == [("invert", None)]


def test_a_heading_that_touches_the_edge_is_inverted_before_a_border_is_looked_for() -> None:
    page = with_bar()
    page.paste(20, (0, 0, page.width, 60))
    page.paste(20, (0, 60, 150, 161))
    page.paste(20, (1250, 60, page.width, 161))
    names = [(step.name, step.least_gain) for step in needs_of(OcrImage(page, 200)).steps]
    assert names == [("invert", 1.01)]
