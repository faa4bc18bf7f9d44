"""Dots of a printed gray are found by their spectrum, and levelled where letters stand on them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFilter

from pdfpipe.imaging.preprocess import needs_of
from pdfpipe.imaging.stages.denoise import Denoise
from pdfpipe.imaging.stages.halftone import screen_pitch
from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, view_of
from tests.support import SCANS, truth_of


def screened(pitch: float, degrees: float = 45) -> Image.Image:
    """A page of a book on a ground of dots, as a scanner sees it."""
    page = np.asarray(view_of(BOOK).pixels.convert("L"))
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    turn = np.radians(degrees)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    dots = np.cos(along * 2 * np.pi / pitch) + np.cos(across * 2 * np.pi / pitch) > 0.8
    printed = Image.fromarray(np.where(dots, np.minimum(page, 90), page).astype(np.uint8))
    return printed.filter(ImageFilter.GaussianBlur(0.7))


@pytest.mark.parametrize(("pitch", "degrees"), [(3.5, 45), (4.6, 30), (6.2, 15)])
def test_the_pitch_of_a_screen_is_measured(pitch: float, degrees: float) -> None:
    assert screen_pitch(screened(pitch, degrees)) == pytest.approx(pitch, rel=0.06)


@pytest.mark.parametrize(
    "scan", [BOOK, LETTER, *(SCANS / "layouts" / name for name in ("table.png", "two-columns.png"))]
)
def test_print_without_a_screen_has_none(scan: str) -> None:
    assert screen_pitch(view_of(scan).pixels) == 0


def test_grain_and_gray_are_no_screen() -> None:
    grain = np.random.RandomState(2).normal(180, 40, (900, 700)).clip(0, 255).astype(np.uint8)
    assert screen_pitch(Image.fromarray(grain)) == 0
    assert screen_pitch(Image.new("L", (900, 700), 180)) == 0
    assert screen_pitch(Image.new("L", (40, 40), 180)) == 0


def contrast_of_ground(pixels: Pixels) -> float:
    """Of the left margin, in levels."""
    margin = pixels[200:-200, 20:80]
    return float(np.quantile(margin, 0.95) - np.quantile(margin, 0.05))


def test_the_screen_becomes_even_and_letters_stay() -> None:
    page = screened(4.6)
    staged = Denoise().apply(Raster.of(OcrImage(page, 200)))
    assert staged is not None
    pixels = staged.raster.pixels
    assert contrast_of_ground(pixels) < 20 < 80 < contrast_of_ground(np.asarray(page))
    ground = float(np.median(pixels))
    for word in truth_of(BOOK).words[::9]:
        box = word.box
        part = pixels[round(box.y0) : round(box.y1), round(box.x0) : round(box.x1)]
        assert part.min() < ground - 60, word.text


def test_a_page_on_a_screen_needs_it_levelled() -> None:
    steps = needs_of(OcrImage(screened(4.6), 200)).steps
    assert "denoise" in [step.name for step in steps]
