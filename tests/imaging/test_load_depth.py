"""Samples of 16 and 32 bits, and colours that PDF has no name for."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import PageImage
from pdfpipe.model.job import PageSource
from tests.imaging.tiffs import LONG, SHORT, Tags, tiff
from tests.support import SCANS


def load(file: Path) -> PageImage:
    return load_page(PageSource(file), image_dpi=300, max_pixels=1e6)


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_both_byte_orders_of_16_bits_have_the_same_shades(mode: str, tmp_path: Path) -> None:
    samples = struct.pack(">6H" if mode == "I;16B" else "<6H", 0, 1, 255, 256, 40000, 65535)
    Image.frombytes(mode, (6, 1), samples).save(tmp_path / "page.tif")
    page = load(tmp_path / "page.tif")
    assert page.pixels.mode == "I;16"
    assert list(page.pixels.get_flattened_data()) == [0, 1, 255, 256, 40000, 65535]


def test_32_bit_samples_are_cut_to_16_bits(tmp_path: Path) -> None:
    image = Image.new("I", (3, 1))
    for x, value in enumerate((-5, 40000, 70000)):
        image.putpixel((x, 0), value)
    image.save(tmp_path / "page.tif")
    page = load(tmp_path / "page.tif")
    assert page.pixels.mode == "I;16"
    assert list(page.pixels.get_flattened_data()) == [0, 40000, 65535]


def test_floating_point_samples_from_0_to_1_keep_their_shades(tmp_path: Path) -> None:
    image = Image.new("F", (5, 1))
    for x in range(5):
        image.putpixel((x, 0), x / 4)
    image.save(tmp_path / "page.tif")
    shades = list(load(tmp_path / "page.tif").pixels.get_flattened_data())
    assert shades == pytest.approx([0, 64, 128, 191, 255], abs=2)


def test_colors_of_16_bits_in_tiff_are_reduced_and_the_page_says_so(tmp_path: Path) -> None:
    page_tags: Tags = {
        258: (SHORT, 16),
        262: (SHORT, 2),
        277: (SHORT, 3),
        279: (LONG, 6),
    }
    data = bytearray(tiff([page_tags]))
    # Three depths do not fit into an entry: they and the pixel are put behind the last directory.
    at = len(data)
    data += (16).to_bytes(2, "little") * 3
    pixel_at = len(data)
    data += b"".join(value.to_bytes(2, "little") for value in (0xFF00, 0x8000, 0x0100))
    patch(data, 258, count=3, value=at)
    patch(data, 273, count=1, value=pixel_at)
    (tmp_path / "page.tif").write_bytes(data)
    page = load(tmp_path / "page.tif")
    assert page.pixels.mode == "RGB"
    assert page.pixels.getpixel((0, 0)) == (255, 128, 1)
    assert page.notes == ("16 bits a color reduced to 8",)


def patch(data: bytearray, tag: int, count: int, value: int) -> None:
    """Give a tag of the only directory another count and value."""
    first, entries = 12, int.from_bytes(data[10:12], "little")
    for start in range(first, first + 12 * entries, 12):
        if int.from_bytes(data[start : start + 2], "little") == tag:
            data[start + 4 : start + 12] = count.to_bytes(4, "little") + value.to_bytes(4, "little")


def test_ycbcr_becomes_rgb(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), (200, 30, 60)).convert("YCbCr").save(tmp_path / "page.tif")
    page = load(tmp_path / "page.tif")
    assert page.pixels.mode == "RGB"
    assert page.pixels.getpixel((4, 4)) == pytest.approx((200, 30, 60), abs=4)


def test_lab_becomes_rgb(tmp_path: Path) -> None:
    Image.new("LAB", (8, 8), (255, 128, 128)).save(tmp_path / "page.tif")
    page = load(tmp_path / "page.tif")
    assert page.pixels.mode == "RGB"
    assert page.pixels.getpixel((4, 4)) == pytest.approx((255, 255, 255), abs=3)


@pytest.mark.parametrize("name", ["jpeg-rgb.jpg", "jp2.jp2", "png-rgb16.png", "png-palette.png"])
def test_the_bytes_of_a_file_that_is_just_the_image_are_kept(name: str) -> None:
    scan = SCANS / "formats" / name
    assert load_page(PageSource(scan), image_dpi=None, max_pixels=1e9).original == scan.read_bytes()


@pytest.mark.parametrize("name", ["tiff-jpeg-rgb.tif", "tiff-jpeg-ycbcr.tif"])
def test_the_jpeg_inside_a_tiff_page_is_kept(name: str) -> None:
    strip = load_page(PageSource(SCANS / "formats" / name), image_dpi=None, max_pixels=1e9).tiff_jpeg
    assert strip is not None
    assert strip.jpeg.startswith(b"\xff\xd8")


def test_the_color_profile_is_kept(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "page.png", icc_profile=b"whatever the scanner wrote")
    assert load(tmp_path / "page.png").icc_profile == b"whatever the scanner wrote"
