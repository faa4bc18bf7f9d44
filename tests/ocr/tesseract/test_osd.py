from __future__ import annotations

import pytest
from PIL import Image

from pdfpipe.errors import RecognitionError
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.tesseract.osd import detect_orientation_and_script, find_text_lines
from tests.support import SCANS, SCRIPTS, truth_of


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_it_tells_by_how_much_a_page_has_been_turned_clockwise(turn: int) -> None:
    with Image.open(SCANS / "formats" / "tiff-g4.tif") as scan:
        page = scan.convert("L").rotate(-turn, expand=True)
    osd = detect_orientation_and_script(OcrImage(page, 200))
    assert osd is not None
    assert osd.orientation == turn
    assert osd.orientation_confidence > 5


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("heb-hebrew.png", "Hebrew"),
        ("rus-cyrillic.tif", "Cyrillic"),
        ("jpn-kanji-kana.tif", "Japanese"),
        ("fra-accents.tif", "Latin"),
        ("tha-thai.png", "Thai"),
    ],
)
def test_it_tells_the_script(name: str, script: str) -> None:
    with Image.open(SCRIPTS / name) as scan:
        osd = detect_orientation_and_script(OcrImage(scan.convert("L"), 150))
    assert osd is not None
    assert (osd.orientation, osd.script) == (0, script)
    assert osd.script_confidence > 0


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (800, 600)])
def test_without_text_it_tells_nothing_and_goes_on(size: tuple[int, int]) -> None:
    blank = OcrImage(Image.new("1", size, 1), 300)
    assert detect_orientation_and_script(blank) is None
    assert find_text_lines(blank) == ()
    with pytest.raises(RecognitionError, match="32767"):
        detect_orientation_and_script(OcrImage(Image.new("1", (40000, 2), 1), 300))


def test_lines_are_found_without_reading() -> None:
    scan = SCANS / "formats" / "tiff-g4.tif"
    with Image.open(scan) as image:
        lines = find_text_lines(OcrImage(image.convert("L"), 200))
    assert len(lines) == len(truth_of(scan).lines)
