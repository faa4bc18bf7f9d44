"""Pages that show halves of one image: it is in the file once, as it was, and each shows its half alone."""

from __future__ import annotations

import io
import math
from pathlib import Path

import msgspec
import pikepdf
import pytest
from PIL import Image, ImageDraw

from pdfpipe.codecs.select import encode
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.geometry import Resolution, Transform
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import LevelSheet, PageContent
from pdfpipe.model.text import PageText
from tests.open_books import halves
from tests.readers import pdfium_render, poppler_render, qpdf_complaints
from tests.specimens import write_pdf
from tests.support import largest_difference

SIZE = (120, 80)
DPI = 72


def drawing(shade: int = 0) -> Image.Image:
    """An image that looks different whichever part of it is seen and however it is turned."""
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image)
    for place, color in enumerate(("red", "green", "blue", "black", "orange", "purple")):
        draw.rectangle((20 * place, 0, 20 * place + 11, 80 - 12 * place), fill=color)
    draw.rectangle((0, 70, 120, 80), fill=(shade, shade, 128))
    return image


def scan_of(image: Image.Image, orientation: int) -> list[PageImage]:
    """The halves of a JPEG file, left and right as it is stored."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=95, subsampling=0)
    with Image.open(stream) as pixels:
        pixels.load()
    return [
        PageImage(
            pixels,
            "JPEG",
            Resolution(DPI, DPI),
            DpiSource.FILE,
            orientation,
            original=stream.getvalue(),
            part=half.box,
        )
        for half in halves(*SIZE)
    ]


def content_of(page: PageImage) -> PageContent:
    size, resolution = page.upright_size, page.upright_resolution
    return PageContent(encode(page), page.orientation, *size, resolution, None, image_box=page.image_box)


def images_in(pdf: Path) -> list[bytes]:
    with pikepdf.open(pdf) as opened:
        return [
            item.read_raw_bytes()
            for item in opened.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Image"
        ]


@pytest.mark.parametrize("orientation", [1, 4, 6, 7])
def test_each_page_shows_its_half_upright(orientation: int, tmp_path: Path) -> None:
    pages = scan_of(drawing(), orientation)
    pdf = write_pdf(tmp_path / "book.pdf", [content_of(page) for page in pages])
    for number, page in enumerate(pages, 1):
        seen = ocr_view(page)[0].pixels
        for render in (poppler_render, pdfium_render):
            # Eight times as large nothing is smoothed any more.
            shown = render(pdf, 8 * DPI, number).resize(seen.size, Image.Resampling.NEAREST)
            assert largest_difference(shown, seen) <= 12, render
    assert qpdf_complaints(pdf) == ""


def test_a_half_that_is_shown_level_shows_nothing_of_the_other(tmp_path: Path) -> None:
    black, white = Image.new("RGB", SIZE), Image.new("RGB", SIZE, "white")
    black.paste(white.crop((0, 0, 60, 80)), (0, 0))
    (left, _) = (content_of(page) for page in scan_of(black, 1))
    turn = Transform(math.cos(0.2), math.sin(0.2), -math.sin(0.2), math.cos(0.2), 9, -9)
    sheet = LevelSheet(90, 100, turn, PageText(90, 100))
    pdf = write_pdf(tmp_path / "book.pdf", [msgspec.structs.replace(left, level=sheet)])
    for render in (poppler_render, pdfium_render):
        shown = render(pdf, DPI)
        assert shown.size == (90, 100)
        dark = sum(shade < 128 for shade in shown.convert("L").tobytes())
        assert dark < 2 * 80, render  # along the cut some black may be smoothed in


def test_the_image_is_there_once_and_as_it_was(tmp_path: Path) -> None:
    scans = [scan_of(drawing(shade), 1) for shade in (0, 200)]
    contents = [content_of(page) for scan in scans for page in scan]
    pdf = write_pdf(tmp_path / "book.pdf", contents)
    assert images_in(pdf) == [scan[0].original for scan in scans]


def test_images_that_differ_in_their_colors_alone_are_not_taken_for_one(tmp_path: Path) -> None:
    plain = content_of(scan_of(drawing(), 1)[0])
    palette = Image.new("P", SIZE)
    contents = []
    for color in (255, 0):
        palette.putpalette([color, 0, 0])
        half = halves(*SIZE)[0]
        scan = PageImage(palette.copy(), "PNG", Resolution(DPI, DPI), DpiSource.FILE, part=half.box)
        contents.append(content_of(scan))
    pdf = write_pdf(tmp_path / "book.pdf", [*contents, plain])
    assert [poppler_render(pdf, DPI, page).getpixel((9, 9)) for page in (1, 2)] == [(255, 0, 0), (0, 0, 0)]
