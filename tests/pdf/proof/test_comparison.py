"""What is as it was read passes, in every script; what was spoiled does not, and it is said where."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import msgspec
import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.batch.proof_task import prove_pages
from pdfpipe.codecs import ccitt, flate
from pdfpipe.model.geometry import BoundingBox, Point, Transform
from pdfpipe.model.job import PageContent
from pdfpipe.model.proof import Fault, ProofJob
from pdfpipe.model.text import Baseline
from pdfpipe.pdf.proof.comparison import compare, is_in_its_place
from pdfpipe.pdf.proof.content import Piece
from pdfpipe.pdf.proof.expectation import (
    ExpectedLine,
    ExpectedPage,
    ExpectedWord,
    expected_layer,
    expected_page,
    pack,
)
from pdfpipe.pdf.proof.reader import ReadPage
from tests.pdf.proof import sabotage
from tests.readers import pdfium_text
from tests.specimens import (
    WHITE_PIXEL,
    image_page,
    line_of,
    noise,
    page_of,
    text_of,
    text_page,
    word,
    write_pdf,
)
from tests.support import SCANS, SCRIPTS, TRUTH, truth_of


def faults_of(pdf: Path, pages: list[PageContent]) -> list[Fault]:
    """What the proof finds in a file that should have these pages."""
    expected = tuple(pack(expected_page(page)) for page in pages)
    return list(prove_pages(ProofJob(pdf, len(pages), 1, expected)).faults)


def fixtures() -> list[tuple[Path, int | None]]:
    """All fixtures of whose text the truth is known; with the page's number in files of several."""
    found: list[tuple[Path, int | None]] = []
    for file in sorted(TRUTH.rglob("*.json")):
        name = file.relative_to(TRUTH).with_suffix("")
        scan, page = name, None
        if name.suffix[1:].isdigit():
            scan, page = name.with_suffix(""), int(name.suffix[1:])
        found.append((SCANS.parent / scan, page))
    return found


def test_there_are_fixtures_of_many_scripts() -> None:
    assert sum(scan.is_relative_to(SCRIPTS) for scan, _ in fixtures()) >= 5


def test_every_fixture_passes(tmp_path: Path) -> None:
    truths = [truth_of(scan, page) for scan, page in fixtures()]
    pages = [text_page(text_of(truth), truth.resolution) for truth in truths]
    assert faults_of(write_pdf(tmp_path / "a.pdf", pages), pages) == []


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(5, 40), st.integers(1, 6)), min_size=1, max_size=7))
@example([(20, 7, 1), (20, 40, 3), (60, 40, 4)])
def test_words_that_lie_over_one_another_pass(
    tmp_path_factory: pytest.TempPathFactory, row: list[tuple[int, int, int]]
) -> None:
    """As engines read them in noise: each begins some pixels before the end of the last.

    They differ, since of two equal ones, one over the other, PDFium finds the first only.
    """
    words, x = [], 100.0
    for letter, (back, width, letters) in zip("abcdefg", row, strict=False):
        x = max(100.0, x - back)
        words.append(word(letter * letters, x, 100, x + width, 140))
        x += width
    pages = [text_page(page_of([line_of(words)], 600, 300), dpi=300)]
    assert faults_of(write_pdf(tmp_path_factory.getbasetemp() / "over.pdf", pages), pages) == []


@pytest.mark.parametrize("rise", [-45, -41, -20, 20, 41, 45])
def test_specks_in_a_row_whose_baseline_slopes_pass(rise: float, tmp_path: Path) -> None:
    """As an engine gave it of the scan of a map: words lie level, the baseline between them does not."""
    row = [
        word("r", 734, 1052 - 12, 745, 1052),
        word("=", 1230, 1044, 1256, 1050),
        word("a", 1329, 1027, 1361, 1054),
        word("-", 1484, 1027, 1511, 1046),
    ]
    baseline = Baseline(Point(734, 1052), Point(1511, 1052 + rise))
    line = msgspec.structs.replace(line_of(row), baseline=baseline)
    pages = [text_page(page_of([line], 1850, 2621), dpi=300)]
    assert faults_of(write_pdf(tmp_path / "row.pdf", pages), pages) == []


