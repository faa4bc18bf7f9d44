from __future__ import annotations

import math

import msgspec
import pytest

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word
from pdfpipe.ocr.sanitize import sanitized

GOOD = Word("good", BoundingBox(10, 10, 50, 20), 0.9)


def page(*words: Word, baseline: Baseline | None = None) -> PageText:
    box = BoundingBox(10, 10, 90, 20)
    return PageText(100, 50, (Block((Line(words, box, baseline),), box),), ("a note",))


def word(text: str = "word", box: tuple[float, ...] = (60, 10, 90, 20), confidence: float = 0.5) -> Word:
    return Word(text, BoundingBox(*box), confidence, Direction.RIGHT_TO_LEFT)


@pytest.mark.parametrize("text", [page(GOOD, word()), PageText(100, 50)])
def test_what_keeps_the_contract_comes_back_itself(text: PageText) -> None:
    same, notes = sanitized(text)
    assert same is text
    assert notes == ()


@pytest.mark.parametrize(
    ("bad", "better"), [(math.nan, 0.0), (-0.1, 0.0), (96.0, 1.0), (math.inf, 1.0), (-math.inf, 0.0)]
)
def test_confidences_are_brought_between_0_and_1(bad: float, better: float) -> None:
    text, notes = sanitized(page(GOOD, word(confidence=bad)))
    assert [word.confidence for word in text.words] == [0.9, better]
    assert notes == (
        "the engine gave 1 word with a confidence that is not between 0 and 1; set to the nearest",
    )


def test_boxes_that_reach_over_the_edge_are_cut_there() -> None:
    text, notes = sanitized(page(GOOD, word(box=(80, -5, 130, 60)), word(box=(-9, 30, 20, 40))))
    assert [word.box for word in text.words][1:] == [BoundingBox(80, 0, 100, 50), BoundingBox(0, 30, 20, 40)]
    assert next(text.lines).box == BoundingBox(0, 0, 100, 50)
    assert notes == ("the engine placed 2 words partly outside the page; cut at its edge",)
    assert text.notes == ("a note",)


@pytest.mark.parametrize(
    "box",
    [
        (200, 10, 230, 20),
        (10, -30, 50, -10),
        (60, 10, 60, 20),
        (90, 10, 60, 20),
        (math.nan, 10, 90, 20),
        (60, 10, math.inf, 20),
    ],
)
def test_words_that_are_nowhere_are_left_out(box: tuple[float, ...]) -> None:
    text, notes = sanitized(page(GOOD, word(box=box)))
    assert list(text.words) == [GOOD]
    assert notes == ("the engine placed 1 word outside the page or gave no area; left out",)


@pytest.mark.parametrize("nothing", ["", " ", "\n\t"])
def test_words_without_text_are_left_out_and_their_lines_and_blocks_if_nothing_else_is_in_them(
    nothing: str,
) -> None:
    text, notes = sanitized(page(word(nothing), word(nothing)))
    assert text.blocks == ()
    assert notes == ("the engine gave 2 words without text; left out",)


def test_words_with_blanks_are_divided() -> None:
    text, notes = sanitized(page(word("two words\n", (0, 10, 90, 20))))
    assert [(word.text, word.box.x0, word.box.x1) for word in text.words] == [
        ("two", 0, 30),
        ("words", 40, 90),
    ]
    assert all(word.direction is Direction.RIGHT_TO_LEFT for word in text.words)
    assert notes == ("the engine gave 1 word with blanks; divided there",)


def test_lines_and_blocks_without_words_go_and_boxes_of_lines_that_are_off_are_made_anew() -> None:
    nowhere = BoundingBox(math.nan, 0, 1000, 20)
    block = Block((Line((), nowhere), Line((GOOD,), nowhere)), nowhere)
    text, notes = sanitized(PageText(100, 50, (block, Block((), nowhere))))
    assert text.blocks == (Block((Line((GOOD,), GOOD.box),), GOOD.box),)
    assert notes == ()


def test_a_baseline_without_numbers_goes() -> None:
    text, _ = sanitized(page(GOOD, baseline=Baseline(Point(0, math.nan), Point(1, 1))))
    assert next(text.lines).baseline is None


def test_what_it_made_is_good() -> None:
    bad = page(word("a b", (-5, -5, 500, 500), 7), word("", (0, 0, 1, 1)), word(box=(9, 9, 9, 9)), GOOD)
    text, notes = sanitized(bad)
    assert len(notes) == 5
    assert sanitized(text) == (text, ())
    assert sanitized(msgspec.structs.replace(text, notes=notes))[1] == ()
