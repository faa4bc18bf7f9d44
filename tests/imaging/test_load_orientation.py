"""Photographs and scans that are stored lying on a side are shown upright."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageOps, TiffImagePlugin

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.image import PageImage
from pdfpipe.model.job import PageSource
from tests.support import largest_difference

ORIENTATION = 0x0112
STORED_SIZE = (48, 32)
DPI = (200, 100)


def stored_image() -> Image.Image:
    """An image that looks different whichever way it is turned or mirrored."""
    image = Image.new("RGB", STORED_SIZE, "white")
    image.paste("black", (0, 0, 24, 16))
    image.paste("red", (24, 0, 48, 16))
    image.paste("blue", (0, 16, 24, 32))
    return image


def upright_image(orientation: int) -> Image.Image:
    image = stored_image()
    image.getexif()[ORIENTATION] = orientation
    return ImageOps.exif_transpose(image)


def save(file: Path, orientation: int, mode: str = "RGB") -> None:
    image = stored_image().convert(mode)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    match file.suffix:
        case ".tif":
            tags = TiffImagePlugin.ImageFileDirectory_v2()
            tags[ORIENTATION] = orientation
            image.save(file, tiffinfo=tags, dpi=DPI)
        case ".heic":
            import pillow_heif

            pillow_heif.from_pillow(image).save(file, quality=-1, exif=exif.tobytes())
        case ".webp":
            image.save(file, lossless=True, exif=exif)
        case ".avif":
            image.save(file, quality=100, subsampling="4:4:4", exif=exif)
        case ".jpg":
            image.save(file, quality=100, subsampling=0, dpi=DPI, exif=exif)
        case _:
            image.save(file, dpi=DPI, exif=exif)


def load(file: Path, image_dpi: float | None = None) -> PageImage:
    return load_page(PageSource(file), image_dpi=image_dpi, max_pixels=1e6)


every_orientation = pytest.mark.parametrize("orientation", range(1, 9))


@every_orientation
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".avif", ".heic"])
def test_the_engine_sees_the_page_upright(suffix: str, orientation: int, tmp_path: Path) -> None:
    if suffix == ".heic":
        pytest.importorskip("pillow_heif")
    file = tmp_path / f"page{suffix}"
    save(file, orientation)
    page = load(file, image_dpi=200)
    expected = upright_image(orientation)
    view, _ = ocr_view(page)
    assert page.upright_size == expected.size
    assert largest_difference(view.pixels, expected) <= 24


@every_orientation
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".tif"])
def test_resolutions_turn_with_the_page(suffix: str, orientation: int, tmp_path: Path) -> None:
    file = tmp_path / f"page{suffix}"
    save(file, orientation)
    resolution = load(file).upright_resolution
    expected = DPI if orientation < 5 else DPI[::-1]
    assert (resolution.x, resolution.y) == pytest.approx(expected, abs=0.02)


@every_orientation
def test_bilevel_tiff_pages_are_upright(orientation: int, tmp_path: Path) -> None:
    file = tmp_path / "page.tif"
    save(file, orientation, mode="1")
    page = load(file)
    assert page.pixels.mode == "1"
    assert page.upright_size == upright_image(orientation).size


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_orientations_that_do_not_exist_mean_upright(value: int, tmp_path: Path) -> None:
    file = tmp_path / "page.jpg"
    save(file, value)
    assert load(file).orientation == 1
