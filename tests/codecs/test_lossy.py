"""Smaller with loss: only where asked, only where smaller, and told of."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from pdfpipe.codecs.select import encode
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import ColorSpace, DpiSource, PageImage
from pdfpipe.model.image import ImageFilter as Filter
from pdfpipe.model.image_settings import ImageSettings
from tests.readers import pdfium_image, pdfium_render, poppler_render
from tests.specimens import image_page, noise, write_pdf

SIZE = (300, 200)


def photo(mode: str = "RGB") -> Image.Image:
    """Soft shades with a little noise, as a camera sees."""
    soft = noise("RGB", 30, 20).resize(SIZE, Image.Resampling.BICUBIC)
    grain = noise("RGB", *SIZE).filter(ImageFilter.GaussianBlur(1))
    return Image.blend(soft, grain, 0.1).convert(mode)


def page(
    pixels: Image.Image, dpi: float = 300, kind: str = "TEST", original: bytes | None = None
) -> PageImage:
    return PageImage(pixels, kind, Resolution(dpi, dpi), DpiSource.FILE, original=original)


def jpeg_page(quality: int, dpi: float = 300) -> PageImage:
    buffer = io.BytesIO()
    photo().save(buffer, "JPEG", quality=quality)
    return page(Image.open(io.BytesIO(buffer.getvalue())), dpi, "JPEG", buffer.getvalue())


def mean_difference(a: Image.Image, b: Image.Image) -> float:
    pairs = zip(a.convert("RGB").tobytes(), b.convert("RGB").tobytes(), strict=True)
    return sum(abs(x - y) for x, y in pairs) / (3 * a.width * a.height)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_page_becomes_jpeg_of_the_quality_that_is_asked_for(mode: str, tmp_path: Path) -> None:
    exact = encode(page(photo(mode)))
    good, poor = (encode(page(photo(mode)), ImageSettings(jpeg_quality=q)) for q in (85, 30))
    assert poor.filter is good.filter is Filter.DCT
    assert poor.size < good.size < exact.size
    assert good.notes == ("JPEG of quality 85",)
    seen = pdfium_image(write_pdf(tmp_path / "good.pdf", [image_page(good)]))
    if mode != "CMYK":
        assert mean_difference(seen, photo(mode)) < 6


def test_samples_of_16_bits_become_jpeg_of_8() -> None:
    deep = noise("I;16", *SIZE)
    encoded = encode(page(deep), ImageSettings(jpeg_quality=50))
    assert (encoded.filter, encoded.bits) == (Filter.DCT, 8)
    assert encoded.notes == ("16 bits a sample reduced to 8", "JPEG of quality 50")


def test_a_jpeg_of_lower_quality_is_kept_as_it_is() -> None:
    low = jpeg_page(20)
    encoded = encode(low, ImageSettings(jpeg_quality=95))
    assert encoded.data == low.original
    assert encoded.notes == ("kept as it was: JPEG of quality 95 would not be smaller",)


def test_a_jpeg_of_higher_quality_is_coded_anew() -> None:
    high = jpeg_page(98)
    encoded = encode(high, ImageSettings(jpeg_quality=50))
    assert high.original is not None
    assert encoded.size < len(high.original) / 2


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_black_and_white_never_becomes_jpeg(mode: str) -> None:
    text = Image.new(mode, SIZE, "white")
    text.paste(0, (20, 20, 60, 40))
    encoded = encode(page(text), ImageSettings(jpeg_quality=10))
    assert (encoded.bits, encoded.notes) == (1, ())


def test_a_drawing_that_jpeg_makes_larger_is_kept() -> None:
    drawing = Image.new("RGB", SIZE, (255, 255, 200))
    for index, color in enumerate(("red", "green", "blue")):
        drawing.paste(color, (20 * index, 20, 20 * index + 9, 180))
    encoded = encode(page(drawing), ImageSettings(jpeg_quality=90))
    assert encoded.color_space is ColorSpace.INDEXED
    assert encoded.notes == ("kept as it was: JPEG of quality 90 would not be smaller",)


@pytest.mark.parametrize(
    ("make", "image_filter"),
    [
        (lambda: page(photo("RGB")), Filter.FLATE),
        (lambda: page(photo("L")), Filter.FLATE),
        (lambda: page(noise("I;16", *SIZE)), Filter.FLATE),
        (lambda: page(photo("CMYK")), Filter.FLATE),
        (lambda: jpeg_page(95), Filter.DCT),
    ],
    ids=["RGB", "L", "I;16", "CMYK", "JPEG"],
)
def test_a_page_of_too_many_dots_is_reduced(make: Callable[[], PageImage], image_filter: Filter) -> None:
    encoded = encode(make(), ImageSettings(max_dpi=150))
    assert (encoded.width, encoded.height) == (150, 100)
    assert encoded.filter is image_filter
    assert "300 dpi reduced to 150" in encoded.notes


def test_a_1_bit_page_stays_1_bit_when_it_is_reduced(tmp_path: Path) -> None:
    text = Image.new("1", (1200, 800), 1)
    for x in range(40, 1100, 80):
        text.paste(0, (x, 100 + x % 90, x + 37, 500 + x % 70))
    encoded = encode(page(text, 600), ImageSettings(max_dpi=150))
    assert (encoded.width, encoded.height, encoded.bits) == (300, 200, 1)


@pytest.mark.parametrize("dpi", [100, 150, 151])
def test_a_page_that_has_no_more_is_left_alone(dpi: float) -> None:
    encoded = encode(page(photo(), dpi), ImageSettings(max_dpi=150))
    assert (encoded.width, encoded.height, encoded.notes) == (*SIZE, ())


def test_only_the_axis_of_too_many_dots_is_reduced() -> None:
    fax = PageImage(photo(), "TEST", Resolution(300, 150), DpiSource.FILE)
    encoded = encode(fax, ImageSettings(max_dpi=150))
    assert (encoded.width, encoded.height) == (150, 200)


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_reduced_image_covers_its_page_and_nothing_moves(orientation: int, tmp_path: Path) -> None:
    pixels = noise("RGB", 10, 7).resize(SIZE, Image.Resampling.BICUBIC)
    full, small = (
        write_pdf(tmp_path / name, [image_page(encoded, 300, orientation, page_size=SIZE)])
        for name, encoded in (
            ("full.pdf", encode(page(pixels))),
            ("small.pdf", encode(page(pixels), ImageSettings(max_dpi=100))),
        )
    )
    for render in (pdfium_render, poppler_render):
        assert render(full, 72).size == render(small, 72).size
        assert mean_difference(render(full, 72), render(small, 72)) < 8


def test_both_together_are_smaller_than_each() -> None:
    sizes = [
        encode(page(photo()), settings).size
        for settings in (
            ImageSettings(jpeg_quality=60, max_dpi=150),
            ImageSettings(jpeg_quality=60),
            ImageSettings(max_dpi=150),
        )
    ]
    assert sizes[0] < min(sizes[1:])