def text() -> PageContent:
    """Two lines, each of a font size of its own: "one two three four" and "five six"."""
    first = [
        word(text, 100.0 * i, 100, 100.0 * i + 70, 120)
        for i, text in enumerate("one two three four".split(), 1)
    ]
    second = [word("five", 100, 150, 170, 172), word("six", 200, 150, 270, 172)]
    return text_page(page_of([line_of(first), line_of(second)], 600, 300), dpi=72)


Sabotage = Callable[[bytes], bytes]

SABOTAGES: dict[str, tuple[Sabotage, str]] = {
    "a word is missing": (sabotage.without_word("three"), "word 3 should be 'three' and is 'four'"),
    "the last word is missing": (sabotage.without_word("six"), "word 6, 'six', is missing"),
    "words are swapped": (sabotage.with_words_swapped("one", "four"), "word 1 should be 'one' and is 'four'"),
    "lines are swapped": (sabotage.with_lines_swapped, "word 1 should be 'one' and is 'five'"),
    "a letter is wrong": (lambda c: c.replace(b"\0t\0w", b"\0t\0v"), "word 2 should be 'two' and is 'tvo'"),
    "words run together": (
        sabotage.with_words_run_together,
        "word 2, 'two', is not apart from",
    ),
    "text is moved aside": (
        sabotage.with_text_moved(40),
        "word 1, 'one', is at (140.0, 180.0, 218.6",
    ),
    "a line is moved up": (sabotage.with_first_line_moved_up(15), "word 1, 'one', is at"),
    "text is shown": (sabotage.with_text_visible, "word 1, 'one', is missing"),
    "there is more text": (
        lambda c: c.replace(b"ET", b"(\0x) Tj ET"),
        "word 5 should be 'five' and is 'x'",
    ),
    "text follows": (lambda c: c + b"BT /F0 9 Tf (\0x) Tj ET", "'x' stands after all words, where nothing"),
    "the content is gone": (lambda c: b"", "its image is not the one that was encoded"),
    "the content is garbage": (lambda c: b"3 Tr BT /F0 x Tf ET", "its image is not the one"),
}


@pytest.mark.parametrize("name", SABOTAGES)
def test_spoiled_text_is_found_with_its_page(name: str, tmp_path: Path) -> None:
    spoil, message = SABOTAGES[name]
    pages = [text(), text(), text()]
    pdf = write_pdf(tmp_path / "a.pdf", pages)
    assert faults_of(pdf, pages) == []
    sabotage.edit_content(pdf, 2, spoil)
    faults = faults_of(pdf, pages)
    assert {fault.page for fault in faults} == {2}
    assert message in faults[0].message


@pytest.mark.parametrize("move", [2.0, -2.0])
def test_what_is_moved_by_less_than_a_letter_passes(move: float, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [text()])
    sabotage.edit_content(pdf, 1, sabotage.with_text_moved(move))
    assert faults_of(pdf, [text()]) == []


def test_a_wrong_to_unicode_map_is_found(tmp_path: Path) -> None:
    # Its codes are Unicode, so that readers which guess would find the text all the same.
    def change(document: pikepdf.Pdf) -> None:
        font = document.pages[0].Resources.Font.F0
        cmap = font.ToUnicode.read_bytes()
        assert b"<0074>" in cmap
        font.ToUnicode = document.make_stream(cmap.replace(b"<0074> <0075> <0074>", b"<0074> <0075> <0041>"))

    page = text_page(page_of([line_of([word("tutu", 100, 100, 200, 120)])], 600, 300), dpi=72)
    pdf = write_pdf(tmp_path / "a.pdf", [page])
    sabotage.spoil(pdf, change)
    assert [fault.message for fault in faults_of(pdf, [page])] == ["word 1 should be 'tutu' and is 'ABAB'"]


