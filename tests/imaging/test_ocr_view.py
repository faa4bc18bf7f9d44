from __future__ import annotations

import pytest
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.geometry import BoundingBox, Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import PageSource
from tests.support import SCANS, truth_of


def page_of(pixels: Image.Image, x: float = 300, y: float = 300, orientation: int = 1) -> PageImage:
    return PageImage(pixels, "TEST", Resolution(x, y), DpiSource.FILE, orientation)


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_what_an_engine_can_read_is_given_as_it_is(mode: str) -> None:
    pixels = Image.new(mode, (20, 10))
    view, to_page = ocr_view(page_of(pixels), "page.tif")
    assert view.pixels is pixels
    assert (view.dpi, view.label) == (300, "page.tif")
    assert to_page.is_identity


def test_a_resolution_that_was_stored_in_pixels_a_meter_is_what_it_was_before() -> None:
    view, to_page = ocr_view(page_of(Image.new("L", (20, 10)), 11811 * 0.0254, 11811 * 0.0254))
    assert view.dpi == 300
    assert to_page.is_identity


def test_cmyk_and_colored_palettes_become_rgb() -> None:
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([255, 255, 255, 200, 30, 60])
    view, _ = ocr_view(page_of(palette))
    assert view.pixels.getpixel((0, 0)) == (200, 30, 60)
    view, _ = ocr_view(page_of(Image.new("CMYK", (2, 1), (0, 0, 0, 255))))
    assert view.pixels.getpixel((0, 0)) == (0, 0, 0)


def test_gray_palettes_become_gray() -> None:
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([255, 255, 255, 60, 60, 60])
    view, _ = ocr_view(page_of(palette))
    assert (view.pixels.mode, view.pixels.getpixel((0, 0))) == ("L", 60)


@pytest.mark.parametrize("white", [4095, 65535])
def test_16_bits_are_spread_over_the_8_that_engines_see(white: int) -> None:
    # Scanners of 12 bits write 0 to 4095: shown as they are, such pages would be all but black.
    pixels = Image.frombytes(
        "I;16", (3, 1), b"".join(v.to_bytes(2, "little") for v in (0, white // 2, white))
    )
    view, _ = ocr_view(page_of(pixels))
    assert view.pixels.mode == "L"
    assert list(view.pixels.get_flattened_data()) == pytest.approx([0, 127, 255], abs=12)


def test_a_blank_16_bit_page_is_no_problem() -> None:
    view, _ = ocr_view(page_of(Image.new("I;16", (4, 4), 65535)))
    assert view.pixels.getpixel((0, 0)) == 255


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_fax_pixels_become_square(mode: str) -> None:
    view, to_page = ocr_view(page_of(Image.new(mode, (204, 98)), 204, 98))
    assert view.pixels.size == (204, 204)
    assert view.dpi == 204
    assert to_page.apply_box(BoundingBox(0, 102, 204, 204)) == BoundingBox(0, 49, 204, 98)


def test_turned_fax_pixels_are_stretched_along_the_right_axis() -> None:
    view, to_page = ocr_view(page_of(Image.new("L", (204, 98)), 204, 98, orientation=6))
    assert view.pixels.size == (204, 204)
    assert to_page.apply_box(BoundingBox(0, 0, 204, 204)) == BoundingBox(0, 0, 98, 204)


def test_a_hundredth_of_difference_is_no_reason_to_resample() -> None:
    view, to_page = ocr_view(page_of(Image.new("L", (100, 100)), 300, 301))
    assert view.pixels.size == (100, 100)
    assert to_page.is_identity


def test_a_line_of_pixels_is_still_a_page() -> None:
    view, _ = ocr_view(page_of(Image.new("L", (1, 1)), 2000, 70))
    assert min(view.pixels.size) >= 1


def test_the_words_of_the_fax_are_where_the_view_has_ink() -> None:
    scan = SCANS / "formats" / "tiff-fax-204x98.tif"
    truth = truth_of(scan)
    view, to_page = ocr_view(load_page(PageSource(scan), image_dpi=None, max_pixels=1e9))
    from_page = to_page.inverse()
    for word in truth.words:
        box = from_page.apply_box(word.box)
        ink, _ = view.pixels.crop((round(box.x0), round(box.y0), round(box.x1), round(box.y1))).getextrema()
        assert isinstance(ink, int | float)
        assert ink < 128, word.text
