from __future__ import annotations

import threading
from importlib import metadata
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from pdfpipe.errors import MissingDependencyError, MissingLanguageError
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import LinePart, joined
from pdfpipe.ocr.dictionary import dictionary_of
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.ppocr import alphabets, models
from pdfpipe.ocr.ppocr.alphabets import LANGUAGES, character_weights
from pdfpipe.ocr.ppocr.ctc import Decoder, ReadCharacter
from pdfpipe.ocr.ppocr.detection import _tiles, find_lines
from pdfpipe.ocr.ppocr.engine import PpocrEngine
from pdfpipe.ocr.ppocr.lexicon import corrected
from pdfpipe.ocr.ppocr.lines import FlatLine, LineBox
from pdfpipe.ocr.ppocr.network import Floats, load_network
from pdfpipe.ocr.ppocr.reading_order import reading_order
from pdfpipe.ocr.ppocr.runtime import resolve_runtime
from pdfpipe.ocr.ppocr.words import words_of
from pdfpipe.ocr.registry import check_engine, make_engine
from tests.ocr.tesseract.reading import found_words, read
from tests.support import SCANS, truth_of

SPEC = EngineSpec("ppocr", ("eng",))
RUNTIMES = [InferenceRuntime.OPENVINO, InferenceRuntime.ONNXRUNTIME]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(SPEC)


