"""Waves on the ground are measured and levelled where letters stand on them, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from pdfpipe.imaging.preprocess import needs_of
from pdfpipe.imaging.stages.denoise import Denoise
from pdfpipe.imaging.stages.moire import WAVY, wave_depth
from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, view_of
from tests.support import SCANS, truth_of


def wavy(length: float, depth: float = 0.3, scan: Path = BOOK) -> OcrImage:
    """A page whose ground is brighter and darker in waves of a length in pixels, as a scanner sees it."""
    view = view_of(scan)
    soft = view.pixels.convert("L").filter(ImageFilter.GaussianBlur(0.6))
    page = np.asarray(soft).astype(np.float32)
    y, x = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    waves = np.sin((x * 0.95 + y * 0.3) * 2 * np.pi / length) + np.sin(
        (y * 0.95 - x * 0.3) * 2 * np.pi / length
    )
    return OcrImage(
        Image.fromarray((page * (0.65 + depth / 2 * waves)).astype(np.uint8)), view.dpi, view.label
    )


@pytest.mark.parametrize("length", [10, 12, 18])
def test_waves_are_measured(length: float) -> None:
    page = wavy(length)
    deep, shallow = (wave_depth(each.pixels, page.dpi) for each in (page, wavy(length, 0.1)))
    assert deep > WAVY
    assert deep > 2 * shallow > 0


@pytest.mark.parametrize(
    "scan", [BOOK, LETTER, *(SCANS / "layouts" / name for name in ("table.png", "two-columns.png"))]
)
def test_print_without_waves_has_none(scan: Path) -> None:
    view = view_of(scan)
    assert wave_depth(view.pixels, view.dpi) < 0.05
    assert wave_depth(Image.new("L", (40, 2), 180), 300) == 0


def unevenness(pixels: Pixels) -> float:
    """Of the left margin, in levels."""
    margin = pixels[200:-200, 20:80]
    return float(np.quantile(margin, 0.95) - np.quantile(margin, 0.05))


def test_waves_become_even_and_letters_stay() -> None:
    page = wavy(12)
    staged = Denoise(specks=False).apply(Raster.of(page))
    assert staged is not None
    assert staged.detail == "waves levelled"
    pixels = staged.raster.pixels
    assert unevenness(pixels) < 60 < 100 < unevenness(np.asarray(page.pixels))
    ground = float(np.median(pixels))
    for word in truth_of(BOOK).words[::9]:
        box = word.box
        part = pixels[round(box.y0) : round(box.y1), round(box.x0) : round(box.x1)]
        assert part.min() < ground - 60, word.text


def test_waves_without_ink_do_not_become_black() -> None:
    margin = np.asarray(wavy(12).pixels)[:140]
    staged = Denoise(specks=False, blocks=False, waves=True).apply(Raster(margin, 300))
    assert staged is not None
    assert np.mean(staged.raster.pixels < 60) < 0.002, "but for some dust"
    one_shade = Denoise(specks=False, waves=True).apply(Raster(np.full((300, 200), 180, np.uint8), 300))
    assert one_shade is not None
    assert one_shade.raster.pixels.min() > 200


def test_light_print_is_not_taken_for_waves() -> None:
    negative = 255 - np.asarray(view_of(BOOK).pixels.convert("L"))
    assert wave_depth(Image.fromarray(negative), 300) > WAVY
    assert Denoise(specks=False).apply(Raster(negative, 300)) is None


def test_color_becomes_gray_and_black_and_white_stays() -> None:
    gray = np.asarray(wavy(12).pixels)
    staged = Denoise(specks=False).apply(Raster(np.repeat(gray[:, :, None], 3, axis=2), 300))
    assert staged is not None
    assert staged.raster.pixels.ndim == 2
    assert (
        Denoise(specks=False).apply(Raster(np.where(gray > 150, 255, 0).astype(np.uint8), 300, True)) is None
    )


def test_broad_strokes_stay_dark() -> None:
    page = np.asarray(wavy(12).pixels).copy()
    page[300:360, 200:500] = 20
    staged = Denoise(specks=False).apply(Raster(page, 300))
    assert staged is not None
    assert staged.detail == "waves levelled"
    assert staged.raster.pixels[310:350, 210:490].max() < 60


def test_a_page_with_waves_needs_them_levelled_and_is_still_found_to_be_skewed() -> None:
    page = wavy(12)
    assert [step.name for step in needs_of(page).steps] == ["denoise"]
    turned = page.pixels.rotate(3, Image.Resampling.BICUBIC, fillcolor=166)
    steps = needs_of(OcrImage(turned, page.dpi)).steps
    assert [step.name for step in steps] == ["denoise", "deskew"]
