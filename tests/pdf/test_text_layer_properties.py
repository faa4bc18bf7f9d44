"""Whatever an engine says it has read, and wherever, becomes text that readers find."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.text import Baseline, Direction, Line, Word
from pdfpipe.pdf.glyphless_font import CharacterCodes
from pdfpipe.pdf.text_layer import text_layer
from tests.readers import pdfium_text, pypdf_text, qpdf_complaints
from tests.specimens import line_of, page_of, text_page, word, write_pdf

anything = st.text(max_size=8)
latin = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x17F, categories=["L", "N"]), min_size=1,
                max_size=8)  # fmt: skip
anywhere = st.floats(-500, 5000)
directions = st.sampled_from(Direction)


@st.composite
def wild_lines(draw: st.DrawFn) -> Line:
    """A line that no sane engine returns: boxes of no extent, beyond the page, baselines of no length."""
    words = []
    for _ in range(draw(st.integers(1, 5))):
        xs, ys = sorted((draw(anywhere), draw(anywhere))), sorted((draw(anywhere), draw(anywhere)))
        words.append(Word(draw(anything), BoundingBox(xs[0], ys[0], xs[1], ys[1]), 0.5, draw(directions)))
    baseline = draw(st.none() | st.builds(Baseline, *[st.builds(Point, anywhere, anywhere)] * 2))
    return Line(tuple(words), words[0].box, baseline, draw(directions))


@settings(max_examples=60)
@given(
    lines=st.lists(wild_lines(), max_size=4),
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
    dpi=st.floats(70, 9600),
)
def test_any_words_in_any_boxes_make_a_file_that_readers_read(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], width: int, height: int, dpi: float
) -> None:
    pdf = tmp_path_factory.getbasetemp() / "wild.pdf"
    write_pdf(pdf, [text_page(page_of(lines, width, height), dpi)], output_type=OutputType.AUTO)
    assert len(pdfium_text(pdf)) == 1
    assert len(pypdf_text(pdf)) == 1


@settings(max_examples=100)
@given(st.lists(wild_lines(), max_size=4), st.floats(1, 9600), st.floats(1, 9600))
def test_operands_are_numbers_that_pdf_has(lines: list[Line], x: float, y: float) -> None:
    codes = CharacterCodes()
    for operator in text_layer(page_of(lines, 1000, 1000), Resolution(x, y), codes).split():
        assert operator.lower() not in (b"nan", b"inf", b"-inf")


@settings(max_examples=60)
@given(
    rows=st.lists(st.lists(latin, max_size=5), min_size=1, max_size=5),
    size=st.integers(6, 30),
    gap=st.floats(0.15, 0.6),
)
def test_every_word_is_found_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], size: int, gap: float
) -> None:
    # Lines of a letter or two PDFium joins to the line before, in anyone's PDF.
    rows = [["line", *texts] for texts in rows]
    lines = []
    for row, texts in enumerate(rows):
        x, top, words = 20.0, 20 + 1.5 * size * row, []
        for text in texts:
            width = 0.5 * size * len(text)
            words.append(word(text, x, top, x + width, top + size))
            x += width + gap * size
        lines.append(line_of(words))
    folder = tmp_path_factory.getbasetemp()
    pdf = write_pdf(folder / "words.pdf", [text_page(page_of(lines, 2000, 400), 72)])
    expected = [text for texts in rows for text in texts]
    assert pdfium_text(pdf)[0].split() == expected
    assert pypdf_text(pdf)[0].split() == expected


def test_a_page_of_every_printable_character_is_sound(tmp_path: Path) -> None:
    characters = [chr(code) for code in range(0x21, 0x3000) if chr(code).isprintable()]
    lines = [
        line_of([word("".join(characters[start : start + 50]), 20, 20 + row, 500, 21 + row)])
        for row, start in enumerate(range(0, len(characters), 50))
    ]
    pdf = write_pdf(tmp_path / "page.pdf", [text_page(page_of(lines, 600, 400), 72)])
    assert qpdf_complaints(pdf) == ""
    assert set(pypdf_text(pdf)[0]) >= set(characters)
