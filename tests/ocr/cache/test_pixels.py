"""Pages are told apart by everything that an engine sees of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.cache.pixels import pixel_digest, with_digest


@given(
    st.sampled_from(["1", "L", "RGB"]),
    st.tuples(st.integers(1, 3000), st.integers(1, 900)),
    st.data(),
)
def test_one_pixel_more_or_less_makes_another_page(
    mode: str, size: tuple[int, int], data: st.DataObject
) -> None:
    """Wherever it is, also in the last strip of several."""
    page, other = Image.new(mode, size), Image.new(mode, size)
    place = data.draw(st.integers(0, size[0] - 1)), data.draw(st.integers(0, size[1] - 1))
    other.putpixel(place, 1 if mode != "RGB" else (0, 0, 1))
    assert pixel_digest(page) == pixel_digest(page.copy())
    assert pixel_digest(page) != pixel_digest(other)


@pytest.mark.parametrize(
    ("mode", "size"), [("L", (16, 4)), ("L", (4, 16)), ("1", (8, 8)), ("L", (1, 8)), ("RGB", (8, 8))]
)
def test_shape_and_mode_count_even_where_the_bytes_are_alike(mode: str, size: tuple[int, int]) -> None:
    assert pixel_digest(Image.new("L", (8, 8))) != pixel_digest(Image.new(mode, size))


def test_a_digest_that_is_there_is_not_taken_again() -> None:
    image = with_digest(OcrImage(Image.new("L", (8, 8)), 300.0, "page.png"))
    assert image.digest == pixel_digest(image.pixels)
    assert (image.dpi, image.label) == (300.0, "page.png")
    assert with_digest(image) is image
