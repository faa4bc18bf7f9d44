from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.errors import MissingDependencyError, RecognitionError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Direction
from pdfpipe.ocr.tesseract.engine import TesseractEngine
from pdfpipe.ocr.tesseract.models import find_models
from tests.ocr.tesseract.reading import found_words, read
from tests.support import SCANS, SCRIPTS, mean_iou, require_model, truth_of


@pytest.fixture(scope="module")
def engine() -> TesseractEngine:
    return TesseractEngine(("eng",))


@pytest.mark.parametrize(
    ("name", "share", "iou"),
    [
        ("formats/tiff-g4.tif", 0.98, 0.95),
        ("formats/jpeg-exif-6.jpg", 0.98, 0.9),
        ("formats/png-grey16.png", 0.98, 0.95),
        ("formats/tiff-fax-204x98.tif", 0.95, 0.9),
        ("layouts/skewed.png", 0.98, 0.95),
        ("layouts/one-letter-words.png", 0.75, 0.9),
    ],
)
def test_words_are_read_and_are_where_they_stand(
    engine: TesseractEngine, name: str, share: float, iou: float
) -> None:
    text, truth = read(engine, SCANS / name), truth_of(SCANS / name)
    found = found_words(text, truth)
    assert len(found) >= share * len(truth.words)
    assert mean_iou([word.box for word, _ in found], [true.box for _, true in found]) >= iou


def test_columns_are_read_one_after_the_other(engine: TesseractEngine) -> None:
    scan = SCANS / "layouts" / "two-columns.png"
    text, truth = read(engine, scan), truth_of(scan)
    assert len(found_words(text, truth)) >= 0.98 * len(truth.words)
    assert len(text.blocks) >= 3


def test_what_is_read_is_on_the_page_and_its_confidence_is_a_share(engine: TesseractEngine) -> None:
    text = read(engine, SCANS / "layouts" / "noisy.jpg")
    assert list(text.words)
    for word in text.words:
        assert word.text
        assert word.text == "".join(word.text.split())
        assert 0 <= word.confidence <= 1
        assert 0 <= word.box.x0 <= word.box.x1 <= text.width
        assert 0 <= word.box.y0 <= word.box.y1 <= text.height
        assert word.box.area > 0


def test_lines_and_blocks_hold_their_words(engine: TesseractEngine) -> None:
    text = read(engine, SCANS / "layouts" / "two-columns.png")
    for block in text.blocks:
        for line in block.lines:
            assert block.box.union(line.box) == block.box
            for word in line.words:
                assert line.box.union(word.box) == line.box


def test_confidence_tells_a_clean_page_from_a_bad_one(engine: TesseractEngine) -> None:
    clean = read(engine, SCANS / "formats" / "tiff-g4.tif").mean_confidence
    noisy = read(engine, SCANS / "layouts" / "noisy.jpg").mean_confidence
    assert clean is not None
    assert noisy is not None
    assert clean > 0.9
    assert noisy < clean


def test_level_lines_stand_on_their_baselines(engine: TesseractEngine) -> None:
    for line in read(engine, SCANS / "formats" / "tiff-g4.tif").lines:
        assert line.direction is Direction.LEFT_TO_RIGHT
        assert line.baseline is not None
        start, end = line.baseline.start, line.baseline.end
        assert start.x < end.x
        assert start.y == pytest.approx(end.y, abs=3)
        # Letters without descenders end on it: it is in the lower half of the line.
        assert line.box.y0 + line.box.height / 2 < start.y <= line.box.y1 + 2


def test_a_line_that_climbs_the_margin_reads_upwards_from_left_to_right(engine: TesseractEngine) -> None:
    text = read(engine, SCANS / "layouts" / "rotated-line.png")
    (line,) = (line for line in text.lines if "Received" in line.text)
    assert line.text == "Received on 10 December 1948"
    assert line.baseline is not None
    assert line.baseline.start.y > line.baseline.end.y
    assert line.direction is Direction.LEFT_TO_RIGHT


def test_hebrew_words_are_in_logical_order() -> None:
    require_model("heb")
    scan = SCRIPTS / "heb-hebrew.png"
    text, truth = read(TesseractEngine(("heb",)), scan), truth_of(scan)
    assert len(found_words(text, truth)) >= 0.9 * len(truth.words)
    assert all(line.direction is Direction.RIGHT_TO_LEFT for line in text.lines)


def test_a_blank_page_has_no_words(engine: TesseractEngine) -> None:
    text = read(engine, SCANS / "layouts" / "blank.tif")
    truth = truth_of(SCANS / "layouts" / "blank.tif")
    assert (text.width, text.height, text.blocks) == (truth.width, truth.height, ())


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3)])
@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_slivers_are_pages_without_words(engine: TesseractEngine, mode: str, size: tuple[int, int]) -> None:
    assert engine.recognize(OcrImage(Image.new(mode, size, "white"), 300)).blocks == ()


def test_bilevel_gray_and_color_are_read_alike(engine: TesseractEngine) -> None:
    with Image.open(SCANS / "formats" / "tiff-g4.tif") as scan:
        texts = {engine.recognize(OcrImage(scan.convert(mode), 200)).text for mode in ("1", "L", "RGB")}
    assert len(texts) == 1


def test_a_page_that_is_too_large_is_an_error_and_the_engine_reads_the_next(engine: TesseractEngine) -> None:
    with pytest.raises(RecognitionError, match="no page with a side of more than 32767 pixels"):
        engine.recognize(OcrImage(Image.new("1", (32768, 10), 1), 300))
    assert list(read(engine, SCANS / "formats" / "tiff-g4.tif").words)


def test_pages_leave_nothing_behind_for_the_next(engine: TesseractEngine) -> None:
    scan = SCANS / "formats" / "tiff-g4.tif"
    first = read(engine, scan)
    read(engine, SCANS / "layouts" / "noisy.jpg")
    assert read(engine, scan) == first


def test_models_in_two_folders_are_used_together(tmp_path: Path) -> None:
    # Tesseract itself takes only one folder.
    model = find_models(("eng",))["eng"]
    (tmp_path / "office.traineddata").write_bytes(model.read_bytes())
    engine = TesseractEngine(("eng", "office"), TesseractSettings(tessdata_dir=tmp_path))
    scan = SCANS / "formats" / "tiff-g4.tif"
    assert len(found_words(read(engine, scan), truth_of(scan))) > 60


def test_a_broken_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"not a model" * 1000)
    with pytest.raises(MissingDependencyError, match=r"eng\.traineddata is damaged"):
        TesseractEngine(("eng",), TesseractSettings(tessdata_dir=tmp_path))


def test_boxes_are_in_pixels_of_the_image_whatever_its_resolution(engine: TesseractEngine) -> None:
    with Image.open(SCANS / "formats" / "tiff-g4.tif") as scan:
        pixels = scan.convert("L")
    word = next(iter(truth_of(SCANS / "formats" / "tiff-g4.tif").words))
    for dpi in (150, 200, 600):
        first = next(engine.recognize(OcrImage(pixels, dpi)).words)
        assert first.box.iou(BoundingBox(*map(float, word.bbox))) > 0.8
