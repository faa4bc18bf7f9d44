"""What cannot be decoded is refused, and the message says why."""

from __future__ import annotations

import contextlib
import struct
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.errors import MissingDependencyError, PageLoadError
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import PageImage
from pdfpipe.model.job import PageSource
from tests.support import HEIF, SCANS, without_root

FORMATS = SCANS / "formats"
EXAMPLES = [
    "bmp.bmp", "gif.gif", "jp2.jp2", "jpeg-progressive.jpg", "jpeg-rgb.jpg", "pgm.pgm", "png-grey8.png",
    "png-palette.png", "tiff-deflate-rgb8.tif", "tiff-g4.tif", "tiff-jpeg-rgb.tif", "tiff-lzw-grey8.tif",
    "webp.webp",
]  # fmt: skip


def load(file: Path, *, frame: int = 0, max_pixels: float = 250e6) -> PageImage:
    return load_page(PageSource(file, frame), image_dpi=None, max_pixels=max_pixels)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_is_cut_short_is_refused(name: str, share: float, tmp_path: Path) -> None:
    data = (FORMATS / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    with pytest.raises(PageLoadError, match=r"cannot be decoded: \w"):
        load(tmp_path / name)


def test_a_heif_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pillow_heif")
    data = (HEIF / "page.heic").read_bytes()
    (tmp_path / "page.heic").write_bytes(data[: len(data) // 2])
    with pytest.raises(PageLoadError, match=r"cannot be decoded: \w"):
        load(tmp_path / "page.heic")


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "page.tif").write_bytes(b"")
    with pytest.raises(PageLoadError, match=r"the file is empty \(0 bytes\)"):
        load(tmp_path / "page.tif")


@pytest.mark.parametrize(
    "data", [b"This is a letter, not a scan.", b"%PDF-1.7\n%%EOF", b"\0" * 1000, b"II*\0"], ids=repr
)
def test_what_is_no_image_is_said_to_be_none(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(data)
    with pytest.raises(PageLoadError, match="not an image of a known format"):
        load(tmp_path / "page.png")


def test_formats_that_scanners_do_not_write_are_refused(tmp_path: Path) -> None:
    # Each of Pillow's many decoders that may run on a foreign file is one more that may have a hole.
    for suffix in ("pcx", "tga", "ico", "eps"):
        file = tmp_path / f"page.{suffix}"
        Image.new("RGB", (16, 16)).save(file)
        with pytest.raises(PageLoadError, match="not an image of a known format"):
            load(file)


def test_a_file_that_has_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(PageLoadError, match="not there any more"):
        load(tmp_path / "page.png")


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(PageLoadError, match="it is a folder"):
        load(tmp_path)


def test_a_file_that_may_not_be_read_is_said_to_be_forbidden() -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        file = Path(name, "page.png")
        Image.new("L", (8, 8)).save(file)
        file.chmod(0)
        with without_root(), pytest.raises(PageLoadError, match="no permission to read the file"):
            load(file)


def test_a_page_beyond_the_last_is_refused() -> None:
    with pytest.raises(PageLoadError, match="it has no page 4"):
        load(SCANS / "minutes.tif", frame=3)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims its size and has hardly any data: to decode it would take that much memory."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b""))]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_page_beyond_the_pixel_limit_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(png_header(100_000, 100_000))
    with pytest.raises(
        PageLoadError,
        match=r"100000 x 100000 pixels, more than the limit of 250 million \(--max-image-mpixels raises it\)",
    ):
        load(tmp_path / "bomb.png")


def test_the_pixel_limit_holds_for_every_page_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "scan.tif"
    Image.new("1", (10, 10)).save(file, save_all=True, append_images=[Image.new("1", (100, 101))])
    load(file, max_pixels=100)
    with pytest.raises(PageLoadError, match="100 x 101 pixels"):
        load(file, frame=1, max_pixels=10_000)
    load(file, frame=1, max_pixels=10_100)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_an_animation_is_one_page_and_says_so(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"page.{suffix}"
    frames = [Image.new("RGB", (20, 20), color) for color in ("white", "red", "blue")]
    frames[0].save(file, save_all=True, append_images=frames[1:])
    page = load(file)
    assert len(page.notes) == 1
    assert "only" in page.notes[0]
    assert "first" in page.notes[0]
    assert page.pixels.convert("RGB").getpixel((10, 10)) == (255, 255, 255)


def test_still_pictures_have_no_note() -> None:
    assert load(FORMATS / "gif.gif").notes == ()


def test_a_heif_file_without_its_reader_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'pdfpipe\[heif\]'"):
        load(HEIF / "page.heic")


@settings(max_examples=150)
@given(
    name=st.sampled_from(["tiny.tif", "tiny.png", "tiny.jpg", "tiny.gif", "tiny.jp2", "tiny.bmp"]),
    data=st.data(),
)
def test_damaged_files_are_pages_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    file = tmp_path_factory.getbasetemp() / f"damaged-{name}"
    Image.linear_gradient("L").resize((24, 24)).save(file)
    damaged = bytearray(file.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    file.write_bytes(damaged)
    with contextlib.suppress(PageLoadError):
        page = load(file, max_pixels=1e6)
        assert page.pixels.mode in ("1", "L", "I;16", "P", "RGB", "CMYK")