def page(*lines: str, size: tuple[int, int] = (1400, 500), font: int = 36) -> OcrImage:
    image = Image.new("L", size, 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((60, 60 + 2 * font * row), line, fill=0, font=ImageFont.load_default(font))
    return OcrImage(image, 200.0)


@pytest.mark.parametrize("name", ["formats/tiff-g4.tif", "formats/jpeg-rgb.jpg"])
def test_it_reads_a_page_and_says_where_each_word_is(engine: Engine, name: str) -> None:
    scan = SCANS / name
    truth = truth_of(scan)
    matched = found_words(read(engine, scan), truth)
    assert len(matched) > 0.95 * len(truth.words)
    assert fmean(word.box.iou(true.box) for word, true in matched) > 0.7


def test_spaces_are_where_they_are_written(engine: Engine) -> None:
    lines = ("Der kleine Hund rennt schnell nach Hause", "small hills all fill, still well in 11 villages")
    text = make_engine(EngineSpec("ppocr", ("deu", "eng"))).recognize(page(*lines))
    assert [line.text for line in text.lines] == list(lines)


def flat_line(characters: list[ReadCharacter], width: int) -> FlatLine:
    """A flat line with a bar for each character, and nothing else."""
    pixels = np.full((48, width), 255, np.uint8)
    for character in characters:
        pixels[10:36, int(character.start) : int(character.end)] = 0
    return FlatLine(LineBox.around(BoundingBox(0, 0, width, 48)), pixels)


@pytest.mark.parametrize("is_ruled", [False, True])
def test_words_and_numbers_that_stand_far_apart_are_parted_above_a_rule_too(is_ruled: bool) -> None:
    read, x = [], 10
    for word in ("Total", "27755", "11.60"):
        read += [ReadCharacter(c, 0.99, x + 20 * i, x + 20 * i + 10) for i, c in enumerate(word)]
        x += 200
    line = flat_line(read, 640)
    if is_ruled:
        line.pixels[42:45] = 0
    words = words_of(line, read, np.zeros(640, np.float32))
    assert [word.text for word in words] == ["Total", "27755", "11.60"]
    assert [(word.box.x0, word.box.x1) for word in words[1:2]] == [(210, 300)]


@pytest.mark.parametrize("pitch", [20, 70, 120])
def test_letters_that_all_stand_apart_are_one_word(pitch: float) -> None:
    read = [ReadCharacter(c, 0.99, i * pitch, i * pitch + 8) for i, c in enumerate("CHAPTER")]
    line = flat_line(read, 1000)
    assert [word.text for word in words_of(line, read, np.zeros(1000, np.float32))] == ["CHAPTER"]


def test_a_lone_digit_beside_a_line_is_found(engine: Engine) -> None:
    image = page("", "Naughty Spare Rib", "Sour Apple Mojito", "Fruity Garden Salad", font=30)
    draw = ImageDraw.Draw(image.pixels)
    for row in (1, 2, 3):
        draw.text((10, 60 + 60 * row), "1", fill=0, font=ImageFont.load_default(30))
    words = [word.text for word in engine.recognize(image).words]
    assert words.count("1") == 3


def test_small_print_on_a_large_page_is_not_shrunk_away(engine: Engine) -> None:
    image = page(size=(3300, 2300))
    draw = ImageDraw.Draw(image.pixels)
    draw.text((100, 2000), "the smallest print of a contract", fill=0, font=ImageFont.load_default(26))
    assert "smallest print of a contract" in engine.recognize(image).text


@pytest.mark.parametrize(("font", "dpi", "rows"), [(12, 300.0, 12), (200, 72.0, 8)], ids=["small", "large"])
def test_print_is_found_whatever_the_file_says_of_its_resolution(
    engine: Engine, font: int, dpi: float, rows: int
) -> None:
    lines = [f"Everyone has the right to rest {row}" for row in range(rows)]
    sheet = page(*lines, size=(24 * font, (2 * rows + 4) * font), font=font)
    sloping = sheet.pixels.rotate(2, fillcolor=255)
    letters = "".join(engine.recognize(OcrImage(sloping, dpi)).text.split())
    assert sum(line.replace(" ", "") in letters for line in lines) >= rows - 1


def test_small_print_below_a_few_large_lines_is_found(engine: Engine) -> None:
    image = page("Declaration", "of Human Rights", size=(1000, 1400), font=90)
    draw = ImageDraw.Draw(image.pixels)
    body = [f"Everyone has the right to rest {row}" for row in range(30)]
    for row, line in enumerate(body):
        draw.text((100, 600 + 24 * row), line, fill=150, font=ImageFont.load_default(13))
    letters = "".join(engine.recognize(OcrImage(image.pixels, 300.0)).text.split())
    assert sum(line.replace(" ", "") in letters for line in body) >= 28
    assert "DeclarationofHumanRights" in letters


@pytest.mark.parametrize(("height", "looks"), [(1400, 2), (250, 1)])
def test_few_lines_are_looked_at_closer_only_where_there_is_room_for_more(height: int, looks: int) -> None:
    network = load_network(models.find_models().detection, resolve_runtime(InferenceRuntime.AUTO))
    seen: set[tuple[int, ...]] = set()

    class Counting:
        metadata, width_step = network.metadata, network.width_step

        def run(self, batch: Floats) -> Floats:
            seen.add(batch.shape)
            return network.run(batch)

    sheet = np.asarray(page("Everyone has", "the right to rest", size=(1000, height)).pixels)
    assert len(find_lines(Counting(), sheet, 110.0)) == 2
    assert len(seen) == looks


@pytest.mark.parametrize("ink", [60, 172, 178])
@pytest.mark.parametrize("dpi", [300.0, 750.0])
def test_faint_lines_below_many_that_are_plain_are_found_whatever_the_file_says(ink: int, dpi: float) -> None:
    image = Image.new("L", (600, 1400), 190)
    draw = ImageDraw.Draw(image)
    for row in range(14):
        draw.text((60, 20 + 60 * row), "Grand hall of rights", fill=ink, font=ImageFont.load_default(40))
        draw.text(
            (40, 880 + 36 * row), f"Everyone has a right {row:02d}", fill=ink, font=ImageFont.load_default(18)
        )
    detection = load_network(models.find_models().detection, resolve_runtime(InferenceRuntime.AUTO))
    assert len(find_lines(detection, np.asarray(image), dpi)) >= 27


def test_a_title_of_letters_far_apart_is_one_line(engine: Engine) -> None:
    image = page(size=(2480, 3508))
    draw = ImageDraw.Draw(image.pixels)
    for column, letter in enumerate("CHAPTER"):
        draw.text((300 + 260 * column, 600), letter, fill=0, font=ImageFont.load_default(160))
    text = engine.recognize(OcrImage(image.pixels, 300.0))
    assert ["".join(word.text for word in line.words) for line in text.lines] == ["CHAPTER"]


def test_text_that_runs_up_or_down_the_page_is_read(engine: Engine) -> None:
    upright = page("Everyone has the right to rest", size=(900, 300))
    for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270):
        turned = engine.recognize(OcrImage(upright.pixels.transpose(turn), 200.0))
        assert "right to rest" in turned.text


def test_two_engines_in_two_threads_do_not_disturb_each_other() -> None:
    pages = [page("All human beings are born free"), page("and equal in dignity and rights 1948")]
    wanted = [make_engine(SPEC).recognize(image) for image in pages]
    found: dict[int, list[object]] = {0: [], 1: []}

    def work(i: int) -> None:
        own = make_engine(SPEC)
        found[i] = [own.recognize(pages[i]) for _ in range(4)]

    threads = [threading.Thread(target=work, args=(i,)) for i in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: [wanted[0]] * 4, 1: [wanted[1]] * 4}


def test_single_lines_are_read_as_on_the_page(engine: Engine) -> None:
    image = page("No one shall be held in slavery", "Everyone has the right to life")
    assert isinstance(engine, PpocrEngine)
    lines = list(engine.recognize(image).lines)
    again = engine.read_parts(image, [LinePart(line, 0, len(line.words)) for line in lines])
    assert [line and line.text for line in again] == [line.text for line in lines]


