"""Where text is found again: boxes, gaps, turned lines and orders, as readers see them."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.text import Baseline, Direction, Line, PageText, Word
from tests.readers import pdfium_text, poppler_text, poppler_words, pypdf_text, resaved_by_qpdf
from tests.specimens import line_of, page_of, text_of, text_page, word, write_pdf
from tests.support import FIXTURES, SCANS, SCRIPTS, mean_iou, truth_of

Reader = Callable[[Path], list[str]]
every_reader = pytest.mark.parametrize("reader", [poppler_text, pdfium_text, pypdf_text])

DPI = 72
"""A pixel is a point here."""


def pdf_of(text: PageText, folder: Path) -> Path:
    return write_pdf(folder / "page.pdf", [text_page(text, DPI)])


@pytest.mark.parametrize(
    "scan",
    [
        SCANS / "formats" / "tiff-g4.tif",
        SCANS / "formats" / "tiff-fax-204x98.tif",
        SCANS / "declaration" / "page-1.tif",
        SCANS / "layouts" / "table.png",
        SCANS / "layouts" / "one-letter-words.png",
        SCRIPTS / "deu-umlauts.png",
        SCRIPTS / "hin-devanagari.png",
        SCRIPTS / "rus-cyrillic.tif",
    ],
    ids=lambda path: str(path.relative_to(FIXTURES)),
)
def test_words_are_found_where_they_stand(scan: Path, tmp_path: Path) -> None:
    truth = truth_of(scan)
    pdf = write_pdf(tmp_path / "page.pdf", [text_page(text_of(truth), truth.resolution)])
    remaining = poppler_words(pdf)[0]
    pairs = []
    for true in truth.words:
        # Of words that are spelled alike, the nearest is meant; poppler's order is its own.
        box = BoundingBox(
            true.box.x0 * 72 / truth.dpi[0],
            true.box.y0 * 72 / truth.dpi[1],
            true.box.x1 * 72 / truth.dpi[0],
            true.box.y1 * 72 / truth.dpi[1],
        )
        alike = [found for found in remaining if found.text == true.text]
        assert alike, true.text
        best = max(alike, key=lambda found: found.box.iou(box))
        remaining.remove(best)
        assert (best.box.x0, best.box.x1) == pytest.approx((box.x0, box.x1), abs=1.5)
        pairs.append((best.box, box))
    assert mean_iou([found for found, _ in pairs], [box for _, box in pairs]) >= 0.8


@every_reader
def test_one_letter_words_are_found(reader: Reader, tmp_path: Path) -> None:
    words = [word(letter, 50 + 20 * i, 100, 56 + 20 * i, 110) for i, letter in enumerate("IaOé5")]
    assert reader(pdf_of(page_of([line_of(words)], 300, 200), tmp_path))[0].split() == list("IaOé5")


@every_reader
def test_a_single_letter_on_a_page_is_found(reader: Reader, tmp_path: Path) -> None:
    page = page_of([line_of([word("7", 100, 100, 106, 110)])], 200, 200)
    assert reader(pdf_of(page, tmp_path))[0].split() == ["7"]


@every_reader
@pytest.mark.parametrize("direction", [Direction.LEFT_TO_RIGHT, Direction.RIGHT_TO_LEFT])
@pytest.mark.parametrize("narrow", [2.0, 6.0, 20.0])
def test_a_letter_that_is_stretched_far_is_not_taken_for_bold_print_of_one_before_it(
    narrow: float, direction: Direction, reader: Reader, tmp_path: Path
) -> None:
    start = 52 + 2 * narrow
    beside = [word("an", 50, 105, 50 + 2 * narrow, 108), word("aa", start, 105, start + 2 * narrow, 108)]
    wide = word("a", start + 2 * narrow + 1.2, 105, 390, 108)
    page = page_of([line_of([*beside, wide], direction=direction)], 400, 300)
    assert sorted(reader(pdf_of(page, tmp_path))[0].split()) == ["a", "aa", "an"]


@every_reader
def test_strokes_of_a_character_that_were_each_read_as_one_are_both_found(
    reader: Reader, tmp_path: Path
) -> None:
    # Places of the larger text are rounded to a tenth of a point, which brings the two nearer.
    first = [
        word("5", 3.98, 75, 7.36, 81.26),
        word("=", 11.86, 77, 15.02, 77.9),
        word("6%", 19.52, 75, 26.5, 81.48),
    ]
    page = page_of([line_of(first), line_of([word("=", 11.76, 78.96, 14.88, 79.92)])], 200, 300)
    assert sorted("".join(reader(pdf_of(page, tmp_path))[0].split())) == sorted("5==6%")


@every_reader
def test_columns_are_read_one_after_the_other(reader: Reader, tmp_path: Path) -> None:
    truth = truth_of(SCANS / "layouts" / "two-columns.png")
    pdf = write_pdf(tmp_path / "page.pdf", [text_page(text_of(truth), truth.resolution)])
    found, expected = reader(pdf)[0].split(), [true.text for true in truth.words]
    # poppler orders by its own view of the layout, and takes these columns for one (OCRmyPDF's too).
    assert sorted(found) == sorted(expected) if reader is poppler_text else found == expected


@every_reader
def test_a_page_that_was_fed_askew_keeps_its_order(reader: Reader, tmp_path: Path) -> None:
    truth = truth_of(SCANS / "layouts" / "skewed.png")
    pdf = write_pdf(tmp_path / "page.pdf", [text_page(text_of(truth), truth.resolution)])
    assert reader(pdf)[0].split() == [true.text for true in truth.words]


WORDS = ["Received", "on", "10", "December", "1948"]


def turned_line(angle: float, direction: Direction = Direction.LEFT_TO_RIGHT) -> PageText:
    """The words 12 points high in a line that runs at this angle, counter-clockwise, through the middle."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def on_page(u: float, v: float) -> Point:
        return Point(250 + u * cos - v * sin, 250 - u * sin - v * cos)

    words, position = [], -120.0
    for text in WORDS:
        end = position + 6 * len(text)
        corners = [on_page(u, v) for u in (position, end) for v in (-3, 9)]
        xs, ys = [p.x for p in corners], [p.y for p in corners]
        words.append(Word(text, BoundingBox(min(xs), min(ys), max(xs), max(ys)), 0.9, direction))
        position = end + 6
    level = line_of(words, direction)
    line = Line(level.words, level.box, Baseline(on_page(-120, 0), on_page(position - 6, 0)), direction)
    return page_of([line], 500, 500)


