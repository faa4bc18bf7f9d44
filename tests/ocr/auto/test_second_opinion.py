from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pdfpipe.errors import MissingDependencyError, MissingLanguageError, RecognitionError, UsageError
from pdfpipe.model.engine_settings import InferenceRuntime, Mode, PpocrSettings
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Block, Direction, Line, LinePart, PageText, Word, joined
from pdfpipe.ocr.auto import engine as auto_engine
from pdfpipe.ocr.auto import speed
from pdfpipe.ocr.auto.alignment import align
from pdfpipe.ocr.auto.engine import AutoEngine
from pdfpipe.ocr.auto.judge import FEATURES, Context, Judge, load_calibration
from pdfpipe.ocr.auto.plugin import usable_engines
from pdfpipe.ocr.beside import stand_beside
from pdfpipe.ocr.dictionary import dictionary_of
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import make_engine
from tests.ocr.tesseract.reading import found_words, read
from tests.support import SCANS, truth_of

IMAGE = OcrImage(Image.new("L", (1000, 300), 255), 100.0)
SPECS = (EngineSpec("tesseract", ("eng",)), EngineSpec("ppocr", ("eng",)))


def line(text: str, y: float = 10, x: float = 10, confidence: float = 0.97, rtl: bool = False) -> Line:
    """Words of ten pixels a letter, a space of ten between them."""
    words = []
    for part in text.split():
        words.append(Word(part, BoundingBox(x, y, x + 10 * len(part), y + 20), confidence))
        x += 10 * len(part) + 10
    box = words[0].box.union(words[-1].box)
    return Line(tuple(words), box, direction=Direction.RIGHT_TO_LEFT if rtl else Direction.LEFT_TO_RIGHT)


def text(*lines: Line, notes: tuple[str, ...] = ()) -> PageText:
    blocks = (Block(lines, lines[0].box),) if lines else ()
    return PageText(1000, 300, blocks, notes)


def blocks(*parts: list[Line]) -> PageText:
    """A page of these blocks."""
    around = [Line(tuple(word for own in part for word in own.words), part[0].box) for part in parts]
    boxes = [LinePart(own, 0, len(own.words)).box for own in around]
    return PageText(1000, 300, tuple(Block(tuple(p), box) for p, box in zip(parts, boxes, strict=True)))


class Double:
    """An engine that reads what it is told, and counts how often it is asked."""

    def __init__(self, reading: PageText | Exception) -> None:
        self.reading = reading
        self.pages = 0

    def recognize(self, image: OcrImage) -> PageText:
        self.pages += 1
        if isinstance(self.reading, Exception):
            raise self.reading
        return self.reading


class LineDouble(Double):
    def __init__(self, reading: PageText | Exception) -> None:
        super().__init__(reading)
        self.asked: list[str] = []

    def read_parts(self, image: OcrImage, parts: Sequence[LinePart]) -> list[Line | None]:
        """The words of the reading that lie where the part's are, and those at its ends."""
        self.asked += [joined(word.text for word in part.words) for part in parts]
        assert isinstance(self.reading, PageText)
        read: list[Line | None] = []
        for part in parts:
            x0, x1 = part.box.x0 - 40, part.box.x1 + 40
            words = [
                word
                for word in self.reading.words
                if abs(word.box.y0 - part.box.y0) < 5 and x0 < word.box.x0 and word.box.x1 < x1
            ]
            read.append(Line(tuple(words), words[0].box.union(words[-1].box)) if words else None)
        return read


class DoubleBeside(LineDouble):
    """An engine that can also read what stands beside words."""

    def read_beside(
        self, image: OcrImage, words: Sequence[BoundingBox], runs: Sequence[BoundingBox]
    ) -> list[Line]:
        assert isinstance(self.reading, PageText)
        self.runs = runs
        lines = list(self.reading.lines)
        beside = stand_beside([own.box for own in lines], words)
        return [
            own
            for own, is_beside in zip(lines, beside, strict=True)
            if is_beside or any(own.box.holds(run.center) for run in runs)
        ]