def test_what_stands_beside_words_is_read_and_nothing_else(engine: Engine) -> None:
    image = page("Everyone has the right", "sum", "to life and liberty", size=(1400, 500))
    draw = ImageDraw.Draw(image.pixels)
    for x, y in ((900, 132), (1100, 420)):
        draw.text((x, y), "10.45", fill=0, font=ImageFont.load_default(36))
    assert isinstance(engine, PpocrEngine)
    known = [word.box for word in engine.recognize(image).words if word.text != "10.45"]
    (line,) = engine.read_beside(image, known, [])
    assert line.text == "10.45"
    assert 890 < line.box.x0 < 910
    assert 125 < line.box.y0 < 150
    assert engine.read_beside(image, [*known, line.box], []) == []


def test_a_line_that_holds_a_run_is_read_though_words_lie_on_most_of_it(engine: Engine) -> None:
    image = page("Everyone has the right 10.45")
    assert isinstance(engine, PpocrEngine)
    *known, number = (word.box for word in engine.recognize(image).words)
    assert engine.read_beside(image, known, []) == []
    (line,) = engine.read_beside(image, known, [number])
    assert line.text == "Everyone has the right 10.45"


def test_some_words_of_a_line_are_read_without_their_neighbours(engine: Engine) -> None:
    image = page("No one shall be held in slavery", "Everyone has the right to life")
    assert isinstance(engine, PpocrEngine)
    lines = list(engine.recognize(image).lines)
    parts = [
        LinePart(line, start, stop)
        for line in lines
        for start, stop in ((0, 2), (2, 4), (4, len(line.words)))
    ]
    read = engine.read_parts(image, parts)
    wanted = [joined(word.text for word in part.line.words[part.start : part.stop]) for part in parts]
    assert [line and line.text for line in read] == wanted
    for line, part in zip(read, parts, strict=True):
        assert line is not None
        for word, known in zip(line.words, part.line.words[part.start : part.stop], strict=True):
            assert word.box.iou(known.box) > 0.8


