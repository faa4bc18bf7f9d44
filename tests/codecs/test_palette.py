"""Few colors take few bits, and each pixel keeps its color in readers that are not ours."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.codecs import bilevel, palette
from pdfpipe.codecs.select import encode
from pdfpipe.model.image import ColorSpace, ImageFilter
from tests.codecs.test_icc import gray, scanner
from tests.readers import pdfium_image, poppler_pixels
from tests.specimens import image_page, noise, page_image, write_pdf

COLORS = [
    (250, 240, 220),
    (20, 20, 120),
    (200, 0, 0),
    (0, 90, 0),
    (7, 7, 7),
    *((i, 2 * i, 9) for i in range(95)),
]


def picture(colors: list[tuple[int, int, int]], width: int = 60, height: int = 50) -> Image.Image:
    """Blots of these colors and no other, all of them, the first one most."""
    chance = random.Random(len(colors))
    image = Image.new("RGB", (width, height), colors[0])
    for index, color in enumerate(colors):
        x, y = chance.randrange(5, width - 10), chance.randrange(4, height - 10)
        image.paste(color, (x, y, x + chance.randint(1, 9), y + chance.randint(1, 6)))
        image.putpixel((index % width, index // width), color)
    return image


def check_pixels(image: Image.Image, folder: Path, **page: bytes) -> None:
    pdf = write_pdf(folder / "image.pdf", [image_page(encode(page_image(image, **page)))])
    assert pdfium_image(pdf).convert("RGB").tobytes() == image.convert("RGB").tobytes()
    assert poppler_pixels(pdf, 72).tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("count", "bits"), [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (100, 8)]
)
def test_rgb_of_few_colors_gets_a_palette(count: int, bits: int, tmp_path: Path) -> None:
    image = picture(COLORS[:count])
    encoded = encode(page_image(image))
    assert (encoded.color_space, encoded.bits) == (ColorSpace.INDEXED, bits)
    check_pixels(image, tmp_path)


@pytest.mark.parametrize(("count", "bits"), [(2, 1), (3, 2), (4, 2), (5, 4), (16, 4)])
def test_gray_of_few_shades_gets_a_palette_of_gray(count: int, bits: int, tmp_path: Path) -> None:
    image = picture([(15 + 14 * i,) * 3 for i in range(count)]).convert("L")
    encoded = encode(page_image(image))
    assert (encoded.color_space, encoded.base, encoded.bits) == (ColorSpace.INDEXED, ColorSpace.GRAY, bits)
    assert len(encoded.palette) == count
    check_pixels(image, tmp_path)


def test_gray_stored_as_rgb_becomes_gray(tmp_path: Path) -> None:
    image = Image.linear_gradient("L").convert("RGB")
    encoded = encode(page_image(image))
    assert (encoded.color_space, encoded.bits) == (ColorSpace.GRAY, 8)
    check_pixels(image, tmp_path)


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_black_and_white_becomes_bilevel_without_a_palette(mode: str, tmp_path: Path) -> None:
    image = picture([(255, 255, 255), (0, 0, 0)], 300, 200).convert(mode)
    encoded = encode(page_image(image))
    assert encoded.filter in (ImageFilter.JBIG2, ImageFilter.CCITT)
    assert (encoded.color_space, encoded.bits, encoded.palette) == (ColorSpace.GRAY, 1, b"")
    check_pixels(image, tmp_path)


def test_two_colors_are_coded_as_a_fax_with_the_frequent_one_for_its_paper(tmp_path: Path) -> None:
    image = picture([(250, 240, 200), (30, 10, 90)], 600, 500)
    encoded = encode(page_image(image))
    assert encoded.filter in (ImageFilter.JBIG2, ImageFilter.CCITT)
    assert encoded.palette == bytes([30, 10, 90, 250, 240, 200])
    check_pixels(image, tmp_path)


def test_palette_entries_that_are_not_used_take_no_bits(tmp_path: Path) -> None:
    image = Image.frombytes("P", (40, 30), bytes([9, 200, 33] * 400))
    image.putpalette(random.Random(3).randbytes(768))
    assert encode(page_image(image)).bits == 2
    check_pixels(image, tmp_path)


def test_a_palette_with_the_same_color_twice_has_it_once() -> None:
    image = Image.frombytes("P", (40, 30), bytes([0, 1, 2] * 400))
    image.putpalette([1, 2, 3, 9, 9, 90, 1, 2, 3])
    assert encode(page_image(image)).palette in (bytes([1, 2, 3, 9, 9, 90]), bytes([9, 9, 90, 1, 2, 3]))


def test_more_colors_than_a_palette_has_stay_rgb() -> None:
    image = Image.new("RGB", (300, 300))
    for index in range(257):
        image.putpixel((index, index), (index % 256, 255, index // 256))
    assert palette.reduced(image, gray_allowed=True) is image


def test_a_profile_for_rgb_keeps_gray_and_black_in_rgb(tmp_path: Path) -> None:
    for colors in ([(255, 255, 255), (0, 0, 0)], [(i, i, i) for i in range(0, 250, 5)]):
        encoded = encode(page_image(picture(colors), icc_profile=scanner()))
        assert (encoded.color_space, encoded.base) == (ColorSpace.INDEXED, ColorSpace.RGB)
        assert encoded.icc_profile == scanner()


def test_a_profile_for_gray_is_kept_with_the_palette(tmp_path: Path) -> None:
    encoded = encode(page_image(picture([(i, i, i) for i in range(9)]).convert("L"), icc_profile=gray(1.8)))
    assert (encoded.color_space, encoded.base, encoded.icc_profile) == (
        ColorSpace.INDEXED, ColorSpace.GRAY, gray(1.8))  # fmt: skip


def test_a_png_of_few_colors_is_coded_anew_where_that_is_smaller() -> None:
    page = picture(COLORS[:2], 600, 500)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    file = Image.open(io.BytesIO(buffer.getvalue()))
    encoded = encode(page_image(file, buffer.getvalue()))
    assert encoded.bits == 1
    assert encoded.size < len(buffer.getvalue())


def test_a_png_of_many_colors_passes_through() -> None:
    buffer = io.BytesIO()
    noise("RGB", 50, 50).save(buffer, "PNG")
    file = Image.open(io.BytesIO(buffer.getvalue()))
    assert encode(page_image(file, buffer.getvalue())).data in buffer.getvalue()


@st.composite
def few_colors(draw: st.DrawFn) -> Image.Image:
    mode = draw(st.sampled_from(["L", "P", "RGB"]))
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 20))
    samples = 3 if mode == "RGB" else 1
    pixels = draw(st.lists(st.binary(min_size=samples, max_size=samples), min_size=1, max_size=256))
    chosen = random.Random(draw(st.integers(0, 99))).choices(pixels, k=width * height)
    image = Image.frombytes(mode, (width, height), b"".join(chosen))
    if mode == "P":
        image.putpalette(draw(st.binary(min_size=768, max_size=768)))
    return image


@given(few_colors(), st.booleans())
def test_no_pixel_changes(image: Image.Image, gray_allowed: bool) -> None:
    reduced = palette.reduced(image, gray_allowed=gray_allowed)
    assert reduced.convert("RGB").tobytes() == image.convert("RGB").tobytes()
    if bilevel.has_two_colors(reduced) and reduced.mode == "P":
        histogram = reduced.histogram()
        assert histogram[0] <= histogram[1]
