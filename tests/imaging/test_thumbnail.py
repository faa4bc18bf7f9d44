"""The small picture of a page shows it upright, in its shape and colors."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.thumbnail import thumbnail
from pdfpipe.model.image import Thumbnail
from pdfpipe.model.job import PageSource
from tests.support import SCANS


def made_of(path: Path) -> Thumbnail:
    return thumbnail(load_page(PageSource(path), image_dpi=None, max_pixels=1e9))


def picture_of(path: Path) -> Image.Image:
    made = made_of(path)
    image = Image.open(io.BytesIO(made.data))
    assert image.format == "WEBP"
    assert image.size == (made.width, made.height)
    return image.convert("RGB")


@pytest.mark.parametrize(
    "name", [path.name for path in sorted((SCANS / "formats").iterdir()) if path.suffix != ".jp2"]
)
def test_pages_of_every_format_fit_a_phone_and_a_few_kilobytes(name: str) -> None:
    made = made_of(SCANS / "formats" / name)
    assert made.width <= 240
    assert made.height <= 480
    assert len(made.data) < 12_000


def test_a_turned_photograph_is_shown_upright(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (200, 0, 400, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.jpg", exif=exif, dpi=(300, 300))
    shown = picture_of(tmp_path / "turned.jpg")
    assert shown.size == (200, 400)
    top, bottom = shown.getpixel((100, 50)), shown.getpixel((100, 350))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 200 > top[2]
    assert bottom[2] > 200 > bottom[0]


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    Image.new("1", (400, 200), 1).save(tmp_path / "fax.tif", dpi=(200, 100))
    assert picture_of(tmp_path / "fax.tif").size == (240, 240)


def test_a_page_smaller_than_the_picture_is_not_enlarged(tmp_path: Path) -> None:
    Image.new("L", (100, 50), 128).save(tmp_path / "small.png", dpi=(300, 300))
    assert picture_of(tmp_path / "small.png").size == (100, 50)


def test_a_very_long_page_keeps_its_shape(tmp_path: Path) -> None:
    Image.new("L", (100, 4000), 128).save(tmp_path / "long.png", dpi=(300, 300))
    assert picture_of(tmp_path / "long.png").size == (12, 480)