@pytest.mark.parametrize("step", [8, 64, 512])
def test_a_space_is_seen_between_the_words_however_far_a_line_is_padded(
    step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(SPEC)
    assert isinstance(engine, PpocrEngine)
    image = page("No one")
    (line,) = engine.recognize(image).lines
    monkeypatch.setattr(engine._recognition, "width_step", step)
    box = LineBox.of_words(LinePart(line, 0, 2))
    flat, _, spaces = engine._characters(np.asarray(image.pixels.convert("L")), box)
    assert len(spaces) == flat.pixels.shape[1]
    left, right = (word.box for word in line.words)
    scale = len(spaces) / box.size[0]
    start, end = ((x - box.box.x0) * scale for x in (left.x1, right.x0))
    assert start - 4 < int(spaces.argmax()) < end + 4


def test_a_language_that_it_lacks_is_named() -> None:
    with pytest.raises(MissingLanguageError, match="'ara'"):
        check_engine(EngineSpec("ppocr", ("ara",)))


class TestModels:
    def test_a_package_that_is_not_there_is_told_before_the_run(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(models, "_PACKAGE", "rapidocr-that-nobody-has")
        with pytest.raises(MissingDependencyError, match="pip install rapidocr"):
            check_engine(SPEC)

    def test_a_file_that_was_cut_off_is_told_before_the_run(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        cut = tmp_path / "PP-OCRv6_det_small.onnx"
        cut.write_bytes(b"cut")
        file = SimpleNamespace(name=cut.name, size=9_000_000, locate=lambda: cut)
        monkeypatch.setattr(metadata, "distribution", lambda _: SimpleNamespace(files=[file]))
        with pytest.raises(MissingDependencyError, match=r"det_small\.onnx is damaged: it has 3 bytes"):
            check_engine(SPEC)

    @pytest.mark.parametrize("runtime", RUNTIMES)
    def test_a_file_that_is_no_network_is_named(self, runtime: InferenceRuntime, tmp_path: Path) -> None:
        broken = tmp_path / "broken.onnx"
        broken.write_bytes(models.find_models().detection.read_bytes()[:5000])
        with pytest.raises(MissingDependencyError, match=r"cannot load PP-OCR's model .*broken\.onnx"):
            load_network(broken, runtime)


class TestDecoder:
    CHARACTERS = ("", "a", "b", " ")

    def decode(self, *best: int) -> str:
        output = np.full((len(best), 4), 0.01, np.float32)
        output[np.arange(len(best)), best] = 0.97
        decoder = Decoder(self.CHARACTERS, [1.0] * 4)
        return "".join(c.text for c in decoder.decode(output, 8 * len(best))[0])

    def test_repeats_are_one_character_unless_a_blank_parts_them(self) -> None:
        assert self.decode(1, 1, 0, 1, 2, 2, 3, 1) == "aab a"
        assert self.decode(0, 0) == ""

    def test_the_runner_up_is_told_where_it_is_close(self) -> None:
        output = np.array([[0.0, 0.6, 0.39, 0.0]], np.float32)
        (character,), _ = Decoder(self.CHARACTERS, [1.0] * 4).decode(output, 8)
        assert (character.text, character.others[0][0]) == ("a", "b")

    def test_letters_of_other_languages_are_less_believed(self) -> None:
        weights = character_weights(["", "i", "ì", "中", " "], ("eng",))
        assert weights[1] == 1.0 > weights[2] > 0.0 == weights[3]
        assert character_weights(["ì"], ("ita",)) == [1.0]


def letters(text: str, **wavering: tuple[str, float]) -> list[ReadCharacter]:
    return [
        ReadCharacter(c, 0.6 if c in wavering else 1.0, 0, 1, (wavering[c],) if c in wavering else ())
        for c in text
    ]


class TestLexicon:
    dictionary = dictionary_of(("eng",))

    @pytest.mark.parametrize(
        ("read", "wavering", "right"),
        [
            ("Totai due", {"i": ("l", 0.3)}, "Total due"),
            ("Totai due", {}, "Totai due"),
            ("Totai due", {"i": ("l", 0.0001)}, "Totai due"),
            ("the cat", {"c": ("h", 0.3)}, "the cat"),
            ("18o6", {"o": ("0", 0.3)}, "1806"),
            ("Cæsar", {"æ": ("e", 0.3)}, "Cæsar"),
        ],
    )
    def test_only_what_wavers_changes_and_only_into_words(
        self, read: str, wavering: dict[str, tuple[str, float]], right: str
    ) -> None:
        result = corrected(letters(read, **wavering), self.dictionary)
        assert "".join(c.text for c in result) == right


class TestDictionary:
    def test_words_are_in_it_in_any_case(self) -> None:
        english = dictionary_of(("eng",))
        assert all(word in english for word in ("houses", "Houses", "THE"))
        assert not any(word in english for word in ("zzkq", "iorton", ""))

    def test_shares_are_of_letters_in_words(self) -> None:
        english = dictionary_of(("eng",))
        assert english.share(["the", "houses,"]) == 1.0
        assert english.share(["zzkq"]) == 0.0
        assert english.share(["1948", "a"]) == 0.5

    def test_a_language_without_a_model_has_no_opinion(self) -> None:
        assert dictionary_of(("tlh",)).share(["the"]) == 0.5

    def test_a_damaged_model_has_no_opinion(self, tmp_path: Path) -> None:
        (tmp_path / "odd.traineddata").write_bytes(b"\x18\0\0\0" + b"\xff" * 300)
        assert dictionary_of(("odd",), tmp_path).share(["the"]) == 0.5


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(1, 400), st.integers(1, 40))))
def test_every_line_has_one_place_in_the_reading_order(places: list[tuple[int, int, int, int]]) -> None:
    boxes = [BoundingBox(x, y, x + w, y + h) for x, y, w, h in places]
    order = [i for block in reading_order(boxes) for i in block]
    assert sorted(order) == list(range(len(boxes)))


def test_columns_of_text_are_read_one_after_the_other_and_rows_of_a_table_across() -> None:
    text = [BoundingBox(x, y, x + 400, y + 20) for x in (0, 500) for y in range(0, 300, 30)]
    assert reading_order(text) == [list(range(10)), list(range(10, 20))]
    table = [BoundingBox(x, y, x + w, y + 20) for y in range(0, 300, 30) for x, w in ((0, 200), (600, 60))]
    assert [i for block in reading_order(table) for i in block] == list(range(20))


@given(st.integers(1, 20_000))
def test_tiles_cover_a_side_once(length: int) -> None:
    tiles = _tiles(length)
    assert [start for _, _, start, _ in tiles] == [0, *(end for _, _, _, end in tiles[:-1])]
    assert tiles[-1][3] == length
    assert all(0 <= a <= start < end <= b <= length for a, b, start, end in tiles)


def test_the_model_has_every_letter_of_every_language() -> None:
    listed = load_network(models.find_models().recognition, InferenceRuntime.ONNXRUNTIME).metadata[
        "character"
    ]
    known = set(listed.splitlines())
    lacking = {
        language: missing
        for language, own in alphabets._LATIN.items()
        if (missing := {c for c in own + own.upper() if len(c) == 1 and c not in known})
    }
    assert lacking == {}
    assert set(alphabets._LATIN) <= LANGUAGES
