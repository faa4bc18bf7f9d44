"""Every format of the fixtures is decoded: its mode, size, resolution and orientation."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import PageSource
from tests.support import FIXTURES, HEIF, SCANS, SCRIPTS, truth_of

MODES = {
    "bmp.bmp": "L",
    "gif.gif": "P",
    "jp2.jp2": "RGB",
    "jpeg-72dpi.jpg": "RGB",
    "jpeg-cmyk.jpg": "CMYK",
    "jpeg-exif-6.jpg": "RGB",
    "jpeg-grey.jpg": "L",
    "jpeg-nodpi.jpg": "RGB",
    "jpeg-progressive.jpg": "RGB",
    "jpeg-rgb.jpg": "RGB",
    "page.heic": "RGB",
    "pgm.pgm": "L",
    "png-1bit.png": "1",
    "png-grey16.png": "I;16",
    "png-grey8.png": "L",
    "png-palette.png": "P",
    "png-rgb16.png": "RGB",
    "png-rgba.png": "RGB",
    "tiff-deflate-rgb8.tif": "RGB",
    "tiff-fax-204x98.tif": "1",
    "tiff-g4.tif": "1",
    "tiff-grey16.tif": "I;16",
    "tiff-jpeg-rgb.tif": "RGB",
    "tiff-jpeg-ycbcr.tif": "RGB",
    "tiff-lzw-grey8.tif": "L",
    "tiff-miniswhite.tif": "L",
    "webp.webp": "RGB",
}
WITHOUT_RESOLUTION = {"gif.gif", "jpeg-72dpi.jpg", "jpeg-nodpi.jpg", "pgm.pgm"}

FORMAT_FILES = sorted([*(SCANS / "formats").iterdir(), *HEIF.iterdir()], key=lambda path: path.name)
every_format = pytest.mark.parametrize("scan", FORMAT_FILES, ids=lambda path: path.name)


def load(scan: Path, frame: int = 0) -> PageImage:
    return load_page(PageSource(scan, frame), image_dpi=None, max_pixels=250e6)


def test_the_table_above_is_complete() -> None:
    assert [path.name for path in FORMAT_FILES] == sorted(MODES)


@every_format
def test_every_format_has_its_mode(scan: Path) -> None:
    assert load(scan).pixels.mode == MODES[scan.name]


@every_format
def test_every_format_has_its_true_size_and_resolution(scan: Path) -> None:
    page, truth = load(scan), truth_of(scan)
    assert page.upright_size == (truth.width, truth.height)
    if scan.name in WITHOUT_RESOLUTION:
        assert page.dpi_source is DpiSource.ESTIMATED
        # As large as A6 at 200 dpi is A4 at 100, which is the likelier.
        assert page.resolution == Resolution(100, 100)
    else:
        assert page.dpi_source is DpiSource.FILE
        resolution = page.upright_resolution
        assert (resolution.x, resolution.y) == pytest.approx(truth.dpi, abs=0.02)


@every_format
def test_every_format_has_dark_ink_where_the_truth_has_words_and_light_paper_elsewhere(scan: Path) -> None:
    # A lost alpha channel, a swapped meaning of 0 or inverted CMYK would be found here.
    page, truth = load(scan), truth_of(scan)
    pixels = page.pixels.point(lambda tone: tone / 256, "L") if page.pixels.mode == "I;16" else page.pixels
    gray = pixels.convert("RGB").convert("L")
    if page.orientation == 6:
        gray = gray.transpose(Image.Transpose.ROTATE_270)
    assert gray.size == (truth.width, truth.height)
    assert sum(gray.histogram()[192:]) > 0.8 * truth.width * truth.height
    for word in truth.words:
        darkest, _ = gray.crop(word.bbox).getextrema()
        assert isinstance(darkest, int)
        assert darkest < 112, word.text


@every_format
def test_only_the_tag_of_the_turned_photograph_says_that_it_is_turned(scan: Path) -> None:
    assert load(scan).orientation == (6 if scan.name == "jpeg-exif-6.jpg" else 1)


@every_format
def test_the_users_resolution_replaces_the_files(scan: Path) -> None:
    page = load_page(PageSource(scan), image_dpi=123, max_pixels=250e6)
    assert (page.resolution.x, page.resolution.y, page.dpi_source) == (123, 123, DpiSource.GIVEN)


@pytest.mark.parametrize("frame", [0, 1, 2])
def test_each_page_of_a_multi_page_file_has_its_own_size_and_resolution(frame: int) -> None:
    page, truth = load(SCANS / "minutes.tif", frame), truth_of(SCANS / "minutes.tif", frame + 1)
    assert page.pixels.size == (truth.width, truth.height)
    assert (page.resolution.x, page.resolution.y) == pytest.approx(truth.dpi, abs=0.02)


@pytest.mark.parametrize(
    "scan",
    sorted([*(SCANS / "layouts").iterdir(), *(SCANS / "declaration").iterdir(), *SCRIPTS.iterdir()]),
    ids=lambda path: str(path.relative_to(FIXTURES)),
)
def test_all_other_fixtures_have_their_true_size(scan: Path) -> None:
    truth = truth_of(scan)
    assert load(scan).upright_size == (truth.width, truth.height)


def test_names_do_not_decide_the_format(tmp_path: Path) -> None:
    misnamed = tmp_path / "really-a-jpeg.png"
    misnamed.write_bytes((SCANS / "formats" / "jpeg-rgb.jpg").read_bytes())
    assert load(misnamed).format == "JPEG"
