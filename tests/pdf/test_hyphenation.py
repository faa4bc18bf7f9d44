"""Words broken at the end of a line, as readers copy and find them; hyphens that belong to a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.model.text import Direction, Line
from pdfpipe.pdf.hyphenation import breaks_word, with_hyphen_for_readers
from tests.readers import (
    PdfjsReading,
    chrome_text,
    pdfium_count,
    pdfium_text,
    pdfjs_readings,
    poppler_text,
    pypdf_text,
)
from tests.specimens import line_of, page_of, text_page, word, write_pdf

BROKEN = [("exam-", "ple", "example"), ("größ-", "eren", "größeren"), ("παρά-", "δειγμα", "παράδειγμα"),
          ("DECLARA-", "TION", "DECLARATION"), ("ver\u2e17", "ſtändig", "verſtändig"),
          ("Hoch\u00ad", "schule,", "Hochschule")]  # fmt: skip
KEPT = [("Jean-", "Baptiste"), ("twenty-", "five"), ("mother-in-", "law"), ("Garten-", "und"), ("A-", "flat"),
        ("1914-", "18"), ("end -", "of")]  # fmt: skip


@pytest.mark.parametrize(("fragment", "continuation", "whole"), BROKEN)
def test_hyphens_that_break_a_word(fragment: str, continuation: str, whole: str) -> None:
    assert breaks_word(fragment, continuation)


@pytest.mark.parametrize(("fragment", "continuation"), KEPT)
def test_hyphens_that_belong_to_a_word(fragment: str, continuation: str) -> None:
    assert not breaks_word(fragment.split()[-1], continuation)


@given(st.text(max_size=6), st.text(max_size=6), st.sampled_from(Direction))
def test_nothing_but_the_last_character_changes(text: str, following: str, direction: Direction) -> None:
    line = line_of([word("a", 0, 0, 1, 1), word(text, 2, 0, 3, 1)], direction)
    spelled = with_hyphen_for_readers(line, line_of([word(following, 0, 2, 1, 3)]))
    assert spelled.words[0] == line.words[0]
    assert spelled.words[1].text.removesuffix("\u200b")[:-1] == text[:-1]
    assert with_hyphen_for_readers(line, None).words[-1].text.startswith(text)


def page_lines(fragment: str, continuation: str) -> list[Line]:
    """Three lines of a paragraph, the second of which ends in the fragment."""
    rows = [
        "The quick animal jumps over",
        f"The quick animal {fragment}",
        f"{continuation} over lazy dogs again",
    ]
    lines = []
    for number, row in enumerate(rows):
        x, words = 50.0, []
        for text in row.split():
            words.append(word(text, x, 50 + 14 * number, x + 6 * len(text), 62 + 14 * number))
            x += 6 * len(text) + 4
        lines.append(line_of(words))
    return lines


def pdf_of(fragment: str, continuation: str, folder: Path) -> Path:
    page = page_of(page_lines(fragment, continuation), 400, 200)
    return write_pdf(folder / f"{fragment}{continuation}.pdf", [text_page(page, 72)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hyphens")


@pytest.fixture(scope="module")
def in_firefox(folder: Path) -> dict[str, PdfjsReading]:
    jobs: dict[Path, tuple[str, ...]] = {pdf_of(a, b, folder): (whole,) for a, b, whole in BROKEN}
    jobs |= {pdf_of(a, b, folder): (a.split()[-1] + b, a.split()[-1][:-1] + b) for a, b in KEPT}
    return {pdf.stem: reading for pdf, reading in pdfjs_readings(jobs).items()}


@pytest.mark.parametrize(("fragment", "continuation", "whole"), BROKEN)
def test_a_broken_word_is_copied_whole(fragment: str, continuation: str, whole: str, folder: Path) -> None:
    pdf = pdf_of(fragment, continuation, folder)
    assert f"animal {whole}" in poppler_text(pdf)[0]
    assert f"animal {whole}" in chrome_text(pdf)[0]


@pytest.mark.parametrize(("fragment", "continuation", "whole"), BROKEN)
def test_a_broken_word_is_found_whole_in_firefox(
    fragment: str, continuation: str, whole: str, in_firefox: dict[str, PdfjsReading]
) -> None:
    reading = in_firefox[fragment + continuation]
    assert reading.found == {whole: 1}
    assert f"animal {fragment[:-1]}-\n{continuation}" in reading.pages[0]


@pytest.mark.parametrize(("fragment", "continuation"), KEPT)
def test_a_hyphen_of_the_word_is_kept(fragment: str, continuation: str, folder: Path) -> None:
    pdf = pdf_of(fragment, continuation, folder)
    for text in (poppler_text(pdf)[0], chrome_text(pdf)[0], pypdf_text(pdf)[0]):
        assert f"animal {fragment}\n{continuation}" in text.replace("\u200b", "")
    assert pdfium_count(pdf, fragment) == 1


@pytest.mark.parametrize(("fragment", "continuation"), KEPT)
def test_a_hyphen_of_the_word_is_kept_in_firefox(
    fragment: str, continuation: str, in_firefox: dict[str, PdfjsReading]
) -> None:
    assert f"animal {fragment}\n{continuation}" in in_firefox[fragment + continuation].pages[0]


def test_the_compound_is_found_whole_in_firefox(in_firefox: dict[str, PdfjsReading]) -> None:
    assert in_firefox["Jean-Baptiste"].found == {"Jean-Baptiste": 1, "JeanBaptiste": 0}


def test_pdfium_marks_where_it_joined_a_word(folder: Path) -> None:
    # Chrome leaves the mark out when it copies and searches; PDFium's own search does not.
    pdf = pdf_of("exam-", "ple", folder)
    assert "exam\ufffeple" in pdfium_text(pdf)[0]
    assert pdfium_count(pdf, "example") == 0


def test_a_word_at_the_end_of_the_text_keeps_its_hyphen(tmp_path: Path) -> None:
    lines = page_lines("exam-", "ple")[:2]
    pdf = write_pdf(tmp_path / "page.pdf", [text_page(page_of(lines, 400, 200), 72)])
    for text in (poppler_text(pdf)[0], pdfium_text(pdf)[0], pypdf_text(pdf)[0]):
        assert "animal exam-" in text
