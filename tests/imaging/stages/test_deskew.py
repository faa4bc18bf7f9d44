"""Lines become level, whatever their slope, and words are found again where they were."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from pdfpipe.imaging.stages.deskew import Deskew
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, skewed, view_of
from tests.support import SCANS, truth_of

SHADES: Final[dict[str, tuple[Any, Any]]] = {
    "1": (1, 0),
    "L": (200, 10),
    "RGB": ((200, 190, 150), (10, 0, 0)),
}
MOST_LEFT = 0.2
"""Degrees that may be left of the slope."""


def angle_of(transform: Transform) -> float:
    return math.degrees(math.atan2(transform.b, transform.a))


@pytest.mark.parametrize("degrees", [-15, -12, -5.7, -1, -0.4, 0.3, 0.7, 3, 8.2, 12, 15])
def test_lines_become_level(degrees: float) -> None:
    page, _ = skewed(view_of(BOOK), degrees)
    staged = Deskew().apply(Raster.of(page))
    assert staged is not None
    assert isinstance(staged.to_input, Transform)
    assert angle_of(staged.to_input) == pytest.approx(degrees, abs=MOST_LEFT)


@pytest.mark.parametrize("scan", [LETTER, BOOK, SCANS / "layouts" / "two-columns.png"])
def test_a_level_page_is_left_alone(scan: Path) -> None:
    assert Deskew().apply(Raster.of(view_of(scan))) is None


@pytest.mark.parametrize("scan", ["blank.tif", "table.png"])
def test_a_page_without_lines_that_tell_is_left_alone(scan: str) -> None:
    assert Deskew().apply(Raster.of(view_of(SCANS / "layouts" / scan))) is None


def test_noise_has_no_slope() -> None:
    noise = np.random.RandomState(1).randint(0, 256, (900, 700)).astype(np.uint8)
    assert Deskew().apply(Raster(noise, 100)) is None


@pytest.mark.parametrize("degrees", [-12, 0.7, 5])
def test_words_are_found_again_on_the_scan(degrees: float) -> None:
    page, to_page = skewed(view_of(BOOK), degrees)
    staged = Deskew().apply(Raster.of(page))
    assert staged is not None
    level = Image.fromarray(staged.raster.pixels)
    for word in truth_of(BOOK).words[::10]:
        center = to_page.inverse().apply(word.box.center)
        assert isinstance(staged.to_input, Transform)
        there = staged.to_input.inverse().apply(center)
        back = to_page.apply(staged.to_input.apply(there))
        assert (back.x, back.y) == pytest.approx((word.box.center.x, word.box.center.y), abs=0.01)
        # And the word's ink is there on the level page.
        half = word.box.height / 2
        ink = level.crop(
            (round(there.x - half), round(there.y - half), round(there.x + half), round(there.y + half))
        )
        darkest, _ = ink.getextrema()
        assert isinstance(darkest, int)
        assert darkest < 128, word.text


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_nothing_is_cut_and_corners_get_the_shade_of_the_paper(mode: str) -> None:
    paper, ink = SHADES[mode]
    page = Image.new(mode, (400, 600), paper)
    page.paste(ink, (0, 0, 12, 12))
    page.paste(ink, (388, 588, 400, 600))
    staged = Deskew(angle=10).apply(Raster.of(OcrImage(page, 100)))
    assert staged is not None
    pixels = staged.raster.pixels if staged.raster.pixels.ndim == 2 else staged.raster.pixels[:, :, 0]
    dark = int((pixels < 100).sum())
    assert dark == pytest.approx(2 * 144, rel=0.15)
    assert pixels[0, 0] == (255 if mode == "1" else 200)
    if mode == "RGB":
        assert tuple(staged.raster.pixels[0, 0]) == (200, 190, 150)
