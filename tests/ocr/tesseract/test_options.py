"""Page segmentation modes, and the user's own words and patterns."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from pdfpipe.errors import MissingLanguageError, UsageError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine
from pdfpipe.ocr.tesseract import options
from pdfpipe.ocr.tesseract.engine import TesseractEngine
from tests.support import SCANS, truth_of

SCAN = SCANS / "formats" / "tiff-g4.tif"
LINE = 1


def page() -> Image.Image:
    with Image.open(SCAN) as scan:
        return scan.convert("L")


def line_image() -> tuple[Image.Image, str]:
    """One line of the page with a margin of 10 pixels, and what it says."""
    words = truth_of(SCAN).words_of(LINE)
    boxes = [word.bbox for word in words]
    edges = (
        min(b[0] for b in boxes),
        min(b[1] for b in boxes),
        max(b[2] for b in boxes),
        max(b[3] for b in boxes),
    )
    image = page().crop((int(edges[0]) - 10, int(edges[1]) - 10, int(edges[2]) + 10, int(edges[3]) + 10))
    return image, " ".join(word.text for word in words)


@pytest.mark.parametrize("mode", [1, 3, 4, 6, 11, 12])
def test_modes_for_pages_read_the_page(mode: int) -> None:
    text = TesseractEngine(("eng",), TesseractSettings(segmentation=mode)).recognize(OcrImage(page(), 200))
    assert "All human beings are born free and equal" in text.text


@pytest.mark.parametrize("mode", [6, 7, 8, 9, 10, 13])
def test_modes_for_a_line_or_less_give_boxes_and_baselines(mode: int) -> None:
    image, truth = line_image()
    engine = TesseractEngine(("eng",), TesseractSettings(segmentation=mode))
    lines = list(engine.recognize(OcrImage(image, 200)).lines)
    assert " ".join(line.text for line in lines).startswith(truth[:30])
    box, baseline = lines[0].box, lines[0].baseline
    if mode == 9:  # a word in a circle has no baseline, and its box is the image
        assert baseline is None
        return
    assert box.y0 == pytest.approx(10, abs=2)
    assert box.y1 == pytest.approx(image.height - 10, abs=2)
    assert baseline is not None
    assert baseline.start.y == pytest.approx(baseline.end.y, abs=2)
    assert box.y0 + box.height / 2 < baseline.start.y < box.y1
    assert baseline.end.x - baseline.start.x > 0.9 * (image.width - 20)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_mode_1_reads_turned_pages(turn: int) -> None:
    image = OcrImage(page().rotate(-turn, expand=True), 200)
    text = TesseractEngine(("eng",), TesseractSettings(segmentation=1)).recognize(image)
    assert "endowed with reason and conscience" in text.text


@pytest.mark.parametrize(("mode", "why"), [(0, "reads no text"), (2, "reads no text"), (14, "no mode 14")])
def test_modes_that_read_nothing_are_refused(mode: int, why: str) -> None:
    with pytest.raises(UsageError, match=f"segmentation: .*{why}.*; choose 1 or 3 to 13"):
        check_engine(EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(segmentation=mode)))


def test_modes_that_find_the_orientation_need_data(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: object) -> Path:
        raise MissingLanguageError("no osd")

    monkeypatch.setattr(options, "find_osd", missing)
    for mode in (1, 12):
        with pytest.raises(MissingLanguageError, match="no osd"):
            check_engine(EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(segmentation=mode)))
    check_engine(EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(segmentation=3)))


def blurred_codes() -> Image.Image:
    """Codes that can be read in more than one way: O and 0, I and 1."""
    image = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(image)
    draw.text((40, 30), "IO06881A  BA82599A  IQ25591A", fill=0, font_size=34)
    draw.text((40, 120), "OI09695I  ID55696I  BS68211B", fill=0, font_size=34)
    draw.text((40, 210), "GO09929I  AO26599S  IZ82588B", fill=0, font_size=34)
    small = image.resize((310, 103), Image.Resampling.BILINEAR)
    return small.resize(image.size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_words_and_patterns_of_the_user_are_expected(tmp_path: Path, mark: str, ending: str) -> None:
    image = OcrImage(blurred_codes(), 200)
    words, patterns = tmp_path / "words.txt", tmp_path / "patterns.txt"
    words.write_bytes(f"{mark}IQ25591A{ending or chr(10)}IZ82588B{ending}".encode())
    patterns.write_bytes(rf"{mark}\A\A\d\d\d\d\d\A{ending}".encode())
    assert "IQ25591A" not in TesseractEngine(("eng",)).recognize(image).text
    for settings in (TesseractSettings(user_words=words), TesseractSettings(user_patterns=patterns)):
        assert "IQ25591A" in TesseractEngine(("eng",), settings).recognize(image).text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: No such file"),
        ("Straße".encode("latin-1"), r"no UTF-8 text \(byte 4\)"),
        (b"good\ntwo words\n", "line 2: one word a line"),
        (b"a" * 600, "line 1 has more than 499 bytes"),
    ],
)
def test_a_file_of_words_that_is_none_is_refused(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "words.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=rf"user words: .*words\.txt.*{why}"):
        check_engine(EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(user_words=file)))


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\A\q", "means nothing"),
        (r"\*\d", "nothing before"),
        ("\\d\\", "means nothing"),
        (r"\d \d", "no blanks"),
    ],
)
def test_a_pattern_that_means_nothing_is_refused_with_its_line(
    tmp_path: Path, pattern: str, why: str
) -> None:
    file = tmp_path / "patterns.txt"
    file.write_text(f"\\d\\d-\\A\\*\n{pattern}\n")
    with pytest.raises(UsageError, match=rf"user patterns: .*patterns\.txt, line 2: .*{why}"):
        check_engine(EngineSpec("tesseract", ("eng",), tesseract=TesseractSettings(user_patterns=file)))