class DecliningDouble(Double):
    def declines(self, image: OcrImage) -> str | None:
        return "which has better things to do"


def auto(
    monkeypatch: pytest.MonkeyPatch, first: Engine, second: Engine | Exception, mode: Mode
) -> AutoEngine:
    def make(spec: EngineSpec) -> Engine:
        if spec.name == "tesseract":
            return first
        if isinstance(second, Exception):
            raise second
        return second

    monkeypatch.setattr(auto_engine, "make_engine", make)
    return AutoEngine(SPECS, mode, Judge(dictionary_of(("eng",))))


SURE = [line("All human beings are born", y=10 + 30 * i, confidence=0.99) for i in range(8)]


class TestWhoDeclines:
    """An engine that others had better replace is asked where all others fail."""

    NOTE = "read without tesseract, which has better things to do"

    @pytest.mark.parametrize("mode", list(Mode))
    def test_another_reads_the_page_alone(self, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> None:
        first = DecliningDouble(text(line("first")))
        found = auto(monkeypatch, first, Double(text(*SURE)), mode).recognize(IMAGE)
        assert first.pages == 0
        assert [w.text for w in found.words] == [w.text for one in SURE for w in one.words]
        assert (found.notes, found.partial) == ((self.NOTE,), False)

    @pytest.mark.parametrize("other", [Double(RecognitionError("ink")), MissingDependencyError("ink")])
    def test_where_the_other_fails_it_reads_all_the_same(
        self, other: Engine | Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = DecliningDouble(text(*SURE))
        found = auto(monkeypatch, first, other, Mode.BEST).recognize(IMAGE)
        assert (first.pages, len(list(found.words))) == (1, 40)
        assert found.notes == ("no second opinion: the engine ppocr failed: ink",)

    def test_one_that_cannot_tell_reads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Puzzled(Double):
            def declines(self, image: OcrImage) -> str | None:
                raise ValueError("no idea")

        first = Puzzled(text(*SURE))
        found = auto(monkeypatch, first, Double(text(line("second"))), Mode.FAST).recognize(IMAGE)
        assert (first.pages, found.notes, found.partial) == (1, (), False)

    def test_its_opinion_is_not_asked_for_either(self, monkeypatch: pytest.MonkeyPatch) -> None:
        second = DecliningDouble(text(line("second")))
        found = auto(monkeypatch, Double(text(line("xqzt", confidence=0.1))), second, Mode.BEST).recognize(
            IMAGE
        )
        assert (second.pages, [w.text for w in found.words]) == (0, ["xqzt"])
        assert found.notes == ("read without ppocr, which has better things to do",)


class TestWhoIsAsked:
    def test_fast_asks_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        second = Double(text(line("other")))
        found = auto(monkeypatch, Double(text(line("xqzt", confidence=0.1))), second, Mode.FAST).recognize(
            IMAGE
        )
        assert (second.pages, [w.text for w in found.words]) == (0, ["xqzt"])

    def test_balanced_asks_for_what_is_doubtful_only(self, monkeypatch: pytest.MonkeyPatch) -> None:
        doubtful = line("remaincd here", y=250, confidence=0.55)
        second = LineDouble(text(line("remained here", y=250)))
        found = auto(monkeypatch, Double(text(*SURE, doubtful)), second, Mode.BALANCED).recognize(IMAGE)
        assert (second.pages, second.asked) == (0, ["remaincd here"])
        assert list(found.lines)[-1].text == "remained here"
        assert [own.engine for own in found.lines][:2] == ["tesseract", "tesseract"]
        assert "ppocr" in (list(found.lines)[-1].engine or "")

    def test_balanced_asks_for_the_doubtful_words_of_a_long_line_and_their_neighbours(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        right = "thus all human beings are born free and equal in dignity and wer von rights a they are"
        long = line(right.replace("thus", "tkvs").replace("wer von", "wkr vbn"), y=250)
        unsure = ("tkvs", "wkr", "vbn")
        words = [replace(word, confidence=0.2 if word.text in unsure else 0.99) for word in long.words]
        second = LineDouble(text(line(right, y=250)))
        first = Double(text(*SURE, replace(long, words=tuple(words))))
        found = auto(monkeypatch, first, second, Mode.BALANCED).recognize(IMAGE)
        assert second.asked == ["tkvs all", "and wkr vbn rights"]
        assert list(found.lines)[-1].text == right

    def test_balanced_asks_nobody_about_a_clear_page(self, monkeypatch: pytest.MonkeyPatch) -> None:
        never = MissingDependencyError("it must not even be loaded")
        found = auto(monkeypatch, Double(text(*SURE)), never, Mode.BALANCED).recognize(IMAGE)
        assert (found.notes, found.engines) == ((), (("tesseract", 8),))

    @pytest.mark.parametrize("reading", [text(), text(line("xq zt wwk", confidence=0.2))])
    def test_balanced_has_a_poor_page_read_whole(
        self, monkeypatch: pytest.MonkeyPatch, reading: PageText
    ) -> None:
        second = LineDouble(text(line("the whole page"), line("is read again", y=60)))
        found = auto(monkeypatch, Double(reading), second, Mode.BALANCED).recognize(IMAGE)
        assert (second.pages, second.asked) == (1, [])
        assert [own.text for own in found.lines] == ["the whole page", "is read again"]

    def test_balanced_has_a_page_read_whole_of_which_one_word_was_read_surely(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second = LineDouble(text(*SURE))
        found = auto(
            monkeypatch, Double(text(line("All", confidence=0.99))), second, Mode.BALANCED
        ).recognize(IMAGE)
        assert second.pages == 1
        assert [own.text for own in found.lines] == [own.text for own in SURE]

    def test_best_has_every_page_read_by_both(self, monkeypatch: pytest.MonkeyPatch) -> None:
        second = LineDouble(text(*SURE))
        auto(monkeypatch, Double(text(*SURE)), second, Mode.BEST).recognize(IMAGE)
        assert second.pages == 1


class TestPrintBesideWords:
    """A line that goes on where the first engine has read nothing."""

    NUMBER = line("10.45", y=70, x=700, confidence=0.99)

    @pytest.fixture
    def image(self) -> OcrImage:
        """Print to the right of the third line, and below all of them."""
        page = Image.new("L", (1000, 300), 255)
        for x, y in ((700, 70), (700, 262)):
            ImageDraw.Draw(page).text((x, y - 5), "10.45", fill=0, font=ImageFont.load_default(26))
        return OcrImage(page, 100.0)

    def test_balanced_asks_for_it_alone_and_puts_it_at_the_end_of_the_line(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second = DoubleBeside(text(self.NUMBER, line("below", y=262, x=700)))
        found = auto(monkeypatch, Double(text(*SURE)), second, Mode.BALANCED).recognize(image)
        assert (second.pages, second.asked) == (0, [])
        assert [own.text for own in found.lines] == [
            f"{own.text} 10.45" if i == 2 else own.text for i, own in enumerate(SURE)
        ]

    def test_it_is_told_where_print_is_that_stands_beside_words(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second = DoubleBeside(text(self.NUMBER))
        auto(monkeypatch, Double(text(*SURE)), second, Mode.BALANCED).recognize(image)
        (run,) = second.runs
        assert run.iou(self.NUMBER.box) > 0.4

    def test_of_a_line_with_known_words_the_others_are_taken(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        whole = line("All human beings are born", y=70, confidence=0.99)
        whole = Line((*whole.words, *self.NUMBER.words), whole.box.union(self.NUMBER.box))
        found = auto(monkeypatch, Double(text(*SURE)), DoubleBeside(text(whole)), Mode.BALANCED).recognize(
            image
        )
        assert [own.text for own in found.lines][2] == "All human beings are born 10.45"
        assert sum(len(own.words) for own in found.lines) == 8 * 5 + 1

    def test_an_engine_that_cannot_is_asked_about_the_page_alone(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second = LineDouble(text(*SURE, self.NUMBER))
        doubtful = line("remaincd here", y=220, confidence=0.55)
        first = Double(text(*SURE[:7], doubtful))
        found = auto(monkeypatch, first, second, Mode.BALANCED).recognize(image)
        assert (second.pages, second.asked) == (1, [])
        assert "10.45" in [word.text for word in found.words]

    def test_nobody_is_asked_about_print_that_no_word_is_level_with(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        never = MissingDependencyError("it must not even be loaded")
        sure = [own for i, own in enumerate(SURE) if i != 2]
        found = auto(monkeypatch, Double(text(*sure)), never, Mode.BALANCED).recognize(image)
        assert found.notes == ()

    def test_a_page_with_text_in_columns_is_not_looked_at(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        never = MissingDependencyError("it must not even be loaded")
        column = replace(SURE[0], direction=Direction.TOP_TO_BOTTOM)
        found = auto(monkeypatch, Double(text(column, *SURE[1:])), never, Mode.BALANCED).recognize(image)
        assert found.notes == ()

    def test_a_page_of_which_much_is_unread_is_left_to_be_read_anew(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        never = MissingDependencyError("it must not even be loaded")
        first = text(line("All human beings are born free and equal in dignity", y=70, confidence=0.99))
        found = auto(monkeypatch, Double(first), never, Mode.BALANCED).recognize(image)
        assert found.notes == ()

    def test_a_lack_of_memory_is_told(self, image: OcrImage, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise MemoryError

        monkeypatch.setattr(auto_engine, "unread_print", fail)
        with pytest.raises(MemoryError):
            auto(monkeypatch, Double(text(*SURE)), Double(text()), Mode.BALANCED).recognize(image)

    def test_a_page_that_cannot_be_looked_at_keeps_its_text(
        self, image: OcrImage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> None:
            raise ValueError("no")

        monkeypatch.setattr(auto_engine, "unread_print", fail)
        never = MissingDependencyError("it must not even be loaded")
        found = auto(monkeypatch, Double(text(*SURE)), never, Mode.BALANCED).recognize(image)
        assert [own.text for own in found.lines] == [own.text for own in SURE]


class TestFailures:
    @pytest.mark.parametrize("error", [RecognitionError("out of luck"), MissingDependencyError("not there")])
    def test_a_second_engine_that_fails_costs_its_opinion_only(
        self, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        second = error if isinstance(error, MissingDependencyError) else Double(error)
        found = auto(
            monkeypatch, Double(text(line("the text"), notes=("odd",))), second, Mode.BEST
        ).recognize(IMAGE)
        assert [own.text for own in found.lines] == ["the text"]
        assert found.notes == ("odd", f"no second opinion: the engine ppocr failed: {error}")

    def test_a_first_engine_that_fails_leaves_the_page_to_the_second(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = Double(RecognitionError("no")), Double(text(line("the text")))
        found = auto(monkeypatch, first, second, Mode.BALANCED).recognize(IMAGE)
        assert ([own.text for own in found.lines], found.engines) == (["the text"], (("ppocr", 1),))
        assert "tesseract failed: no" in found.notes[0]

    def test_if_both_fail_the_page_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        engine = auto(monkeypatch, Double(RecognitionError("a")), Double(RecognitionError("b")), Mode.BEST)
        with pytest.raises(RecognitionError, match="b"):
            engine.recognize(IMAGE)


class TestMerging:
    def merged(self, monkeypatch: pytest.MonkeyPatch, first: PageText, second: PageText) -> PageText:
        return auto(monkeypatch, Double(first), Double(second), Mode.BEST).recognize(IMAGE)

    def test_what_both_read_is_surer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.merged(
            monkeypatch, text(line("houses", confidence=0.8)), text(line("houses", confidence=0.8))
        )
        (word,) = found.words
        assert word.confidence > 0.8

    def test_words_that_only_one_sees_are_put_in_if_they_are_likely(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        second = text(
            *SURE, line("Everyone has rights", y=255, confidence=0.99), line("~", y=280, confidence=0.1)
        )
        found = [own.text for own in self.merged(monkeypatch, text(*SURE), second).lines]
        assert found == [*(own.text for own in SURE), "Everyone has rights"]

    def test_a_word_beside_a_line_is_put_there_and_not_into_another_column(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table = [line("Rounding"), line("Sum of all these", y=40), line("Total number 20 of 30", y=70)]
        column = [line("right column", x=500), line("goes on below", x=500, y=100)]
        second = text(line("10", x=150, confidence=0.99), line("here", x=560, y=70, confidence=0.99))
        found = self.merged(monkeypatch, blocks(table, column), second)
        assert [own.text for own in found.lines] == [
            "Rounding 10",
            *(own.text for own in table[1:]),
            "right column",
            "here",
            "goes on below",
        ]
        assert found.engines == (("tesseract", 4), ("tesseract+ppocr", 1), ("ppocr", 1))
        first = next(iter(found.lines))
        assert (first.box.x0, first.box.x1) == (10, 170)

    def test_numbers_beside_a_line_stand_in_their_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        numbers = [line(str(x), x=x, y=10 + x / 400, confidence=0.99) for x in (700, 400, 900)]
        left = line("3", x=10, confidence=0.99)
        found = self.merged(monkeypatch, text(line("Total of these", x=60)), text(*numbers, left))
        assert [own.text for own in found.lines] == ["3 Total of these 400 700 900"]

    def test_a_number_goes_to_the_line_whose_nearest_word_it_is_level_with(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rows = []
        for i, words in enumerate(("Rounding of the sum", "Total", "Cash that was given")):
            own = line(words, y=10 + 30 * i)
            sloping = tuple(
                replace(word, box=replace(word.box, y0=word.box.y0 - i * 5, y1=word.box.y1 - i * 5))
                for i, word in enumerate(own.words)
            )
            rows.append(replace(own, words=sloping))
        found = self.merged(monkeypatch, text(*rows), text(line("10", x=120, y=39, confidence=0.99)))
        assert [own.text for own in found.lines][1] == "Total 10"

    def test_a_column_that_the_first_has_missed_is_not_mixed_with_the_other(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        missed = [line("a side column of text", x=500, y=10 + 30 * i, confidence=0.99) for i in range(8)]
        found = [own.text for own in self.merged(monkeypatch, text(*SURE), text(*missed)).lines]
        assert found == [*(own.text for own in SURE), *(own.text for own in missed)]

    def test_a_block_of_stains_alone_does_no_harm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = blocks([line("|~", y=270, confidence=0.02)], SURE)
        found = self.merged(monkeypatch, first, text(line("10.45", x=700, confidence=0.99)))
        assert [own.text for own in found.lines] == [
            f"{SURE[0].text} 10.45",
            *(own.text for own in SURE[1:]),
        ]
        assert not found.partial

    def test_lines_that_run_up_the_page_are_not_joined(self, monkeypatch: pytest.MonkeyPatch) -> None:
        upright = [
            Line((Word(word, BoundingBox(x, 50, x + 20, 190), 0.99),), BoundingBox(x, 50, x + 20, 190))
            for x, word in ((100, "everyone"), (140, "liberty"))
        ]
        found = self.merged(monkeypatch, text(upright[0], *SURE[6:]), text(upright[1]))
        assert "everyone" in [own.text for own in found.lines]

    def test_no_word_is_lost_that_both_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        low = [line("All human beings are born", y=10 + 30 * i, confidence=0.3) for i in range(8)]
        found = self.merged(monkeypatch, text(*SURE), text(*low))
        assert [own.text for own in found.lines] == [own.text for own in SURE]


class TestAlignment:
    def test_words_that_cover_one_another_are_one_cell(self) -> None:
        (aligned,), rest = align([line("wife of Mrs Smith")], [line("wife ofxMrs Smith")])
        assert [[w.text for w in cell.first] for cell in aligned.cells] == [
            ["wife"],
            ["of", "Mrs"],
            ["Smith"],
        ]
        assert [[w.text for w in cell.second] for cell in aligned.cells] == [["wife"], ["ofxMrs"], ["Smith"]]
        assert rest == []

    def test_columns_side_by_side_do_not_mix(self) -> None:
        left, right = line("left column"), line("right column", x=500)
        aligned, rest = align([left, right], [right, left])
        assert [[w.text for c in own.cells for w in c.second] for own in aligned] == [
            ["left", "column"],
            ["right", "column"],
        ]
        assert rest == []

    def test_cells_of_a_right_to_left_line_run_from_right_to_left(self) -> None:
        words = tuple(reversed(line("gimel bet alef", rtl=True).words))
        rtl = Line(words, line("gimel bet alef").box, direction=Direction.RIGHT_TO_LEFT)
        (aligned,), _ = align([rtl], [rtl])
        assert [cell.second[0].text for cell in aligned.cells] == ["alef", "bet", "gimel"]

    def test_a_line_that_only_the_second_has_is_left_over(self) -> None:
        _, rest = align([line("one")], [line("one"), line("two", y=200)])
        assert [own.text for own in rest] == ["two"]


class TestJudge:
    judge = Judge(dictionary_of(("eng",)))

    def test_every_model_has_a_weight_for_each_feature(self) -> None:
        calibration = load_calibration()
        assert {len(own.weights) for own in calibration.alone.values()} == {len(FEATURES)}
        for pair in calibration.pairs.values():
            assert len(pair.choice.weights) == len(pair.agreement.weights) == 2 * len(FEATURES)

    def test_the_choice_does_not_depend_on_who_is_first(self) -> None:
        a, b = line("remaincd", confidence=0.6), line("remained")
        one, other = Context("tesseract", 0.9), Context("ppocr", 0.95)
        there = self.judge.second_is_right(a.words, a, one, b.words, b, other)
        back = self.judge.second_is_right(b.words, b, other, a.words, a, one)
        assert there == pytest.approx(1 - back)
        assert there > 0.9

    @pytest.mark.parametrize("confidences", [(0.2, 0.99), (0.99, 0.2), (0.6, 0.6), (0.97, 0.97)])
    def test_what_both_read_is_no_less_sure_than_what_one_reads(
        self, confidences: tuple[float, float]
    ) -> None:
        a, b = (line("Vxq4", confidence=confidence) for confidence in confidences)
        one, other = Context("tesseract", 0.8), Context("ppocr", 0.9)
        alone = self.judge.alone(a.words, a, one), self.judge.alone(b.words, b, other)
        assert self.judge.agreed(a.words, a, one, b.words, b, other) >= max(alone)

    def test_an_engine_that_it_does_not_know_is_taken_at_its_word(self) -> None:
        own = line("word", confidence=0.7)
        assert self.judge.alone(own.words, own, Context("stranger", 0.7)) == pytest.approx(0.7)


class TestWhichEngines:
    def test_those_that_lack_the_language_are_left_out(self) -> None:
        spec = EngineSpec("auto", ("eng",), engines=("aspose", "tesseract"))
        assert [own.name for own in usable_engines(spec)][-1] == "tesseract"

    def test_if_none_is_left_the_first_one_s_reason_is_told(self) -> None:
        with pytest.raises(MissingLanguageError, match="tlh"):
            usable_engines(EngineSpec("auto", ("tlh",)))

    def test_it_does_not_ask_itself(self) -> None:
        with pytest.raises(UsageError, match="auto"):
            usable_engines(EngineSpec("auto", ("eng",), engines=("auto",)))


class TestSpeed:
    def test_it_is_measured_once_and_remembered(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        made: list[str] = []

        def make(spec: EngineSpec) -> Engine:
            made.append(spec.name)
            return Double(text())

        monkeypatch.setattr(speed, "make_engine", make)
        for _ in range(3):
            assert len(speed.by_speed(SPECS, tmp_path)) == 2
        assert sorted(made) == ["ppocr", "tesseract"]
        speed.measured_seconds(
            EngineSpec("ppocr", ("eng",), ppocr=PpocrSettings(runtime=InferenceRuntime.ONNXRUNTIME)), tmp_path
        )
        assert len(made) == 3

    def test_of_two_at_once_one_measures_and_the_other_waits(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        measured: list[str] = []

        def measure(spec: EngineSpec) -> float:
            measured.append(spec.name)
            time.sleep(0.3)
            return 1.0

        monkeypatch.setattr(speed, "_measure", measure)
        with ThreadPoolExecutor(2) as threads:
            found = list(threads.map(lambda _: speed.measured_seconds(SPECS[0], tmp_path), range(2)))
        assert (found, measured) == ([1.0, 1.0], ["tesseract"])

    def test_the_faster_comes_first(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(speed, "_measure", lambda spec: {"tesseract": 2.0, "ppocr": 1.0}[spec.name])
        assert [own.name for own in speed.by_speed(SPECS, tmp_path)] == ["ppocr", "tesseract"]
        assert [own.name for own in speed.by_speed(SPECS, None)] == ["tesseract", "ppocr"]

    def test_a_damaged_or_unwritable_memory_does_no_harm(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(speed, "_measure", lambda _: 1.0)
        (tmp_path / "engine-speeds.json").write_text("{not json")
        assert speed.measured_seconds(SPECS[0], tmp_path) == 1.0
        (tmp_path / "file").write_text("")
        assert speed.measured_seconds(SPECS[0], tmp_path / "file" / "below") == 1.0


def test_two_engines_read_a_bad_page_better_than_one(tmp_path: Path) -> None:
    scan = SCANS / "formats" / "tiff-g4.tif"
    with Image.open(scan) as page:
        size = page.size
        small = page.convert("L").resize((round(size[0] * 0.42), round(size[1] * 0.42)))
    bad = tmp_path / "bad.png"
    small.filter(ImageFilter.GaussianBlur(0.9)).resize(size).save(bad, dpi=(200, 200))
    truth = truth_of(scan)
    alone = len(found_words(read(make_engine(SPECS[0]), bad), truth))
    both = len(found_words(read(make_engine(EngineSpec("auto", ("eng",), mode=Mode.BEST)), bad), truth))
    assert both > alone


def test_a_number_that_a_pen_went_round_is_not_lost() -> None:
    page = Image.new("RGB", (1000, 500), (235, 235, 235))
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(34)
    rows = ("Everyone has the right", "Rounding", "Total with all taxes", "Cash that was given", "Change")
    for i, words in enumerate(rows):
        draw.text((60, 60 + 70 * i), words, fill=20, font=font)
        draw.text((800, 60 + 70 * i), f"1{i}.4{i}", fill=20, font=font)
    draw.ellipse((740, 174, 950, 262), outline=(30, 30, 120), width=5)
    alone, both = (
        make_engine(EngineSpec(name, ("eng",))).recognize(OcrImage(page, 150.0))
        for name in ("tesseract", "auto")
    )
    assert "12.42" not in alone.text  # or else the test shows nothing
    numbers = sorted(word.text for word in both.words if word.text[0] == "1")
    assert numbers == [f"1{i}.4{i}" for i in range(5)]
