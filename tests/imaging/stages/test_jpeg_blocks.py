"""Blocks of strongly compressed images are told from print, and smoothed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from pdfpipe.imaging.stages.denoise import Denoise
from pdfpipe.imaging.stages.jpeg_blocks import BLOCKY, blockiness_of
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, LETTER, view_of


def scan(shades: int = 60) -> Image.Image:
    """A page of a book with print of middling contrast, a little out of focus and with the grain of paper."""
    page = view_of(BOOK).pixels.convert("L").filter(ImageFilter.GaussianBlur(1))
    levels = 210 - shades + np.asarray(page, np.float32) / 255 * shades
    levels += np.random.RandomState(6).normal(0, 3, levels.shape)
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def coded(page: Image.Image, quality: int) -> Image.Image:
    stream = io.BytesIO()
    page.save(stream, "JPEG", quality=quality)
    return Image.open(io.BytesIO(stream.getvalue()))


def test_blocks_are_plain_in_strongly_compressed_images_only() -> None:
    page = scan()
    assert blockiness_of(page) < 1.05
    assert blockiness_of(coded(page, 90)) < BLOCKY
    assert blockiness_of(coded(page, 15)) > BLOCKY


@pytest.mark.parametrize("offset", [(3, 0), (0, 5), (1, 6)], ids=str)
def test_blocks_may_begin_anywhere(offset: tuple[int, int]) -> None:
    page = coded(scan(), 15)
    assert blockiness_of(page.crop((*offset, page.width, page.height))) > BLOCKY


def test_print_has_no_blocks() -> None:
    for page in (BOOK, LETTER):
        assert blockiness_of(view_of(page).pixels) < BLOCKY


@pytest.mark.parametrize("size", [(1, 1), (33, 33), (20, 500)], ids=str)
def test_small_images_have_none(size: tuple[int, int]) -> None:
    assert blockiness_of(Image.new("L", size, 200)) <= 1


def test_blocks_are_smoothed_and_letters_stay() -> None:
    true, page = scan(), coded(scan(), 15)
    staged = Denoise(specks=False).apply(Raster.of(OcrImage(page, 200)))
    assert staged is not None
    assert staged.detail == "blocks smoothed"
    assert blockiness_of(Image.fromarray(staged.raster.pixels)) < blockiness_of(page) - 0.05
    ink, found = np.asarray(true) < 180, staged.raster.pixels < 180
    assert (ink & found).sum() / ink.sum() > 0.85
    assert (ink & found).sum() / found.sum() > 0.85


def test_a_page_without_blocks_is_left_alone() -> None:
    assert Denoise(specks=False).apply(Raster.of(OcrImage(scan(), 200))) is None
