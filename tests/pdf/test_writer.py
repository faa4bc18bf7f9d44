from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from pypdf import PdfReader

from pdfpipe.codecs import ccitt, flate
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.job import PageContent
from pdfpipe.pdf.writer import PdfWriter
from tests.readers import pdfium_render, poppler_render, pypdf_catalog, qpdf_complaints
from tests.specimens import METADATA, WHITE_PIXEL, image_page, pdf_bytes, text_of, text_page, write_pdf
from tests.support import SCANS, truth_of

Renderer = Callable[[Path, float], Image.Image]


def page_of_size(width: int, height: int, dpi_x: float = 72, dpi_y: float = 72) -> PageContent:
    return PageContent(WHITE_PIXEL, 1, width, height, Resolution(dpi_x, dpi_y), None)


@pytest.mark.parametrize("count", [0, 1, 32, 33, 1025])
def test_every_page_is_there_in_its_order(count: int, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "document.pdf", [page_of_size(100 + number, 100) for number in range(count)])
    widths = [round(page.mediabox.width) for page in PdfReader(pdf).pages]
    assert widths == [100 + number for number in range(count)]
    assert qpdf_complaints(pdf) == ""


@pytest.mark.parametrize("count", [0, 1, 32, 33, 1025])
def test_the_page_tree_is_balanced_and_its_counts_are_right(count: int, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "document.pdf", [page_of_size(100, 100)] * count)
    root = pypdf_catalog(pdf)["/Pages"]
    depths = set(leaf_depths(root))
    assert len(depths) <= 1
    assert root["/Count"] == count
    if count == 1025:
        assert depths == {3}


def leaf_depths(node: Any, depth: int = 0) -> list[int]:
    """How deep the pages are; checks each node's count, width and parent on the way."""
    if node["/Type"] == "/Page":
        return [depth]
    kids = [kid.get_object() for kid in node["/Kids"]]
    assert len(kids) <= 32
    depths = []
    for kid in kids:
        assert kid["/Parent"] == node
        depths += leaf_depths(kid, depth + 1)
    assert node["/Count"] == len(depths)
    return depths


@pytest.mark.parametrize(
    ("pixels", "dpi", "points"),
    [
        ((2480, 3508), (300, 300), (595.2, 841.92)),
        ((1728, 1100), (204, 98), (609.882, 808.163)),
        ((1, 1), (1, 1), (72, 72)),
        ((827, 1165), (199.898, 199.898), (297.872, 419.614)),
        ((60_000, 40_000), (300, 300), (14400, 9600)),
    ],
)
def test_pages_have_the_size_of_the_paper(
    pixels: tuple[int, int], dpi: tuple[float, float], points: tuple[float, float], tmp_path: Path
) -> None:
    page = PdfReader(write_pdf(tmp_path / "a.pdf", [page_of_size(*pixels, *dpi)])).pages[0]
    assert page.user_unit == 1
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(points, abs=0.01)


@pytest.mark.parametrize("pixels", [(20_000, 100), (300, 43_200), (30_000, 20_000)])
def test_pages_beyond_200_inches_are_scaled_by_a_user_unit(pixels: tuple[int, int], tmp_path: Path) -> None:
    page = PdfReader(write_pdf(tmp_path / "a.pdf", [page_of_size(*pixels)])).pages[0]
    width, height = float(page.mediabox.width), float(page.mediabox.height)
    assert max(width, height) <= 14_400
    assert page.user_unit > 1
    assert (width * page.user_unit, height * page.user_unit) == pytest.approx(pixels, rel=1e-4)


@pytest.mark.parametrize("render", [pdfium_render, poppler_render])
def test_a_page_with_a_user_unit_is_filled_by_its_image(render: Renderer, tmp_path: Path) -> None:
    image = Image.new("L", (200, 100), 255)
    image.paste(0, (100, 0, 200, 100))
    pdf = write_pdf(tmp_path / "a.pdf", [image_page(flate.encode(image), dpi=0.72)])
    assert PdfReader(pdf).pages[0].user_unit == pytest.approx(20_000 / 14_400)
    shown = render(pdf, 1)
    assert shown.getpixel((round(0.45 * shown.width), shown.height // 2)) == (255, 255, 255)
    assert shown.getpixel((round(0.55 * shown.width), shown.height // 2)) == (0, 0, 0)
    assert shown.getpixel((shown.width - 2, 1)) == (0, 0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("render", [pdfium_render, poppler_render])
def test_turned_images_are_shown_upright(render: Renderer, orientation: int, tmp_path: Path) -> None:
    stored = Image.new("RGB", (48, 32), "white")
    stored.paste("black", (0, 0, 24, 16))
    stored.paste("red", (24, 0, 48, 16))
    stored.paste("blue", (0, 16, 24, 32))
    stored.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(stored)
    pdf = write_pdf(tmp_path / "a.pdf", [image_page(flate.encode(stored), orientation=orientation)])
    shown = render(pdf, 72)
    assert shown.size == upright.size
    for x in (6, upright.width - 6):
        for y in (6, upright.height - 6):
            assert shown.getpixel((x, y)) == upright.getpixel((x, y))


def test_the_same_pages_and_date_make_the_same_bytes() -> None:
    truth = truth_of(SCANS / "formats" / "tiff-g4.tif")
    pages = [text_page(text_of(truth), truth.resolution)] * 3
    assert pdf_bytes(pages) == pdf_bytes(pages)
    assert pdf_bytes(pages) != pdf_bytes(pages[:2])


def test_a_document_without_text_has_no_font(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [image_page(ccitt.encode(Image.new("1", (50, 50), 1)))] * 2)
    assert b"/Font" not in pdf.read_bytes()
    assert [page.get("/Resources", {}).get("/Font") for page in PdfReader(pdf).pages] == [None, None]


def test_an_empty_page_takes_less_than_a_kilobyte() -> None:
    one, many = len(pdf_bytes([page_of_size(100, 100)])), len(pdf_bytes([page_of_size(100, 100)] * 101))
    assert (many - one) / 100 < 600


class Pipe(io.RawIOBase):
    """A stream that can only be written, as a pipe or a socket."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def write(self, data: object) -> int:
        assert isinstance(data, bytes)
        self.data += data
        return len(data)


def test_the_stream_need_not_be_seekable() -> None:
    pipe = Pipe()
    writer = PdfWriter(pipe, METADATA)  # type: ignore[arg-type]
    writer.add_page(page_of_size(100, 100))
    writer.finish()
    assert pipe.data == pdf_bytes([page_of_size(100, 100)])


def test_each_page_is_written_when_it_is_added() -> None:
    stream = io.BytesIO()
    writer = PdfWriter(stream, METADATA)
    pixels = Image.effect_noise((200, 200), 90)
    for number in range(1, 4):
        writer.add_page(image_page(flate.encode(pixels)))
        assert stream.tell() > number * 20_000
