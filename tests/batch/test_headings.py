"""Headings by their looks: what is one, and what only looks like one at first sight."""

from __future__ import annotations

import pytest

from pdfpipe.batch.headings import headings
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Block, Direction, Line, PageText, Word

WIDTH, HEIGHT = 1000, 1600
BODY = 20
PITCH = 40


def line(text: str, top: float, height: float = BODY, confidence: float = 0.95) -> Line:
    """A centred line of words as high as given, each letter half as wide."""
    widths = [0.5 * height * len(word) for word in text.split()]
    x = (WIDTH - sum(widths) - 0.25 * height * (len(widths) - 1)) / 2
    words = []
    for word, width in zip(text.split(), widths, strict=True):
        words.append(Word(word, BoundingBox(x, top, x + width, top + height), confidence))
        x += width + 0.25 * height
    return Line(tuple(words), words[0].box.union(words[-1].box))


def body(top: float, count: int = 10) -> list[Line]:
    text = "the quick brown fox jumps over the lazy dog and then goes home again by night"
    return [line(text, top + PITCH * number) for number in range(count)]


def titles(*parts: Line | list[Line]) -> list[str]:
    lines = tuple(one for part in parts for one in (part if isinstance(part, list) else [part]))
    box = BoundingBox(0, 0, WIDTH, HEIGHT)
    return [heading.title for heading in headings(PageText(WIDTH, HEIGHT, (Block(lines, box),)))]


def test_a_larger_line_set_apart_is_a_heading() -> None:
    assert titles(body(100, 5), line("Of the sea", 350, 26), body(430)) == ["Of the sea"]


def test_capitals_count_by_their_true_size() -> None:
    assert titles(body(100, 5), line("CHAPTER III.", 350, 19), body(430)) == ["CHAPTER III."]
    assert titles(body(100, 5), line("A line like others", 350, 19), body(430)) == []


def test_lines_that_belong_together_are_one_heading() -> None:
    chapter = [line("CHAPTER VII", 300, 22), line("Of seats and splints", 345, 26)]
    assert titles(chapter, body(430)) == ["CHAPTER VII Of seats and splints"]


def test_its_place_is_the_upper_edge_of_its_first_line() -> None:
    lines = (line("CHAPTER VII", 300, 22), line("Of seats", 345, 26), *body(430))
    (heading,) = headings(PageText(WIDTH, HEIGHT, (Block(lines, BoundingBox(0, 0, WIDTH, HEIGHT)),)))
    assert heading.top == 300


def test_a_large_title_at_the_top_of_the_page_is_one() -> None:
    assert titles(line("The law of the sea", 80, 30), body(200)) == ["The law of the sea"]


@pytest.mark.parametrize(
    "lines",
    [
        [line("THE LAW OF THE SEA", 80, 19), *body(200)],
        [line("17 The law of the sea", 80, 28), *body(200)],
        [line("The law of the sea xvii", 80, 28), *body(200)],
        [*body(100, 5), line("Of the sea", 300, 26), *body(430)],
        [*body(100, 5), line("Of the sea", 350, 26), *body(380)],
        [*body(100, 5), line("Of the sea", 350, 21), *body(430)],
        [*body(100, 5), line("Of the sea", 350, 26, confidence=0.4), *body(430)],
        [*body(100), line("Signed by hand", 700, 40)],
        [*body(100, 5), line("the quick brown fox jumps over the lazy dog, sleeping", 350, 26), *body(430)],
        [*body(100, 5), line("12 1948", 350, 26), *body(430)],
        [line(f"Line {number} of a title page", 200 + 90 * number, 20 + 3 * number) for number in range(8)],
        [line("Of the sea", 350, 26), *body(430, 3)],
        [],
    ],
    ids=["running head", "page number before", "page number behind", "text close above", "text close below",
         "hardly larger", "badly read", "nothing below", "as long as the text", "number", "title page",
         "too little text", "blank page"],
)  # fmt: skip
def test_what_only_looks_like_one_is_none(lines: list[Line]) -> None:
    assert titles(lines) == []


def test_a_page_with_many_large_lines_has_no_headings() -> None:
    page = [part for top in range(300, 1500, 240) for part in (line("An offer", top, 26), *body(top + 80, 3))]
    assert titles(page) == []
    assert titles(page[:12]) == ["An offer"] * 3


def test_lines_that_run_downwards_are_left_alone() -> None:
    vertical = Line(
        (Word("東京", BoundingBox(480, 300, 510, 400), 0.9),), BoundingBox(480, 300, 510, 400), None,
        Direction.TOP_TO_BOTTOM,
    )  # fmt: skip
    assert titles(vertical, body(500)) == []


def test_controls_are_left_out_and_joiners_are_kept() -> None:
    assert titles(line("\u200fשלום\u200f می\u200cشود", 300, 26), body(430)) == ["שלום می\u200cشود"]
