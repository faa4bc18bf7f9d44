"""What the other tests of the text layer ask of poppler, PDFium and pypdf, asked of Firefox's pdf.js."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Direction, PageText, Word
from tests.pdf.test_text_layer import WORDS, turned_line
from tests.readers import PdfjsReading, pdfjs_readings
from tests.specimens import line_of, page_of, text_of, text_page, word, write_pdf
from tests.support import SCANS, truth_of


def row(*texts: str, gap: float = 6.0, y: float = 100.0, x: float = 50.0) -> PageText:
    words = []
    for text in texts:
        words.append(word(text, x, y, x + 6 * len(text), y + 12))
        x += 6 * len(text) + gap
    return page_of([line_of(words)], 600, 300)


def column(text: str, x: float) -> Word:
    return Word(text, BoundingBox(x, 50, x + 20, 50 + 20 * len(text)), 0.9, Direction.TOP_TO_BOTTOM)


COLUMNS = ((column("第一条", 250),), (column("人間は", 220),))
DELIMITERS = ("čočka", "ab(c", "d)e", "f\\g", "尨", "സഭ")
ANGLES = (0, 2, 5, -5, 8, -20, 35, 90, -90, 180)
GAPS = (-12, -3, 0, 0.5, 4, 8, 14, 19, 30)
PAGES: dict[str, tuple[PageText, list[str]]] = {
    **{f"turned by {angle}": (turned_line(angle), WORDS) for angle in ANGLES},
    **{f"gap of {gap}": (row("italic", "fonts", gap=gap), ["italic", "fonts"]) for gap in GAPS},
    "letters": (row(*"IaOé5", gap=14), list("IaOé5")),
    "one letter": (row("7"), ["7"]),
    "beyond the first plane": (row("𝔉raktur", "𠮷野家", gap=18), ["𝔉raktur", "𠮷野家"]),
    "delimiters": (row(*DELIMITERS, gap=9), list(DELIMITERS)),
    "vertical": (
        page_of([line_of(words, Direction.TOP_TO_BOTTOM) for words in COLUMNS], 300, 300),
        ["第一条", "人間は"],
    ),
}
SCANNED = [
    "declaration/page-1.tif",
    "layouts/one-letter-words.png",
    "layouts/rotated-line.png",
    "layouts/skewed.png",
    "layouts/table.png",
    "layouts/two-columns.png",
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PdfjsReading]:
    """All pages, read by one start of Node.js."""
    folder = tmp_path_factory.mktemp("firefox")
    pdfs = {
        name: write_pdf(folder / f"{number}.pdf", [text_page(page, 72)])
        for number, (name, (page, _)) in enumerate(PAGES.items())
    }
    for name in SCANNED:
        truth = truth_of(SCANS / name)
        pdfs[name] = write_pdf(
            folder / f"{Path(name).stem}.pdf", [text_page(text_of(truth), truth.resolution)]
        )
    readings = pdfjs_readings(dict.fromkeys(pdfs.values(), ()))
    return {name: readings[pdf] for name, pdf in pdfs.items()}


STEEP = pytest.mark.xfail(
    reason="words above one another on a steep line have no space in pdf.js", strict=True
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[STEEP] if name == "turned by 35" else []) for name in PAGES]
)
def test_words_are_copied_whole_and_in_order(name: str, read: dict[str, PdfjsReading]) -> None:
    assert read[name].pages[0].split() == PAGES[name][1]


@pytest.mark.parametrize("name", SCANNED)
def test_pages_are_copied_in_order(name: str, read: dict[str, PdfjsReading]) -> None:
    assert read[name].pages[0].split() == [true.text for true in truth_of(SCANS / name).words]


def test_what_is_selected_lies_over_its_words(read: dict[str, PdfjsReading]) -> None:
    truth = truth_of(SCANS / "declaration" / "page-1.tif")
    scale = 72 / truth.dpi[0]
    for piece in read["declaration/page-1.tif"].pieces[0]:
        inside = [
            true
            for true in truth.words
            if piece.box.x0 - 2 <= true.box.center.x * scale <= piece.box.x1 + 2
            and piece.box.y0 - 2 <= true.box.center.y * scale <= piece.box.y1 + 2
        ]
        assert " ".join(true.text for true in inside) == piece.text