@every_reader
@pytest.mark.parametrize("angle", [0, 2, 5, -5, 90, -90])
def test_level_and_upright_lines_are_read_in_order(reader: Reader, angle: float, tmp_path: Path) -> None:
    assert reader(pdf_of(turned_line(angle), tmp_path))[0].split() == WORDS


@every_reader
@pytest.mark.parametrize("angle", [8, -20, 35, 98, 180])
def test_words_of_turned_lines_are_found_whole(reader: Reader, angle: float, tmp_path: Path) -> None:
    # In what order, readers do not agree: PDFium reads a page that is upside down from the end of each line.
    assert sorted(reader(pdf_of(turned_line(angle), tmp_path))[0].split()) == sorted(WORDS)


@every_reader
def test_vertical_columns_are_read_downwards(reader: Reader, tmp_path: Path) -> None:
    words = [Word("東京都", BoundingBox(200, 50, 220, 110), 0.9, Direction.TOP_TO_BOTTOM)]
    words.append(Word("千代田区", BoundingBox(200, 115, 220, 195), 0.9, Direction.TOP_TO_BOTTOM))
    page = page_of([line_of(words, Direction.TOP_TO_BOTTOM)], 300, 300)
    assert "".join(reader(pdf_of(page, tmp_path))[0].split()) == "東京都千代田区"


@every_reader
@pytest.mark.parametrize("overlap", [0, 0.5, 3, 12])
def test_words_that_touch_or_overlap_keep_their_space(reader: Reader, overlap: float, tmp_path: Path) -> None:
    words = [word("italic", 50, 100, 90, 112), word("fonts", 90 - overlap, 100, 125, 112)]
    text = reader(pdf_of(page_of([line_of(words)], 300, 200), tmp_path))[0]
    assert text.split() == ["italic", "fonts"]


@every_reader
@pytest.mark.parametrize("gap", [4, 8, 10, 14, 19])
def test_wide_gaps_of_justified_lines_do_not_make_columns(reader: Reader, gap: float, tmp_path: Path) -> None:
    lines = []
    for row in range(8):
        words, x = [], 50.0
        for column in range(6):
            text = f"r{row}c{column}"
            words.append(word(text, x, 50 + 14 * row, x + 24, 60 + 14 * row))
            x += 24 + gap
        lines.append(line_of(words))
    text = reader(pdf_of(page_of(lines, 400, 250), tmp_path))[0]
    assert text.split() == [f"r{row}c{column}" for row in range(8) for column in range(6)]


