"""Wherever an engine says that the words of a line are, the page is written so that it passes the proof."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.text import Baseline, Direction, Line, Word
from tests.pdf.proof.test_comparison import faults_of
from tests.specimens import line_of, page_of, text_page, word, write_pdf

SIZE = 30.0
texts = st.text("abcXYZ019.,-'()", min_size=1, max_size=9)
hebrew = st.text("אבגדהוז", min_size=1, max_size=6)


@st.composite
def crowded_lines(draw: st.DrawFn, texts: st.SearchStrategy[str], direction: Direction) -> Line:
    """A line of words that overlap, stand over one another, or are higher or wider than they should be."""
    words, x = [], float(draw(st.integers(0, 200)))
    for text in draw(st.lists(texts, min_size=1, max_size=8, unique=True)):
        width = 0.5 * SIZE * len(text)
        left, right = (draw(st.sampled_from((0.0, 0.0, 0.0, 0.5, 2.0))) * SIZE for _ in range(2))
        up, down = (draw(st.sampled_from((0.0, 0.0, 0.0, 0.4, 1.0))) * SIZE for _ in range(2))
        box = BoundingBox(max(0.0, x - left), 200 - up, x + width + right, 200 + SIZE + down)
        words.append(Word(text, box, 0.5, direction))
        x += width + draw(st.sampled_from((-0.5, 0.0, 0.2, 0.3, 0.3, 2.0))) * SIZE
    return line_of(words, direction)


@st.composite
def stretched_lines(draw: st.DrawFn, direction: Direction) -> Line:
    """A line of few letters, whose words are far too narrow or too wide, or mere specks, side by side."""
    words, x = [], 100.0
    for text in draw(st.lists(st.text("a1", min_size=1, max_size=3), min_size=2, max_size=8)):
        width = 0.5 * SIZE * len(text) * draw(st.sampled_from((0.1, 0.4, 1.0, 1.4, 3.0, 12.0, 60.0)))
        height = SIZE * draw(st.sampled_from((0.05, 1.0, 1.0)))
        bottom = 200 + SIZE - draw(st.sampled_from((0.0, 0.0, 0.4))) * (SIZE - height)
        words.append(Word(text, BoundingBox(x, bottom - height, x + width, bottom), 0.5, direction))
        x += width + draw(st.sampled_from((0.1, 0.2, 0.3, 0.3, 0.9, 2.0, 5.0))) * SIZE
    return line_of(words, direction)


def proof_of(line: Line, pdf: Path, *following: Line) -> list[str]:
    page = text_page(page_of([line, *following], 3000, 400), 300)
    write_pdf(pdf, [page])
    return [fault.message for fault in faults_of(pdf, [page])]


@given(line=crowded_lines(texts, Direction.LEFT_TO_RIGHT))
def test_words_of_a_line_pass(tmp_path_factory: pytest.TempPathFactory, line: Line) -> None:
    assert proof_of(line, tmp_path_factory.getbasetemp() / "crowded.pdf") == []


@given(line=crowded_lines(hebrew | texts, Direction.RIGHT_TO_LEFT))
def test_words_of_a_right_to_left_line_pass(tmp_path_factory: pytest.TempPathFactory, line: Line) -> None:
    assert proof_of(line, tmp_path_factory.getbasetemp() / "turned.pdf") == []


@given(line=st.sampled_from((Direction.LEFT_TO_RIGHT, Direction.RIGHT_TO_LEFT)).flatmap(stretched_lines))
def test_stretched_words_pass(tmp_path_factory: pytest.TempPathFactory, line: Line) -> None:
    assert proof_of(line, tmp_path_factory.getbasetemp() / "stretched.pdf") == []


STACKED = [word("religion,", 121, 189, 283, 263), word("designated", 121, 163, 336, 208)]
SPECK = [word("Quantity", 38, 135, 166, 182), word(":", 252, 161, 254, 164), word("1", 255, 135, 296, 182)]
COLON = replace(
    line_of(
        [
            word("XY", 133.4, 203.7, 164.5, 224.8),
            word(":", 186.4, 211.7, 191.4, 219.5),
            word("1X.", 190.0, 205.9, 233.1, 227.7),
        ]
    ),
    baseline=Baseline(Point(133.4, 227.7), Point(233.1, 225.5)),
)
TIE = [word("b", 440.16, 212, 441.2, 214), word(",0,.-", 440.13, 217, 445.7, 224)]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(line_of([*STACKED, word("by", 364, 162, 409, 213)]), id="one word below another"),
        pytest.param(line_of([word("twice", 100, 100, 200, 140)] * 2), id="a word twice"),
        pytest.param(line_of([word("1.", 100, 100, 130, 140)], Direction.RIGHT_TO_LEFT), id="number"),
        pytest.param(line_of([word("c2א1b", 100, 100, 200, 140)]), id="both directions in a word"),
        pytest.param(line_of([word("(א", 100, 100, 200, 140)], Direction.RIGHT_TO_LEFT), id="lone bracket"),
        pytest.param(line_of(SPECK), id="a speck before a letter and behind a wide gap"),
        pytest.param(COLON, id="a small word on which the next one lies"),
        pytest.param(line_of(TIE), id="two words that begin in one place"),
    ],
)  # fmt: skip
def test_what_engines_did_passes(line: Line, tmp_path: Path) -> None:
    assert proof_of(line, tmp_path / "page.pdf") == []


def test_a_word_on_which_the_next_line_lies_passes(tmp_path: Path) -> None:
    total = line_of([word("TOTAL", 382, 203, 464, 232), word("a", 506, 190, 546, 230)])
    assert proof_of(total, tmp_path / "page.pdf", line_of([word("RM 10", 518, 205, 603, 234)])) == []
