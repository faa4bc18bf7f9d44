"""The JBIG2 encoder: what it refuses, what it saves, and what happens without it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.codecs import bilevel, ccitt, jbig2
from pdfpipe.errors import MissingDependencyError
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ImageFilter
from pdfpipe.model.job import PageSource
from tests.codecs import fuzz_jbig2
from tests.specimens import noise
from tests.support import SCANS, require_jbig2, require_tool

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _encoder() -> None:
    require_jbig2()


def test_images_of_all_kinds_are_decoded_exactly_by_two_readers(tmp_path: Path) -> None:
    images = fuzz_jbig2.images(seed=1)
    assert fuzz_jbig2.differing([next(images) for _ in range(140)], tmp_path) == []


def test_the_fuzzer_would_find_a_wrong_pixel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode = jbig2.encode

    def wrong(image: Image.Image) -> object:
        image = image.copy()
        image.putpixel((2, 2), 1 - bool(image.getpixel((2, 2))))
        return encode(image)

    monkeypatch.setattr(jbig2, "encode", wrong)
    assert len(fuzz_jbig2.differing([noise("1", 20, 20)], tmp_path)) == 2


def test_the_sanitizers_find_no_fault() -> None:
    require_tool("cc")
    command = [sys.executable, "-m", "tests.codecs.fuzz_jbig2", "--sanitize", "--images", "70"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["declaration/page-1.tif", "letter.tif", "minutes.tif"])
def test_pages_of_text_are_a_quarter_smaller_than_with_group_4(name: str) -> None:
    page = load_page(PageSource(SCANS / name), image_dpi=None, max_pixels=1e9).pixels
    assert page.mode == "1"
    assert jbig2.encode(page).size < 0.75 * ccitt.encode(page).size


def test_what_group_4_codes_in_less_stays_group_4() -> None:
    assert bilevel.encode(Image.new("1", (100, 100), 1)).filter is ImageFilter.CCITT
    page = load_page(PageSource(SCANS / "letter.tif"), image_dpi=None, max_pixels=1e9).pixels
    assert bilevel.encode(page).filter is ImageFilter.JBIG2


def test_what_flate_codes_in_less_becomes_flate() -> None:
    assert bilevel.encode(noise("1", 400, 400)).filter is ImageFilter.FLATE


def test_noise_hardly_grows() -> None:
    assert jbig2.encode(noise("1", 1000, 1000)).size < 1.1 * 125_000


@pytest.mark.parametrize(
    ("size", "width", "height"),
    [
        *((0, 0, 0), (1, 0, 1), (1, 1, 0), (1, -1, 1), (1, 1, -1)),
        *((1, 9, 1), (2, 8, 1), (1, 2**31 - 1, 2**31 - 1)),
    ],
)
def test_bitmaps_that_do_not_fit_their_size_are_refused(size: int, width: int, height: int) -> None:
    from pdfpipe.codecs import _jbig2

    with pytest.raises(ValueError, match=r"bitmap|rows"):
        _jbig2.encode_generic_region(bytes(size), width, height)


def test_sizes_beyond_the_range_of_c_are_refused() -> None:
    from pdfpipe.codecs import _jbig2

    with pytest.raises(OverflowError):
        _jbig2.encode_generic_region(b"x", 2**31, 1)


def test_other_threads_run_meanwhile() -> None:
    from pdfpipe.codecs import _jbig2

    turns, ended = 0, threading.Event()

    def turn() -> None:
        nonlocal turns
        while not ended.wait(0.001):
            turns += 1

    usual = sys.getswitchinterval()
    sys.setswitchinterval(60)  # so that a thread runs only when this one lets it
    other = threading.Thread(target=turn)
    other.start()
    try:
        bitmap = noise("1", 4000, 4000).tobytes()
        before = turns
        _jbig2.encode_generic_region(bitmap, 4000, 4000)
        assert turns > before + 5
    finally:
        sys.setswitchinterval(usual)
        ended.set()
        other.join()


def test_without_the_extension_pages_become_group_4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jbig2, "_encode_generic_region", None)
    assert not jbig2.is_available()
    page = load_page(PageSource(SCANS / "letter.tif"), image_dpi=None, max_pixels=1e9).pixels
    assert bilevel.encode(page).filter is ImageFilter.CCITT
    with pytest.raises(MissingDependencyError, match="C compiler"):
        jbig2.encode(noise("1", 9, 9))


def test_a_missing_extension_is_no_error_on_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pdfpipe.codecs._jbig2", None)
    monkeypatch.delitem(sys.modules, "pdfpipe.codecs.jbig2")
    import pdfpipe.codecs

    monkeypatch.delattr(pdfpipe.codecs, "jbig2")
    from pdfpipe.codecs import jbig2 as again

    assert not again.is_available()
