"""How much of a text came back out of a PDF, and where its words lie.

*Words* are runs of letters and digits after NFKC; case, order and punctuation do not count.  A word
broken at a line's end by a hyphen is one word.  *Word F1* compares two bags of words.
*IoU* of a word is that of its box with the box of the same word in the PDF that overlaps it most,
0 where there is none.  ``pdftotext -bbox`` writes right-to-left words in visual order, so words count
as the same whatever the order of their characters; and it joins words that no space parts, so of Chinese
and Japanese whole lines are compared.
"""

from __future__ import annotations

import html
import re
import subprocess
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from benchmarks.support.bare import Box

__all__ = [
    "Placed",
    "ious",
    "pdfium_text",
    "poppler_text",
    "poppler_words",
    "truth_text",
    "word_f1",
    "words_of",
]

Placed = tuple[str, Box]

_VARIANTS = str.maketrans(
    {"ſ": "s", "ꝛ": "r", "–": "-", "—": "-", "⸗": "-", "\u00ad": "-", "’": "'", "‘": "'"}  # noqa: RUF001
    | dict.fromkeys("“”„", '"')
    # PDFium writes the first two where it has joined a broken word; the rest are marks for readers.
    | dict.fromkeys("\x02\ufffe\u200b\u200e\u200f", "")
)
_OLD_UMLAUTS = {"aͤ": "ä", "oͤ": "ö", "uͤ": "ü"}
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_])")
_WORD = re.compile(r"[^\W_]+")
_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_BOX = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


def word_f1(found: str, truth: str) -> float:
    """F1 of the bags of words, 0 to 1."""
    a, b = words_of(found), words_of(truth)
    return 2 * (a & b).total() / max(1, a.total() + b.total())


def words_of(text: str) -> Counter[str]:
    """The bag of words of a text."""
    return Counter(_WORD.findall(_BROKEN_WORD.sub("", _folded(text)).lower()))


def _folded(text: str) -> str:
    for old, new in _OLD_UMLAUTS.items():
        text = text.replace(old, new)
    return unicodedata.normalize("NFKC", text.translate(_VARIANTS))


def truth_text(page: Path) -> str | None:
    """The text beside a page: NAME.txt, or NAME.csv with eight numbers and a line of text in each row."""
    text, rows = page.with_suffix(".txt"), page.with_suffix(".csv")
    if text.exists():
        return text.read_text(encoding="utf-8", errors="replace")
    if rows.exists():
        lines = rows.read_text(encoding="utf-8", errors="replace").split("\n")
        return "\n".join(cells[8] for line in lines if len(cells := line.split(",", 8)) == 9)
    return None


def poppler_text(pdf: Path) -> str:
    """What `pdftotext` reads."""
    return subprocess.run(
        ["pdftotext", "-q", pdf, "-"], stdout=subprocess.PIPE, check=True, encoding="utf-8", errors="replace"
    ).stdout


def pdfium_text(pdf: Path) -> str:
    """What PDFium, which is Chrome's reader, reads."""
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


class PlacedPage(NamedTuple):
    """Words with boxes in points, origin at the top left, and the size of the page."""

    width: float
    height: float
    words: list[Placed]

    def scaled_to(self, width: float, height: float) -> list[Placed]:
        """The words on the page stretched to another size, such as that of its scan in pixels."""
        x, y = width / self.width, height / self.height
        return [(text, (b[0] * x, b[1] * y, b[2] * x, b[3] * y)) for text, b in self.words]


def poppler_words(pdf: Path) -> list[PlacedPage]:
    """The words of each page as `pdftotext -bbox` sees them."""
    listing = subprocess.run(
        ["pdftotext", "-q", "-bbox", pdf, "-"],
        capture_output=True,  # of a blank page it says "no word list"
        check=True,
        encoding="utf-8",
        errors="replace",
    ).stdout
    return [
        PlacedPage(float(width), float(height), [_placed(found) for found in _BOX.finditer(body)])
        for width, height, body in _PAGE.findall(listing)
    ]


def _placed(found: re.Match[str]) -> Placed:
    return html.unescape(found[5]), (float(found[1]), float(found[2]), float(found[3]), float(found[4]))


def ious(wanted: Sequence[Placed], found: Iterable[Placed]) -> list[float]:
    """The IoU of each wanted word."""
    places: defaultdict[str, list[Box]] = defaultdict(list)
    for text, box in found:
        places[_characters(text)].append(box)
    return [
        max((_iou(box, other) for other in places[_characters(text)]), default=0.0) for text, box in wanted
    ]


def _characters(text: str) -> str:
    return "".join(sorted(_folded(text)))


def _iou(a: Box, b: Box) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
