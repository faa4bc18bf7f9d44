"""Every format of the fixtures: what is in the PDF, and that viewers show what the scan showed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.codecs import jbig2
from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ImageFilter
from pdfpipe.model.job import PageSource
from tests.readers import pdfium_image, pdfium_raw_image, poppler_files, poppler_image
from tests.specimens import image_page, write_pdf
from tests.support import SCANS, largest_difference

FORMATS = SCANS / "formats"
every_format = pytest.mark.parametrize("name", sorted(path.name for path in FORMATS.iterdir()))

_BILEVEL = {"png-1bit.png", "tiff-fax-204x98.tif", "tiff-g4.tif"}
_SIXTEEN_BITS = {"png-grey16.png", "tiff-grey16.tif"}


def filter_of(name: str) -> ImageFilter:
    if name in _BILEVEL:
        return ImageFilter.JBIG2 if jbig2.is_available() else ImageFilter.CCITT
    if name.startswith(("jpeg", "tiff-jpeg")):
        return ImageFilter.DCT
    return ImageFilter.JPX if name == "jp2.jp2" else ImageFilter.FLATE


def tolerance_for(name: str) -> int:
    """Readers decode JPEG, shorten 16 bits and look colours up in a profile in slightly different ways."""
    if "cmyk" in name:
        return 12
    if filter_of(name) in (ImageFilter.DCT, ImageFilter.JPX):
        return 4
    return 1 if name in _SIXTEEN_BITS else 0


@pytest.fixture
def pdf(name: str, tmp_path: Path) -> Path:
    page = load_page(PageSource(FORMATS / name), image_dpi=200, max_pixels=1e9)
    encoded = encode(page)
    assert encoded.filter is filter_of(name)
    return write_pdf(tmp_path / "scan.pdf", [image_page(encoded, 200)])


@every_format
def test_viewers_see_the_pixels_of_the_scan(name: str, pdf: Path, tmp_path: Path) -> None:
    page = load_page(PageSource(FORMATS / name), image_dpi=None, max_pixels=1e9)
    scan = page.pixels
    if name in _SIXTEEN_BITS:
        scan = Image.frombytes("L", scan.size, scan.tobytes()[1::2])
    assert largest_difference(pdfium_image(pdf), scan) <= tolerance_for(name)
    if name != "png-rgb16.png":  # for which pdfimages, not poppler, writes the white of 16 bits as 0
        assert largest_difference(poppler_image(pdf, tmp_path), scan) <= tolerance_for(name)


@pytest.mark.parametrize(
    "name", [path.name for path in sorted(FORMATS.iterdir()) if path.suffix in (".jpg", ".jp2")]
)
def test_jpeg_and_jpeg_2000_files_are_in_the_pdf_byte_for_byte(name: str, pdf: Path, tmp_path: Path) -> None:
    original = (FORMATS / name).read_bytes()
    assert pdfium_raw_image(pdf) == original
    (file,) = poppler_files(pdf, tmp_path)
    assert file.read_bytes() == original


@pytest.mark.parametrize("name", ["png-grey8.png", "png-grey16.png", "png-rgb16.png", "png-palette.png"])
def test_the_data_of_png_files_are_in_the_pdf_byte_for_byte(name: str, pdf: Path) -> None:
    assert pdfium_raw_image(pdf) == b"".join(idat_chunks((FORMATS / name).read_bytes()))


def idat_chunks(png: bytes) -> list[bytes]:
    chunks, position = [], 8
    while position < len(png):
        length = int.from_bytes(png[position : position + 4], "big")
        if png[position + 4 : position + 8] == b"IDAT":
            chunks.append(png[position + 8 : position + 8 + length])
        position += 12 + length
    return chunks
