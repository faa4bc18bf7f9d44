"""What holds for any two readings of a page, however odd."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Direction, Line, PageText, Word
from pdfpipe.ocr.auto.alignment import align
from pdfpipe.ocr.auto.judge import Context, Judge
from pdfpipe.ocr.auto.merge import merge
from pdfpipe.ocr.dictionary import Dictionary, dictionary_of
from tests.specimens import line_of, page_of, word

JUDGE = Judge(dictionary_of(("eng",)))
ENGINES = ("tesseract", "ppocr", "stranger")

texts = st.text(st.sampled_from("aeinrstZ019.-~é語"), min_size=1, max_size=8)
shares = st.floats(0, 1)


@st.composite
def words(draw: st.DrawFn) -> Word:
    """A word somewhere on a page of 400 by 400; places are few, so that words meet."""
    x, y = draw(st.integers(0, 19)) * 10, draw(st.integers(0, 19)) * 10
    width, height = draw(st.integers(1, 20)) * 10, draw(st.integers(1, 4)) * 5
    return Word(draw(texts), BoundingBox(x, y, x + width, y + height), draw(shares))


lines = st.builds(line_of, st.lists(words(), min_size=1, max_size=4), st.sampled_from(Direction))
readings = st.lists(lines, max_size=4)


def key(word: Word) -> tuple[str, BoundingBox, float]:
    return word.text, word.box, word.confidence


def all_of(own: list[Line]) -> Counter[tuple[str, BoundingBox, float]]:
    return Counter(key(word) for line in own for word in line.words)


@given(readings, readings)
def test_every_word_is_in_exactly_one_cell_or_in_the_rest(first: list[Line], second: list[Line]) -> None:
    aligned, rest = align(first, second)
    assert [own.line for own in aligned] == first
    for own in aligned:
        assert Counter(map(key, own.line.words)) == Counter(key(w) for c in own.cells for w in c.first)
        assert all(cell.first or cell.second for cell in own.cells)
    placed = Counter(key(w) for own in aligned for cell in own.cells for w in cell.second)
    assert placed + all_of(rest) == all_of(second)


@given(lines.filter(lambda own: own.direction is Direction.LEFT_TO_RIGHT))
def test_a_word_without_a_counterpart_is_in_the_rest(own: Line) -> None:
    far = line_of([Word("far", BoundingBox(1000, 1000, 1030, 1020), 0.5)])
    assert align([own], [far])[1] == [far]


def test_words_beyond_the_end_of_a_line_that_is_as_high_are_of_that_line() -> None:
    own = line_of(
        [Word("one", BoundingBox(10, 10, 40, 30), 0.9), Word("four", BoundingBox(200, 10, 240, 30), 0.9)]
    )
    gap = line_of([Word("two", BoundingBox(90, 11, 120, 31), 0.9)])
    beyond = line_of([Word("five", BoundingBox(235, 9, 290, 29), 0.9)])
    (aligned,), rest = align([own], [gap, beyond])
    assert rest == []
    assert [[w.text for w in (*c.first, *c.second)] for c in aligned.cells] == [
        ["one"],
        ["two"],
        ["four"],
        ["five"],
    ]


@given(lines, lines, shares, shares, st.sampled_from(list(permutations(ENGINES, 2))))
def test_probabilities_are_between_0_and_1_and_do_not_depend_on_who_is_first(
    a: Line, b: Line, page_a: float, page_b: float, names: tuple[str, str]
) -> None:
    one = (a.words, a, Context(names[0], page_a))
    other = (b.words, b, Context(names[1], page_b))
    for side in (one, other):
        assert 0 < JUDGE.alone(*side) < 1
    there, back = JUDGE.second_is_right(*one, *other), JUDGE.second_is_right(*other, *one)
    assert 0 < there < 1
    assert there == pytest.approx(1 - back)
    assert 0 < JUDGE.agreed(*one, *other) < 1
    assert JUDGE.agreed(*one, *other) == pytest.approx(JUDGE.agreed(*other, *one))


def test_it_judges_without_any_words_to_know() -> None:
    own = line_of([Word("xqzt", BoundingBox(0, 0, 40, 20), 0.9)])
    assert 0 < Judge(Dictionary(())).alone(own.words, own, Context("tesseract", 0.9)) < 1


@given(readings, readings, st.permutations(ENGINES))
def test_what_is_merged_is_words_of_either_in_boxes_that_hold_them(
    first: list[Line], second: list[Line], names: list[str]
) -> None:
    page = page_of(first, 500, 500)
    merged = merge(page, second, (names[0], names[1]), (0.8, 0.9), JUDGE)
    known = {(w.text, w.box) for line in (*first, *second) for w in line.words}
    for block in merged.blocks:
        assert block.lines
        for line in block.lines:
            assert line.words
            assert block.box.union(line.box) == block.box
            assert set((line.engine or "").split("+")) <= set(names[:2])
            for own in line.words:
                assert (own.text, own.box) in known
                assert line.box.union(own.box) == line.box
                assert 0 < own.confidence < 1


@given(st.lists(st.lists(texts, min_size=1, max_size=4), min_size=1, max_size=5), shares, shares)
def test_no_word_is_lost_that_both_read(rows: list[list[str]], sure: float, other: float) -> None:
    def reading(confidence: float) -> PageText:
        return page_of(
            [
                line_of(
                    [
                        Word(text, BoundingBox(100 * x, 40 * y, 100 * x + 80, 40 * y + 20), confidence)
                        for x, text in enumerate(row)
                    ]
                )
                for y, row in enumerate(rows)
            ],
            500,
            500,
        )

    first, second = reading(sure), reading(other)
    merged = merge(first, list(second.lines), ("tesseract", "ppocr"), (sure, other), JUDGE)
    assert [(w.text, w.box) for w in merged.words] == [(w.text, w.box) for w in first.words]


def test_of_two_words_the_likelier_is_taken_with_its_own_box() -> None:
    def reading(text: str, confidence: float, shift: float) -> PageText:
        return page_of(
            [line_of([Word(text, BoundingBox(10 + shift, 10, 90 + shift, 30), confidence)])], 500, 500
        )

    wrong, right = reading("remaincd", 0.5, 0), reading("remained", 0.97, 2)
    (word,) = merge(wrong, list(right.lines), ("tesseract", "ppocr"), (0.9, 0.9), JUDGE).words
    assert (word.text, word.box.x0) == ("remained", 12)
    (word,) = merge(right, list(wrong.lines), ("ppocr", "tesseract"), (0.9, 0.9), JUDGE).words
    assert (word.text, word.box.x0) == ("remained", 12)


def test_stains_that_only_one_sees_are_dropped() -> None:
    text = [Word("remained", BoundingBox(10, 10, 90, 30), 0.97)]
    stained = [*text, Word("~.", BoundingBox(200, 10, 215, 30), 0.05)]
    first, second = page_of([line_of(stained)], 500, 500), page_of([line_of(text)], 500, 500)
    for page, others, names in ((first, second, ENGINES[:2]), (second, first, ENGINES[1::-1])):
        merged = merge(page, list(others.lines), (names[0], names[1]), (0.9, 0.9), JUDGE)
        assert [w.text for w in merged.words] == ["remained"]


def test_a_line_that_only_the_second_sees_comes_after_the_one_above_it_in_its_column() -> None:
    def row(text: str, x: float, y: float) -> Line:
        return line_of([Word(text, BoundingBox(x, y, x + 80, y + 20), 0.99)])

    left = [row("houses", 10, 10), row("gardens", 10, 70)]
    right = [row("streets", 300, 10), row("bridges", 300, 40)]
    missing = row("children", 10, 40)
    columns = PageText(500, 500, (*page_of(left, 500, 500).blocks, *page_of(right, 500, 500).blocks))
    second = [left[0], missing, left[1], *right]
    merged = merge(columns, second, ("tesseract", "ppocr"), (0.95, 0.95), JUDGE)
    assert [[line.text for line in block.lines] for block in merged.blocks] == [
        ["houses", "children", "gardens"],
        ["streets", "bridges"],
    ]


def test_a_tall_word_is_of_the_line_that_shares_most_of_it() -> None:
    above = line_of([word("designated", 121, 163, 336, 208)])
    below = line_of([word("religion,", 120, 203, 283, 264)])
    tall = line_of([word("religion,", 121, 189, 283, 263)])
    (_, lower), rest = align([above, below], [tall])
    assert [cell.second for cell in lower.cells] == [tall.words]
    assert rest == []
