"""Whatever goes into a PDF without loss comes out of it pixel by pixel, in readers that are not ours."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from pdfpipe.codecs import ccitt, flate
from pdfpipe.codecs.select import encode
from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter
from tests.readers import (
    pdfium_image,
    pdfium_render,
    poppler_files,
    poppler_image,
    poppler_pixels,
    pypdf_image,
    qpdf_complaints,
)
from tests.specimens import image_page, noise, page_image, write_pdf

SIZES = [(1, 1), (7, 3), (8, 8), (37, 23), (1, 50), (640, 2)]


def pdf_of(image: EncodedImage, folder: Path) -> Path:
    return write_pdf(folder / "image.pdf", [image_page(image)])


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_reader_finds_every_pixel(mode: str, size: tuple[int, int], tmp_path: Path) -> None:
    pixels = noise(mode, *size)
    encoded = encode(page_image(pixels))
    pdf = write_pdf(tmp_path / "image.pdf", [image_page(encoded, 10)])
    expected = pixels.convert("RGB").tobytes()
    assert pdfium_image(pdf).convert("RGB").tobytes() == expected
    assert poppler_pixels(pdf, 10).tobytes() == expected
    if encoded.filter not in (ImageFilter.JBIG2, ImageFilter.CCITT):
        # For JBIG2 pypdf needs another program; of CCITT it leaves the palette out.
        assert pypdf_image(pdf).convert("RGB").tobytes() == expected
    assert qpdf_complaints(pdf) == ""


def test_cmyk_samples_are_kept(tmp_path: Path) -> None:
    pixels = noise("CMYK", 37, 23)
    pdf = pdf_of(encode(page_image(pixels)), tmp_path)
    (file,) = poppler_files(pdf, tmp_path)
    with Image.open(file) as read:
        assert read.mode == "CMYK"
        assert read.tobytes() == pixels.tobytes()
    assert pypdf_image(pdf).tobytes() == pixels.tobytes()


def test_samples_of_16_bits_are_kept(tmp_path: Path) -> None:
    pixels = noise("I;16", 37, 23)
    pdf = pdf_of(encode(page_image(pixels)), tmp_path)
    samples = struct.unpack(f"<{37 * 23}H", pixels.tobytes())
    # Viewers show the upper 8 bits; the stream holds all 16, the upper 8 first.
    assert poppler_image(pdf, tmp_path).convert("L").tobytes() == bytes(value >> 8 for value in samples)
    image = PdfReader(pdf).pages[0].images[0].indirect_reference
    assert image is not None
    stream = image.get_object()
    assert stream is not None
    assert stream["/BitsPerComponent"] == 16  # type: ignore[index]
    assert stream.get_data() == struct.pack(f">{len(samples)}H", *samples)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("mode", "color_space", "image_filter"),
    [
        ("L", ColorSpace.GRAY, ImageFilter.FLATE),
        ("I;16", ColorSpace.GRAY, ImageFilter.FLATE),
        ("P", ColorSpace.INDEXED, ImageFilter.FLATE),
        ("CMYK", ColorSpace.CMYK, ImageFilter.FLATE),
    ],
)
def test_no_image_takes_more_samples_than_it_has(
    mode: str, color_space: ColorSpace, image_filter: ImageFilter
) -> None:
    encoded = encode(page_image(noise(mode, 40, 30)))
    assert (encoded.color_space, encoded.filter) == (color_space, image_filter)
    assert encoded.bits == {"I;16": 16}.get(mode, 8)


def test_a_palette_of_few_colors_takes_few_bits() -> None:
    pixels = Image.new("P", (100, 100))
    pixels.putpalette([255, 255, 255, 10, 20, 30])
    encoded = flate.encode(pixels)
    assert encoded.color_space is ColorSpace.INDEXED
    assert encoded.bits == 1
    assert encoded.palette[:6] == bytes([255, 255, 255, 10, 20, 30])


def test_metadata_of_the_scan_do_not_get_into_the_stream() -> None:
    pixels = noise("L", 20, 10)
    plain = flate.encode(pixels)
    pixels.info.update(dpi=(300, 300), comment="from the scanner", transparency=3, icc_profile=b"x" * 200)
    assert flate.encode(pixels) == plain


@settings(max_examples=40)
@given(width=st.integers(1, 70), height=st.integers(1, 12), data=st.data())
def test_group_4_codes_any_bilevel_image_exactly(
    tmp_path_factory: pytest.TempPathFactory, width: int, height: int, data: st.DataObject
) -> None:
    row = (width + 7) // 8
    bits = data.draw(st.binary(min_size=row * height, max_size=row * height))
    pixels = Image.frombytes("1", (width, height), bits)
    pdf = pdf_of(ccitt.encode(pixels), tmp_path_factory.getbasetemp())
    expected = pixels.convert("L").tobytes()
    assert pdfium_image(pdf).convert("L").tobytes() == expected
    assert pypdf_image(pdf).convert("L").tobytes() == expected


def test_group_4_makes_a_page_of_text_small() -> None:
    page = Image.new("1", (2480, 3508), 1)
    for y in range(200, 3300, 60):
        page.paste(0, (200, y, 2280, y + 20))
    assert len(ccitt.encode(page).data) < 2000


def test_black_is_black_and_white_is_white_on_the_page(tmp_path: Path) -> None:
    page = Image.new("1", (40, 20), 1)
    page.paste(0, (0, 0, 20, 20))
    rendered = pdfium_render(pdf_of(ccitt.encode(page), tmp_path), 72)
    assert rendered.getpixel((5, 10)) == (0, 0, 0)
    assert rendered.getpixel((35, 10)) == (255, 255, 255)
