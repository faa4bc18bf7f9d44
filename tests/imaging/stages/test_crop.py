"""Dark borders go, and nothing of the page goes with them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pdfpipe.imaging.stages.crop import Crop
from pdfpipe.imaging.stages.raster import Pixels, Raster
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, view_of
from tests.support import SCANS, truth_of


def on_black(page: Image.Image, left: int, top: int, right: int, bottom: int, lid: int = 20) -> Image.Image:
    """The page on an open scanner."""
    scan = Image.new("L", (page.width + left + right, page.height + top + bottom), lid)
    scan.paste(page.convert("L"), (left, top))
    return scan


def cropped(scan: Image.Image) -> tuple[Pixels, Transform] | None:
    staged = Crop().apply(Raster.of(OcrImage(scan, 200)))
    if staged is None:
        return None
    assert isinstance(staged.to_input, Transform)
    return staged.raster.pixels, staged.to_input


@pytest.mark.parametrize(
    "margins", [(60, 0, 0, 0), (0, 80, 0, 0), (40, 50, 60, 70), (0, 0, 150, 30)], ids=str
)
@pytest.mark.parametrize("mode", ["L", "1"])
def test_the_border_goes_and_every_word_stays(margins: tuple[int, int, int, int], mode: str) -> None:
    page = view_of(BOOK).pixels
    scan = on_black(page, *margins)
    found = cropped(scan if mode == "L" else scan.convert("1"))
    assert found is not None
    pixels, to_scan = found
    # No more than a pixel of the reduced copy is left of the border.
    assert pixels.shape[1] == pytest.approx(page.width, abs=8)
    assert pixels.shape[0] == pytest.approx(page.height, abs=8)
    assert (pixels[:, :12] < 100).mean() < 0.02
    whole = np.asarray(scan)
    left, top = round(to_scan.e), round(to_scan.f)
    for word in truth_of(BOOK).words:
        x0, y0, x1, y1 = (int(edge) for edge in word.bbox)
        x0, y0, x1, y1 = x0 + margins[0], y0 + margins[1], x1 + margins[0], y1 + margins[1]
        before = whole[y0:y1, x0:x1]
        after = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
        assert ((before < 128) == (after < 128)).all(), word.text


def test_text_that_touches_the_border_stays() -> None:
    page = Image.new("L", (1200, 1600), 240)
    draw = ImageDraw.Draw(page)
    for line in range(20):
        draw.text((0, 40 + 70 * line), "touching the border of the page", fill=30, font_size=40)
    scan = on_black(page, 100, 0, 0, 0)
    found = cropped(scan)
    assert found is not None
    pixels, to_scan = found
    left = round(to_scan.e)
    before = np.asarray(page) < 128
    after = pixels[:, 100 - left :] < 128
    kept = (before & after[:, : before.shape[1]]).sum() / before.sum()
    assert kept > 0.995


@pytest.mark.parametrize(
    "name", ["letter.tif", "declaration/page-1.tif", "layouts/table.png", "layouts/blank.tif"]
)
def test_a_page_without_border_is_left_alone(name: str) -> None:
    assert Crop().apply(Raster.of(view_of(SCANS / name))) is None


def test_light_that_falls_off_towards_a_corner_is_no_border() -> None:
    page = np.asarray(view_of(BOOK).pixels.convert("L")).astype(np.float32)
    y, x = np.mgrid[0 : 1 : page.shape[0] * 1j, 0 : 1 : page.shape[1] * 1j]
    light = 0.15 + 0.85 * np.clip(np.hypot(x, y), 0, 1)
    assert cropped(Image.fromarray((page * light).astype(np.uint8))) is None


def test_a_picture_that_reaches_the_edge_of_half_a_page_is_no_border() -> None:
    """A dark cover is content."""
    assert cropped(Image.new("L", (800, 1000), 15)) is None
