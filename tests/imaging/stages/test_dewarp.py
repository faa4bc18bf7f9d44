"""Bent lines become straight, and words are found again where they are on the bent page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import pytest
from PIL import Image, ImageFilter

from pdfpipe.imaging.preprocess import needs_of
from pdfpipe.imaging.stages.dewarp import Dewarp, bend_of
from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Raster, Staged
from pdfpipe.imaging.stages.skew import estimate_skew
from pdfpipe.model.geometry import Point
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, Curl, bent, view_of
from tests.support import SCANS, truth_of

CURLS: Final = (Curl(), Curl(left=False), Curl(-0.02, 0.02), Curl(0, 0.12))


def flattened(curl: Curl) -> Staged:
    staged = Dewarp().apply(Raster.of(bent(curl)))
    assert staged is not None
    return staged


def place_on_flat(staged: Staged, curl: Curl, word: Point, width: int, height: int) -> Point:
    """Where a point of the page from which the bent one was made is after the stage."""
    y = word.y
    for _ in range(20):
        on_bent = staged.to_input.apply(Point(word.x, y))
        y += word.y - (on_bent.y + curl.shift(on_bent.x, on_bent.y, width, height))
    return Point(word.x, y)


@pytest.mark.parametrize("curl", CURLS, ids=repr)
def test_lines_become_straight_and_level(curl: Curl) -> None:
    staged = flattened(curl)
    truth = truth_of(BOOK)
    feet: dict[int, list[float]] = {}
    for word in truth.words:
        foot = Point(word.box.center.x, word.box.y1)
        if not set(word.text) & set("gjpqy,;Q()"):
            feet.setdefault(word.line, []).append(
                place_on_flat(staged, curl, foot, truth.width, truth.height).y
            )
    lines = [line for line in feet.values() if len(line) > 4]
    assert len(lines) >= 20
    # The page is 2480 pixels high and was bent by up to 150.
    assert np.quantile([max(line) - min(line) for line in lines], 0.9) < 6
    small = overview(staged.raster).gray
    assert abs(estimate_skew(small).angle) < 0.2
    left = bend_of(small)
    assert left is not None
    assert left.most < 0.2


def test_the_map_tells_where_each_pixel_comes_from() -> None:
    soft = bent(CURLS[0]).pixels.filter(ImageFilter.GaussianBlur(2))
    staged = Dewarp().apply(Raster.of(OcrImage(soft, 200)))
    assert staged is not None
    before, after = np.asarray(soft).astype(int), staged.raster.pixels.astype(int)
    chance = np.random.RandomState(8)
    differences = []
    for x, y in chance.randint((0, 200), (after.shape[1], after.shape[0] - 200), (3000, 2)):
        there = staged.to_input.apply(Point(x + 0.5, y + 0.5))
        differences.append(abs(before[int(there.y), int(there.x)] - after[y, x]))
    assert np.mean(differences) < 4


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_pages_of_all_kinds_are_flattened(mode: str) -> None:
    page = bent(CURLS[0]).pixels.convert(mode, dither=Image.Dither.NONE)
    staged = Dewarp().apply(Raster.of(OcrImage(page, 200)))
    assert staged is not None
    assert staged.raster.as_image("").pixels.mode == ("L" if mode == "1" else "RGB")
    assert staged.raster.size == page.size


@pytest.mark.parametrize(
    "scan", [LETTER, BOOK, *(SCANS / "layouts" / name for name in ("two-columns.png", "blank.tif"))]
)
def test_a_flat_page_is_left_alone(scan: Path) -> None:
    assert Dewarp().apply(Raster.of(view_of(scan))) is None


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3)], ids=str)
def test_pages_of_any_size_are_borne(size: tuple[int, int]) -> None:
    assert Dewarp().apply(Raster.of(OcrImage(Image.new("L", size, 255), 300))) is None


def test_noise_does_not_bend() -> None:
    noise = np.random.RandomState(1).randint(0, 256, (900, 700)).astype(np.uint8)
    assert Dewarp().apply(Raster(noise, 100)) is None


def test_bent_lines_are_seen_at_a_glance() -> None:
    assert "dewarp" in [step.name for step in needs_of(bent(CURLS[0])).steps]