def test_a_missing_to_unicode_map_is_found(tmp_path: Path) -> None:
    def change(document: pikepdf.Pdf) -> None:
        del document.pages[0].Resources.Font.F0.ToUnicode

    pdf = write_pdf(tmp_path / "a.pdf", [text()])
    sabotage.spoil(pdf, change)
    (fault,) = faults_of(pdf, [text()])
    assert fault.message == "word 1 should be 'one' and is '\ufffd\ufffd\ufffd'"


def test_text_that_pdfium_does_not_find_is_found(tmp_path: Path) -> None:
    # Of words of one letter, if the glyph has no outline at all (see pdfpipe.pdf.glyphless_font).
    def change(document: pikepdf.Pdf) -> None:
        program = document.pages[0].Resources.Font.F0.DescendantFonts[0].FontDescriptor.FontFile2
        data = program.read_bytes()
        length = struct.unpack(">I", data[data.index(b"glyf") + 12 :][:4])[0]
        loca = struct.pack(">III", 0, 0, length)
        assert loca in data
        program.write(data.replace(loca, bytes(12)))

    page = text_page(page_of([line_of([word("a", 100, 100, 110, 120)])], 600, 300), dpi=72)
    pdf = write_pdf(tmp_path / "a.pdf", [page])
    assert faults_of(pdf, [page]) == []
    sabotage.spoil(pdf, change)
    assert faults_of(pdf, [page]) == [Fault("PDFium does not find 1 of the characters of its text: 'a'", 1)]


def test_a_character_just_above_the_same_one_may_be_taken_for_bold_print(tmp_path: Path) -> None:
    first = [word("5", 4, 75, 7.4, 81.3), word("=", 11.9, 77, 15, 77.9), word("6%", 19.5, 75, 26.5, 81.5)]
    page = text_page(page_of([line_of(first), line_of([word("=", 11.8, 78.96, 14.9, 79.92)])], 200, 300), 72)
    pdf = write_pdf(tmp_path / "a.pdf", [page])
    assert pdfium_text(pdf)[0].count("=") == 1
    assert faults_of(pdf, [page]) == []


@pytest.mark.parametrize("runs_down", [False, True])
def test_the_same_words_of_a_line_must_all_be_found(*, runs_down: bool) -> None:
    boxes = [BoundingBox(10, 180, 50, 200), BoundingBox(60, 181, 100, 199)]
    if runs_down:
        boxes = [BoundingBox(box.y0, box.x0, box.y1, box.x1) for box in reversed(boxes)]
    along = (0, -1) if runs_down else (1, 0)
    pieces = tuple(Piece("0.0", box, along, invisible=True, spaced=True) for box in boxes)
    words = tuple(
        ExpectedWord("0.0", *(round(50 * edge) for edge in (box.x0, box.y0, box.x1, box.y1))) for box in boxes
    )
    expected = ExpectedPage((ExpectedLine(words),))
    assert list(compare(ReadPage(pieces, "0.0 0.0"), expected)) == []
    assert list(compare(ReadPage(pieces, "0.0"), expected)) == [
        "PDFium does not find 3 of the characters of its text: '.', '0'"
    ]


def test_a_missing_page_is_found(tmp_path: Path) -> None:
    pages = [text(), text(), text()]
    pdf = write_pdf(tmp_path / "a.pdf", pages[:2])
    assert faults_of(pdf, pages) == [Fault("it has 2 pages and should have 3")]


def test_pages_in_another_order_are_found(tmp_path: Path) -> None:
    other = text_page(page_of([line_of([word("other", 100, 100, 200, 120)])], 600, 300), dpi=72)
    pdf = write_pdf(tmp_path / "a.pdf", [other, text()])
    assert [fault.page for fault in faults_of(pdf, [text(), other])] == [1, 2]


def picture() -> PageContent:
    return image_page(flate.encode(noise("L", 40, 30)))


