from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Pillow

from pdfpipe.errors import PageLoadError, UsageError
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.settings import Settings
from pdfpipe.recognition.engine import OcrEngine
from pdfpipe.recognition.image import Image
from tests.support import SCANS, mean_iou, truth_of

PAGE = SCANS / "formats" / "png-grey8.png"
BOX = BoundingBox(10, 20, 300, 400)


def test_loading_takes_no_time_and_no_memory() -> None:
    assert Image.load("not/there.tif") == Image(Path("not/there.tif"))


@pytest.mark.parametrize("limit", [{"max_side": 500}, {}])
def test_a_smaller_view_keeps_its_proportions_and_never_grows(limit: dict[str, int]) -> None:
    view = Image.load(PAGE, **limit).view(Settings())
    with Pillow.open(PAGE) as original:
        width, height = original.size
    assert (view.width, view.height) == (width, height)
    assert max(view.image.pixels.size) == min(max(width, height), limit.get("max_side", 10_000))
    corner = view.to_file.apply_box(view.to_file.inverse().apply_box(BOX))
    assert corner.iou(BOX) == pytest.approx(1)
    smaller = Image.load(PAGE).thumbnail((100, 5000)).view(Settings())
    assert smaller.image.pixels.width == 100
    assert smaller.image.dpi == pytest.approx(view.image.dpi * 100 / view.image.pixels.width, rel=0.02)


@pytest.mark.parametrize("scan", [PAGE, SCANS / "formats" / "jpeg-exif-6.jpg"], ids=lambda path: path.name)
def test_words_of_a_smaller_view_are_in_pixels_of_the_file(scan: Path) -> None:
    """As they are of the whole one: turned upright, and not those of what the engine saw."""
    truth = truth_of(scan)
    result = OcrEngine(settings=Settings(jobs=1)).process(Image.load(scan, max_side=900))
    assert (result.width, result.height) == (truth.width, truth.height)
    true = {word.text: word.box for word in truth.words}
    found = [word for word in result.words if word.text in true and len(word.text) > 6]
    once = [word for word in found if sum(other.text == word.text for other in truth.words) == 1]
    assert len(once) > 10
    assert mean_iou([word.box for word in once], [true[word.text] for word in once]) > 0.75


def test_black_and_white_becomes_gray_when_it_is_made_smaller() -> None:
    assert Image.load(SCANS / "letter.tif").view(Settings()).image.pixels.mode == "1"
    assert Image.load(SCANS / "letter.tif", 1000).view(Settings()).image.pixels.mode == "L"


def test_all_pages_of_a_file_come_in_order() -> None:
    pages = Image.load_all(SCANS / "minutes.tif", max_side=800)
    assert [(page.frame, page.bounds) for page in pages] == [(n, (800, 800)) for n in range(3)]
    assert pages[1] == Image.load(SCANS / "minutes.tif", 800, frame=1)
    assert Image.load_all(PAGE) == (Image.load(PAGE),)
    sizes = {page.view(Settings()).image.pixels.tobytes() for page in pages}
    assert len(sizes) == 3, "three times the same page"


def test_what_is_wrong_with_a_file_is_said_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "bad.tif").write_bytes(b"II*\0")
    for attempt in (Image.load(tmp_path / "gone.tif").view, lambda _: Image.load_all(tmp_path / "gone.tif")):
        with pytest.raises(PageLoadError, match=r"gone\.tif: "):
            attempt(Settings())
    with pytest.raises(PageLoadError, match=r"bad\.tif: "):
        Image.load(tmp_path / "bad.tif").view(Settings())
    with pytest.raises(PageLoadError, match=r"limit of 0\.1 million"):
        Image.load(PAGE).view(Settings(max_image_mpixels=0.1))


def test_sizes_and_frames_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match="0 x 0"):
        Image.load(PAGE, max_side=0)
    with pytest.raises(UsageError, match="frame: -1"):
        Image.load(PAGE, frame=-1)
