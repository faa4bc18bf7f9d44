"""A page may be half of its scan: what is seen of it is cut out, the image stays whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.thumbnail import thumbnail
from pdfpipe.imaging.turning import turned
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.half import Half, Side
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import PageSource
from tests.imaging.test_load_orientation import STORED_SIZE, save, stored_image

PART = BoundingBox(24, 0, 48, 32)


def load(file: Path, box: BoundingBox) -> PageImage:
    return load_page(PageSource(file, half=Half(Side.RIGHT, box)), image_dpi=None, max_pixels=1e6)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_engine_sees_the_half_upright(orientation: int, tmp_path: Path) -> None:
    save(tmp_path / "scan.png", orientation)
    page = load(tmp_path / "scan.png", PART)
    expected = stored_image().crop((24, 0, 48, 32))
    expected.getexif()[0x0112] = orientation
    expected = ImageOps.exif_transpose(expected)
    view, _ = ocr_view(page)
    assert page.pixels.size == STORED_SIZE
    assert page.upright_size == expected.size
    # The resolution is not square: the view is stretched.
    seen = view.pixels.resize(expected.size, Image.Resampling.NEAREST)
    for x, y in ((3, 3), (20, 3), (3, 20), (20, 28)):
        at = min(x, expected.width - 1), min(y, expected.height - 1)
        assert seen.getpixel(at) == expected.getpixel(at)


def test_the_whole_file_goes_into_the_pdf(tmp_path: Path) -> None:
    save(tmp_path / "scan.jpg", 6)
    page = load(tmp_path / "scan.jpg", PART)
    assert page.original == (tmp_path / "scan.jpg").read_bytes()
    alone = page.cut_out()
    assert (alone.original, alone.part, alone.pixels.size) == (None, None, (24, 32))
    assert alone.upright_size == page.upright_size


def test_its_picture_in_the_report_is_that_of_the_half(tmp_path: Path) -> None:
    save(tmp_path / "scan.jpg", 1)
    small = thumbnail(load(tmp_path / "scan.jpg", PART))
    assert (small.width, small.height) == (24, 64)  # 200 by 100 dpi


@given(
    orientation=st.integers(1, 8),
    turn=st.sampled_from((0, 90, 180, 270)),
    edges=st.tuples(st.integers(0, 20), st.integers(0, 10), st.integers(21, 48), st.integers(11, 32)),
)
def test_the_half_lies_at_the_origin_however_it_is_turned(
    orientation: int, turn: int, edges: tuple[int, int, int, int]
) -> None:
    part = BoundingBox(*map(float, edges))
    image = PageImage(
        Image.new("L", STORED_SIZE), "TEST", Resolution(100, 100), DpiSource.FILE, orientation, part=part
    )
    page = turned(image, turn)
    width, height = page.upright_size
    assert page.upright.apply_box(part) == BoundingBox(0, 0, width, height)
    box = page.image_box
    assert box is not None
    assert sorted((box.width, box.height)) == sorted(STORED_SIZE)
    corner = page.upright.apply(Point(0, 0))
    assert corner.x in (box.x0, box.x1)
    assert corner.y in (box.y0, box.y1)


@pytest.mark.parametrize("edges", [(0, 0, 49, 32), (24, 0, 24, 32), (-1, 0, 24, 32)])
def test_a_half_of_another_scan_is_refused(edges: tuple[int, int, int, int], tmp_path: Path) -> None:
    save(tmp_path / "scan.png", 1)
    with pytest.raises(PageLoadError, match=r"right half.* 48 x 32 pixels"):
        load(tmp_path / "scan.png", BoundingBox(*map(float, edges)))