@pytest.mark.parametrize(
    "image", [ccitt.encode(noise("1", 40, 30)), flate.encode(noise("RGB", 40, 30))], ids=["G4", "Flate"]
)
def test_one_wrong_bit_in_an_image_is_found(image: object, tmp_path: Path) -> None:
    page = image_page(image)  # type: ignore[arg-type]
    pdf = write_pdf(tmp_path / "a.pdf", [picture(), page])
    assert faults_of(pdf, [picture(), page]) == []
    data = bytearray(pdf.read_bytes())
    at = data.index(page.image.data) + len(page.image.data) // 2
    data[at] ^= 0x10
    pdf.write_bytes(data)
    faults = faults_of(pdf, [picture(), page])
    assert Fault("its image is not the one that was encoded", 2) in faults or any(
        fault.page == 2 and "decoded" in fault.message for fault in faults
    )
    assert {fault.page for fault in faults} == {2}


def test_an_image_of_another_page_is_found(tmp_path: Path) -> None:
    other = image_page(flate.encode(noise("L", 30, 40)))
    pdf = write_pdf(tmp_path / "a.pdf", [other])
    assert faults_of(pdf, [picture()]) == [Fault("its image is not the one that was encoded", 1)]


def test_an_image_that_cannot_be_decoded_is_found(tmp_path: Path) -> None:
    jpeg = tmp_path / "a.jpg"
    Image.new("L", (40, 30)).save(jpeg)
    pdf = write_pdf(tmp_path / "a.pdf", [picture()])

    def change(document: pikepdf.Pdf) -> None:
        image = document.pages[0].Resources.XObject.Im0
        image.write(b"\xff\xd8 no JPEG", filter=pikepdf.Name.DCTDecode)

    sabotage.spoil(pdf, change)
    assert faults_of(pdf, [picture()]) == [
        Fault("the image of 40 by 30 pixels cannot be decoded", 1),
        Fault("its image is not the one that was encoded", 1),
    ]


@pytest.mark.parametrize("size", [0, 100, -400, -30])
def test_a_file_that_was_cut_is_found(size: int, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [text()])
    pdf.write_bytes(pdf.read_bytes()[:size])
    assert faults_of(pdf, [text()]) != []


def add_more(document: pikepdf.Pdf) -> None:
    """Puts other invisible text before and behind all that the first page shows."""
    before = b"BT /F0 9 Tf 1 0 0 1 9 9 Tm 3 Tr (\0o\0n\0e) Tj (\0 ) Tj (\0x) Tj ET "
    page = document.pages[0]
    page.Contents = document.make_stream(before + page.Contents.read_bytes() + before)


def test_a_page_may_have_other_text_besides_if_it_is_not_alone(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [text()])
    sabotage.spoil(pdf, add_more)
    page = text()
    assert page.text is not None
    job = ProofJob(pdf, 1, 1, (pack(expected_layer(page.text, page.resolution, Transform())),))
    assert prove_pages(job).faults == ()
    assert faults_of(pdf, [text()]) != []
    sabotage.edit_content(pdf, 1, sabotage.without_word("four"))
    assert prove_pages(job).faults == (Fault("word 4 should be 'four' and is 'five'", 1),)


