"""Pages that Tesseract's layout analysis would take minutes for are known beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.tesseract.crowd import marks_on
from pdfpipe.ocr.tesseract.engine import TesseractEngine
from tests.support import SCANS


def page(pitch: int, size: int, width: int = 3000, height: int = 3000) -> Image.Image:
    """Black squares of some size, one in each square of the pitch."""
    pixels = np.full((height, width), 230, np.uint8)
    rows, columns = np.ogrid[:height, :width]
    pixels[(rows % pitch < size) & (columns % pitch < size)] = 20
    return Image.fromarray(pixels)


@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
def test_marks_are_counted(mode: str) -> None:
    assert marks_on(page(10, 5).convert(mode)) == pytest.approx(90_000, rel=0.05)


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(page(10, 3), id="too low to be letters"),
        pytest.param(page(18, 5), id="as far apart as letters"),
        pytest.param(page(10, 5, 1800, 1800), id="a small page"),
        pytest.param(Image.new("L", (3000, 3000), 255), id="an empty page"),
    ],
)
def test_others_are_read(pixels: Image.Image) -> None:
    assert marks_on(pixels) == 0


def test_print_is_read() -> None:
    with Image.open(SCANS / "minutes.tif") as scan:
        for mode in ("1", "L"):
            assert marks_on(scan.convert("1").convert(mode).resize((2400, 3400))) == 0


def test_the_engine_says_why_it_declines() -> None:
    engine = TesseractEngine(("eng",))
    why: Any = engine.declines(OcrImage(page(10, 5), 300.0))
    assert "minutes" in why
    assert engine.declines(OcrImage(page(10, 3), 300.0)) is None
