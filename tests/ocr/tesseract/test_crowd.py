"""Pages that Tesseract's layout analysis would take minutes for are known beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.tesseract.crowd import marks_on
from pdfpipe.ocr.tesseract.engine import TesseractEngine


def page(pitch: int, size: int, width: int = 3000, height: int = 3000, speck: int = 0) -> Image.Image:
    """Dark squares of some size, one in each square of the pitch, and a smaller one beside each."""
    pixels = np.full((height, width), 230, np.uint8)
    rows, columns = np.ogrid[:height, :width]
    pixels[(rows % pitch < size) & (columns % pitch < size)] = 20
    from_left = columns % pitch - size - 1
    pixels[(rows % pitch < speck) & (from_left >= 0) & (from_left < speck)] = 20
    return Image.fromarray(pixels)


MANY = page(8, 5)
GRAIN = page(10, 5, speck=2)


@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
def test_marks_are_counted(mode: str) -> None:
    assert marks_on(MANY.convert(mode)) == pytest.approx(140_625, rel=0.05)


def test_as_many_as_a_newspaper_has_letters_are_too_many_among_grain() -> None:
    assert marks_on(page(10, 5)) == 0
    assert marks_on(GRAIN) == pytest.approx(90_000, rel=0.05)


def test_light_marks_count_on_a_dark_page() -> None:
    dark = Image.eval(MANY, lambda shade: 255 - shade)
    assert marks_on(dark) == pytest.approx(140_625, rel=0.05)


def test_a_wide_page_has_marks_too() -> None:
    assert marks_on(page(10, 5, 21_000, 210, speck=2)) == pytest.approx(44_100, rel=0.1)
    assert marks_on(Image.new("L", (21_000, 200), 255)) == 0


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(page(8, 3), id="too low to be letters"),
        pytest.param(page(16, 5, speck=2), id="few"),
        pytest.param(page(6, 4, 1990, 1990), id="a small page"),
        pytest.param(Image.new("L", (3000, 3000), 255), id="an empty page"),
    ],
)
def test_others_are_read(pixels: Image.Image) -> None:
    assert marks_on(pixels) == 0


def test_the_engine_says_why_it_declines() -> None:
    engine = TesseractEngine(("eng",))
    why: Any = engine.declines(OcrImage(MANY, 300.0))
    assert "minutes" in why
    assert engine.declines(OcrImage(page(10, 5), 300.0)) is None
    one_block = TesseractEngine(("eng",), TesseractSettings(segmentation=6))
    assert one_block.declines(OcrImage(MANY, 300.0)) is None