def test_a_layer_may_be_turned_and_scaled_with_its_page(tmp_path: Path) -> None:
    def turn(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        page.Contents = document.make_stream(b"0 .5 -.5 0 300 20 cm " + page.Contents.read_bytes())
        page.UserUnit = 2

    page = text()
    assert page.text is not None
    pdf = write_pdf(tmp_path / "a.pdf", [page])
    sabotage.spoil(pdf, turn)
    turned = expected_layer(page.text, page.resolution, Transform(0, 1, -1, 0, 600, 40))
    assert prove_pages(ProofJob(pdf, 1, 1, (pack(turned),))).faults == ()
    straight = expected_layer(page.text, page.resolution, Transform())
    assert prove_pages(ProofJob(pdf, 1, 1, (pack(straight),))).faults != ()


def test_of_a_page_that_stays_as_it_is_nothing_is_asked(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [text()])
    sabotage.edit_content(pdf, 1, lambda content: b"BT /F0 x Tf ET")
    assert prove_pages(ProofJob(pdf, 1, 1, (pack(ExpectedPage(alone=False)),))).faults == ()


LINE = BoundingBox(0, 0, 500, 20)


@pytest.mark.parametrize(
    ("found", "word_box"),
    [
        (BoundingBox(100, 0, 120, 20), BoundingBox(100, 8, 120, 10)),
        (BoundingBox(90, 0, 130, 20), BoundingBox(105, 4, 112, 16)),
        (BoundingBox(100, 0, 100.05, 20), BoundingBox(100, 0, 100, 20)),
        (BoundingBox(101, 0, 101.05, 20), BoundingBox(100, 0, 101, 20)),
    ],
    ids=["a dash in its line's band", "a gap that was narrowed", "no width", "narrower than a space"],
)
def test_what_a_line_makes_of_a_word_is_in_its_place(found: BoundingBox, word_box: BoundingBox) -> None:
    assert is_in_its_place(found, word_box, LINE, along_x=True)


@pytest.mark.parametrize(
    "found",
    [BoundingBox(131, 0, 171, 20), BoundingBox(100, 11, 140, 31), BoundingBox(100, -20, 140, 0)],
    ids=["beside", "above", "below"],
)
def test_what_is_beside_its_place_or_out_of_its_line_is_not(found: BoundingBox) -> None:
    assert not is_in_its_place(found, BoundingBox(100, 0, 140, 20), LINE, along_x=True)


def faults_of_a_word(word_text: str, *written: str) -> list[str]:
    """What is wrong with a word that is written in these pieces, one beside the other."""
    width = 100 / max(1, len(written))
    pieces = tuple(
        Piece(text, BoundingBox(100 + i * width, 180, 100 + (i + 1) * width, 200), (1, 0), True, i == 0)
        for i, text in enumerate(written)
    )
    asked = text_page(page_of([line_of([word(word_text, 100, 100, 200, 120)])], 600, 300), dpi=72)
    expected = expected_page(asked)
    return list(compare(ReadPage(pieces, word_text, expected.images), expected))


@pytest.mark.parametrize(
    ("word_text", "written"),
    [
        ("שלום", ["שלום"]),
        ("שלום", ["םולש"]),
        ("שלום,", [",םולש"]),
        ("ה-12ב", ["ב12-ה"]),
        ("סרט.avi", ["avi.טרס"]),
        ("سلام", ["ما", "لس"]),
        ("1948.", [".\u200f1948"]),
        ("\ufb01n", ["fin"]),
        ("exam-", ["exam-\u200b"]),
        ("exam\u00ad", ["exam-"]),
        ("exam\u2e17", ["exam-"]),
        ("exam", ["e", "xa", "m"]),
        ("a\u3000b", ["a", "b"]),
        ("\u200b", []),
    ],
)
def test_what_is_the_same_to_readers_passes(word_text: str, written: list[str]) -> None:
    assert faults_of_a_word(word_text, *written) == []


@pytest.mark.parametrize(
    ("word_text", "written"),
    [
        ("avi.mov", "mov.avi"),
        ("live", "evil"),
        ("twenty-", "twenty"),
        ("co-op", "coop"),
        ("12", "21"),
        ("שלום", "שלומ"),
    ],
)
def test_what_is_not_the_same_to_readers_does_not(word_text: str, written: str) -> None:
    assert faults_of_a_word(word_text, written) == [f"word 1 should be {word_text!r} and is {written!r}"]


def test_an_empty_page_is_proved_too(tmp_path: Path) -> None:
    page = image_page(WHITE_PIXEL)
    pdf = write_pdf(tmp_path / "a.pdf", [page])
    assert faults_of(pdf, [page]) == []