@every_reader
def test_two_lines_stay_two_lines(reader: Reader, tmp_path: Path) -> None:
    lines = [line_of([word("first", 50, 50, 90, 62)]), line_of([word("second", 50, 66, 100, 78)])]
    assert reader(pdf_of(page_of(lines, 200, 150), tmp_path))[0].split("\n")[:2] == ["first", "second"]


@every_reader
def test_text_on_a_page_larger_than_200_inches_is_found(reader: Reader, tmp_path: Path) -> None:
    page = page_of([line_of([word("Baltic", 1000, 1000, 3000, 1600), word("Sea", 3300, 1000, 4300, 1600)])],
                   30_000, 20_000)  # fmt: skip
    assert reader(pdf_of(page, tmp_path))[0].split() == ["Baltic", "Sea"]


@every_reader
def test_characters_beyond_the_first_plane_are_found(reader: Reader, tmp_path: Path) -> None:
    words = [word("𝔉raktur", 50, 100, 100, 112), word("𠮷野家", 110, 100, 150, 112)]
    text = reader(pdf_of(page_of([line_of(words)], 300, 200), tmp_path))[0]
    assert text.split() == ["𝔉raktur", "𠮷野家"]


@every_reader
def test_characters_whose_codes_hold_delimiters_are_found(reader: Reader, tmp_path: Path) -> None:
    texts = ["čočka", "ab(c", "d)e", "f\\g", "尨", "സഭ"]
    words = [word(text, 20 + 45 * i, 100, 55 + 45 * i, 112) for i, text in enumerate(texts)]
    pdf = pdf_of(page_of([line_of(words)], 400, 200), tmp_path)
    assert reader(pdf)[0].split() == texts
    # U+010D holds the byte of a carriage return. Unless it is escaped, qpdf and Acrobat see a line feed.
    assert reader(resaved_by_qpdf(pdf))[0].split() == texts


def test_what_is_no_text_is_left_out(tmp_path: Path) -> None:
    words = [word("a\0b\x07c", 50, 100, 80, 112), word("\ufeff\ud800\uffff", 90, 100, 120, 112)]
    for reader in (poppler_text, pdfium_text, pypdf_text):
        assert reader(pdf_of(page_of([line_of(words)], 300, 200), tmp_path))[0].split() == ["abc"]


@every_reader
def test_a_short_line_is_not_joined_to_the_line_before(reader: Reader, tmp_path: Path) -> None:
    lines = [line_of([word("whereas", 50, 100, 100, 112)]), line_of([word("12", 50, 130, 60, 142)])]
    assert reader(pdf_of(page_of(lines, 300, 200), tmp_path))[0].split() == ["whereas", "12"]


@every_reader
def test_columns_of_one_word_are_read_from_right_to_left(reader: Reader, tmp_path: Path) -> None:
    lines = [
        line_of([Word(text, BoundingBox(x, 50, x + 20, 50 + 20 * len(text)), 0.9, Direction.TOP_TO_BOTTOM)],
                Direction.TOP_TO_BOTTOM)
        for text, x in (("第一条", 250), ("人間は自由", 220), ("平等である", 190))
    ]  # fmt: skip
    assert (
        "".join(reader(pdf_of(page_of(lines, 300, 300), tmp_path))[0].split()) == "第一条人間は自由平等である"
    )


@every_reader
@pytest.mark.parametrize("gap", [-4, -1, 0, 1, 3])
def test_neighbouring_pieces_of_a_row_stay_two_words(reader: Reader, gap: float, tmp_path: Path) -> None:
    lines = [
        line_of([word("Cashier", 50, 100, 100, 112)]),
        line_of([word("15.50", 100 + gap, 101, 140, 113)]),
    ]
    assert reader(pdf_of(page_of(lines, 300, 200), tmp_path))[0].split() == ["Cashier", "15.50"]


def test_a_line_without_words_is_nothing(tmp_path: Path) -> None:
    empty = Line((), BoundingBox(50, 100, 100, 112))
    page = page_of([empty, line_of([word("here", 90, 100, 120, 112)]), empty], 300, 200)
    assert pdfium_text(pdf_of(page, tmp_path))[0].split() == ["here"]
