from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from pdfpipe.codecs import jpeg
from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ColorSpace, ImageFilter
from pdfpipe.model.job import PageSource
from tests.readers import pdfium_image, poppler_image
from tests.specimens import image_page, write_pdf
from tests.support import largest_difference

START_OF_FRAME = b"\xff\xc0\x00\x11\x08"
ROWS_PER_STRIP = 278


def shaded(mode: str = "RGB", size: tuple[int, int] = (48, 32)) -> Image.Image:
    red, green = Image.linear_gradient("L"), Image.radial_gradient("L")
    bands = [red.resize(size), green.resize(size), red.rotate(90).resize(size), Image.new("L", size, 20)]
    return bands[0] if mode == "L" else Image.merge(mode, bands[: {"RGB": 3, "CMYK": 4}[mode]])


def jpeg_of(image: Image.Image, *, progressive: bool = False, keep_rgb: bool = False) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=95, progressive=progressive, keep_rgb=keep_rgb)
    return buffer.getvalue()


def test_size_and_colors_are_those_of_the_frame() -> None:
    spaces = {"L": ColorSpace.GRAY, "RGB": ColorSpace.RGB, "CMYK": ColorSpace.CMYK}
    for mode, color_space in spaces.items():
        encoded = jpeg.pass_through(jpeg_of(shaded(mode)))
        assert encoded is not None
        assert (encoded.width, encoded.height, encoded.bits) == (48, 32, 8)
        assert encoded.color_space is color_space


@pytest.mark.parametrize(
    ("marker", "kind"),
    [
        (0xC3, "lossless"),
        (0xC5, "hierarchical"),
        (0xC9, "arithmetic"),
        (0xCA, "progressive arithmetic"),
        (0xCB, "lossless arithmetic"),
    ],
)
def test_kinds_that_pdf_readers_do_not_know_are_not_passed_on(marker: int, kind: str) -> None:
    data = jpeg_of(shaded())
    assert jpeg.pass_through(data) is not None
    assert jpeg.pass_through(data.replace(START_OF_FRAME[:2], bytes((0xFF, marker)), 1)) is None, kind


def test_samples_of_12_bits_are_not_passed_on() -> None:
    patched = jpeg_of(shaded()).replace(START_OF_FRAME, START_OF_FRAME[:4] + b"\x0c", 1)
    assert jpeg.pass_through(patched) is None


def test_a_height_that_only_the_data_tell_is_not_passed_on() -> None:
    patched = jpeg_of(shaded()).replace(START_OF_FRAME + b"\0\x20", START_OF_FRAME + b"\0\0", 1)
    assert jpeg.pass_through(patched) is None


def test_a_kind_that_is_not_passed_on_is_encoded_without_loss(tmp_path: Path) -> None:
    # Pillow cannot write arithmetic coding; what matters is what becomes of pixels without a usable stream.
    file = tmp_path / "scan.jpg"
    file.write_bytes(jpeg_of(shaded()))
    page = load_page(PageSource(file), image_dpi=72, max_pixels=1e6)
    assert page.original is not None
    page.pixels.load()
    odd = page.original.replace(START_OF_FRAME[:2], b"\xff\xc9", 1)
    encoded = encode(type(page)(page.pixels, "JPEG", page.resolution, page.dpi_source, original=odd))
    assert encoded.filter is ImageFilter.FLATE
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encoded)])
    assert largest_difference(pdfium_image(pdf), page.pixels) == 0


@pytest.mark.parametrize("adobe", [True, False], ids=["marked", "unmarked"])
def test_jpegs_that_hold_rgb_itself_keep_their_colors(adobe: bool, tmp_path: Path) -> None:
    data = jpeg_of(shaded(), keep_rgb=True)
    if not adobe:
        at = data.index(b"\xff\xee")
        data = data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]
    file = tmp_path / "scan.jpg"
    file.write_bytes(data)
    page = load_page(PageSource(file), image_dpi=72, max_pixels=1e6)
    assert largest_difference(page.pixels, shaded()) < 16
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encode(page))])
    assert largest_difference(pdfium_image(pdf), page.pixels) <= 4
    assert largest_difference(poppler_image(pdf, tmp_path), page.pixels) <= 4


@pytest.mark.parametrize("rows", [8, 16, 65535], ids=["short strips", "strips", "one strip"])
@pytest.mark.parametrize("mode", ["L", "RGB", "YCbCr", "CMYK"])
@pytest.mark.parametrize("height", [32, 45])
def test_the_jpeg_strips_of_a_tiff_page_become_one_jpeg(
    rows: int, mode: str, height: int, tmp_path: Path
) -> None:
    file = tmp_path / "scan.tif"
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[ROWS_PER_STRIP] = rows
    pixels = shaded("RGB" if mode == "YCbCr" else mode, (50, height)).convert(mode)
    pixels.save(file, compression="jpeg", quality=90, tiffinfo=tags)
    page = load_page(PageSource(file), image_dpi=72, max_pixels=1e6)
    encoded = encode(page)
    assert encoded.filter is ImageFilter.DCT
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encoded)])
    tolerance = 12 if mode == "CMYK" else 4
    assert largest_difference(pdfium_image(pdf), page.pixels) <= tolerance
    assert largest_difference(poppler_image(pdf, tmp_path), page.pixels) <= tolerance


def test_data_without_quantization_tables_are_not_passed_on() -> None:
    data = jpeg_of(shaded("L"))
    start = data.index(b"\xff\xdb")
    end = start + 2 + int.from_bytes(data[start + 2 : start + 4])
    assert jpeg.pass_through(data[:start] + data[end:]) is None


def test_a_tiff_page_whose_jpeg_tables_are_damaged_is_shown_as_it_is_decoded(tmp_path: Path) -> None:
    file = tmp_path / "scan.tif"
    shaded("L", (96, 64)).save(file, compression="jpeg", quality=90)
    data = bytearray(file.read_bytes())
    tables = data.index(b"\xff\xd8\xff\xdb")
    end = data.index(b"\xff\xd9", tables)
    data[end : end + 2] = b"\0\0"  # libtiff still finds the tables before it
    file.write_bytes(data)
    page = load_page(PageSource(file), image_dpi=72, max_pixels=1e6)
    encoded = encode(page)
    assert encoded.filter is ImageFilter.FLATE
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encoded)])
    assert poppler_image(pdf, tmp_path).tobytes() == page.pixels.tobytes()


@given(st.binary(max_size=200))
def test_random_bytes_are_a_jpeg_or_none(data: bytes) -> None:
    encoded = jpeg.pass_through(b"\xff\xd8" + data)
    assert encoded is None or encoded.width * encoded.height > 0


@given(st.data())
def test_mutated_jpegs_are_a_jpeg_or_none(choices: st.DataObject) -> None:
    data = bytearray(jpeg_of(shaded(), progressive=choices.draw(st.booleans())))
    for _ in range(choices.draw(st.integers(1, 8))):
        data[choices.draw(st.integers(0, min(700, len(data) - 1)))] = choices.draw(st.integers(0, 255))
    encoded = jpeg.pass_through(bytes(data[: choices.draw(st.integers(0, len(data)))]))
    if encoded is not None:
        assert encoded.width > 0
        assert encoded.height > 0
