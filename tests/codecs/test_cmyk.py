"""Ink stays ink: CMYK is shown in its colours, whichever way a file stores it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ColorSpace, ImageFilter
from pdfpipe.model.job import PageSource
from tests.readers import pdfium_render, poppler_render
from tests.specimens import image_page, write_pdf

COLORS = {
    (0, 0, 0, 0): (255, 255, 255),
    (255, 0, 0, 0): (0, 255, 255),
    (0, 255, 0, 0): (255, 0, 255),
    (0, 0, 255, 0): (255, 255, 0),
    (0, 255, 255, 0): (255, 0, 0),
    (0, 0, 0, 255): (0, 0, 0),
    (0, 0, 0, 128): (127, 127, 127),
    (128, 64, 0, 32): (111, 167, 223),
}
"""Ink to colour by (1 - C)(1 - K), as Pillow and browsers have it where no profile says otherwise."""

PATCH = 16


def swatches() -> Image.Image:
    image = Image.new("CMYK", (PATCH * len(COLORS), PATCH))
    for index, ink in enumerate(COLORS):
        image.paste(ink, (PATCH * index, 0, PATCH * (index + 1), PATCH))
    return image


def as_written_by_adobe(file: Path) -> None:
    swatches().save(file, quality=100)
    assert b"Adobe" in file.read_bytes()


def without_adobe_marker(file: Path) -> None:
    """Inks as they are, and no marker that says that they are inverted."""
    inverted = Image.eval(swatches(), lambda ink: 255 - ink)
    inverted.save(file, quality=100)
    data = file.read_bytes()
    at = data.index(b"\xff\xee")
    file.write_bytes(data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :])


def as_tiff(file: Path) -> None:
    swatches().save(file, format="TIFF")


def as_jpeg_in_tiff(file: Path) -> None:
    swatches().save(file, format="TIFF", compression="jpeg", quality=100)


@pytest.mark.parametrize(
    ("save", "image_filter"),
    [
        (as_written_by_adobe, ImageFilter.DCT),
        (without_adobe_marker, ImageFilter.DCT),
        (as_tiff, ImageFilter.FLATE),
        (as_jpeg_in_tiff, ImageFilter.DCT),
    ],
)
def test_inks_are_shown_in_their_colors(
    save: Callable[[Path], None], image_filter: ImageFilter, tmp_path: Path
) -> None:
    file = tmp_path / "swatches.jpg"
    save(file)
    encoded = encode(load_page(PageSource(file), image_dpi=72, max_pixels=1e6))
    assert (encoded.color_space, encoded.filter) == (ColorSpace.CMYK, image_filter)
    pdf = write_pdf(tmp_path / "swatches.pdf", [image_page(encoded)])
    for render in (poppler_render, pdfium_render):
        shown = render(pdf, 72)
        for index, color in enumerate(COLORS.values()):
            pixel = shown.getpixel((PATCH * index + PATCH // 2, PATCH // 2))
            assert pixel == pytest.approx(color, abs=8), f"{render.__name__}, patch {index}"
