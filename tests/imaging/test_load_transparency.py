"""A page is opaque: what shines through is white paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import PageImage
from pdfpipe.model.job import PageSource

SIZE = (16, 8)


def load(file: Path) -> PageImage:
    return load_page(PageSource(file), image_dpi=300, max_pixels=1e6)


def corners(page: PageImage) -> tuple[object, object]:
    """The colours of the left and the right end of the page."""
    rgb = page.pixels.convert("RGB")
    return rgb.getpixel((0, 0)), rgb.getpixel((SIZE[0] - 1, 0))


def half_and_half(mode: str, left: float | tuple[int, ...], right: float | tuple[int, ...]) -> Image.Image:
    image = Image.new(mode, SIZE, left)
    image.paste(right, (SIZE[0] // 2, 0, *SIZE))
    return image


WHITE, BLACK = (255, 255, 255), (0, 0, 0)


def test_transparent_black_is_white_paper(tmp_path: Path) -> None:
    half_and_half("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)).save(tmp_path / "page.png")
    page = load(tmp_path / "page.png")
    assert page.pixels.mode == "RGB"
    assert corners(page) == (WHITE, BLACK)


def test_half_transparent_black_is_gray(tmp_path: Path) -> None:
    half_and_half("LA", (0, 127), (0, 255)).save(tmp_path / "page.png")
    page = load(tmp_path / "page.png")
    assert page.pixels.mode == "L"
    assert corners(page) == ((128, 128, 128), BLACK)


def test_a_transparent_palette_entry_is_white_paper(tmp_path: Path) -> None:
    image = half_and_half("P", 0, 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.save(tmp_path / "page.png", transparency=0)
    image.save(tmp_path / "page.gif", transparency=0)
    for name in ("page.png", "page.gif"):
        assert corners(load(tmp_path / name)) == (WHITE, (0, 0, 255))


def test_a_transparent_color_is_white_paper(tmp_path: Path) -> None:
    half_and_half("RGB", (255, 0, 0), BLACK).save(tmp_path / "page.png", transparency=(255, 0, 0))
    assert corners(load(tmp_path / "page.png")) == (WHITE, BLACK)


@pytest.mark.parametrize(("mode", "shade"), [("L", 100), ("1", 0), ("I;16", 1000)])
def test_a_transparent_shade_is_white_paper(mode: str, shade: int, tmp_path: Path) -> None:
    other = {"L": 0, "1": 255, "I;16": 60000}[mode]
    image = half_and_half(mode, shade, other)
    image.save(tmp_path / "page.png", transparency=shade)
    left, _ = corners(load(tmp_path / "page.png"))
    assert left == WHITE


def test_an_opaque_alpha_channel_changes_no_color(tmp_path: Path) -> None:
    half_and_half("RGBA", (10, 20, 30, 255), (200, 150, 100, 255)).save(tmp_path / "page.png")
    assert corners(load(tmp_path / "page.png")) == ((10, 20, 30), (200, 150, 100))


@pytest.mark.parametrize("name", ["page.webp", "page.tif", "page.jp2"])
def test_every_format_with_transparency_is_laid_on_white(name: str, tmp_path: Path) -> None:
    image = half_and_half("RGBA", (0, 0, 0, 0), (0, 0, 0, 255))
    image.save(tmp_path / name, lossless=True)
    assert corners(load(tmp_path / name)) == (WHITE, BLACK)


def test_the_bytes_of_a_transparent_file_are_not_passed_on(tmp_path: Path) -> None:
    half_and_half("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)).save(tmp_path / "page.png")
    assert load(tmp_path / "page.png").original is None
