"""What four readers give back of a text layer: script by script, of broken words, and of skewed pages.

* *Scripts*: the known text of the fixtures, written as a text layer.  Counted are words, or characters
  where no space stands between words, that come back in their order.
* *Broken words*: "exam-" at the end of a line and "ple" at the start of the next, and "twenty-" and
  "five", with several characters for the hyphen.
* *Hyphens*: which of those at line ends on real scans are taken for part of the word, against the known
  text (needs --corpus).
* *Skew*: the known words of book pages turned by some degrees, with the boxes that an engine gives.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import Final
from unittest.mock import patch

import msgspec

import pdfpipe
from benchmarks.support.inputs import corpus_pages, folder_of
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.scoring import ious, poppler_words, truth_text
from pdfpipe.model.geometry import Point, Transform
from pdfpipe.model.text import Baseline, Block, Line, PageText, Word
from pdfpipe.pdf import text_layer
from pdfpipe.pdf.hyphenation import breaks_word
from tests.readers import chrome_text, pdfium_count, pdfium_text, pdfjs_readings, poppler_text, pypdf_text
from tests.specimens import line_of, page_of, text_of, text_page, word, write_pdf
from tests.support import SCANS, SCRIPTS, Truth, truth_of

_READERS: Final[dict[str, Callable[[Path], list[str]]]] = {
    "poppler": poppler_text,
    "PDFium": pdfium_text,
    "pypdf": pypdf_text,
}
_FORMAT: Final = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
_UNSPACED: Final = ("jpn", "zho")
_ANGLES: Final = (0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 6.5)
_PAGES: Final = 40


def run(options: Options) -> Result:
    tables = [_scripts(options.scratch), *_broken_words(options.scratch)]
    notes: list[str] = []
    targets: list[Target] = []
    try:
        table, wrong = _hyphens(options)
        tables.append(table)
        targets.append(Target("hyphens taken for the end of a fragment, wrongly", wrong, 0.1))
    except SkippedError as reason:
        notes.append(f"hyphens: skipped: {reason}")
    skew, in_order = _skew(options.scratch)
    tables.append(skew)
    targets.append(Target("skewed by 5°: words in order, the worse reader", in_order, 0.99, at_least=True))
    return Result(tables, targets, notes)


def _scripts(scratch: Path) -> Table:
    truths = {path.name: truth_of(path) for path in sorted(SCRIPTS.iterdir())}
    pdfs = {
        name: write_pdf(scratch / f"{name}.pdf", [text_page(text_of(truth), truth.resolution)])
        for name, truth in truths.items()
    }
    firefox = pdfjs_readings(dict.fromkeys(pdfs.values(), ()))
    rows = []
    for name, truth in truths.items():
        read = {reader: reads(pdfs[name])[0] for reader, reads in _READERS.items()}
        read["pdf.js"] = firefox[pdfs[name]].pages[0]
        shares = [_in_order(read[reader], truth) for reader in ("poppler", "PDFium", "pdf.js", "pypdf")]
        rows.append([name, str(len(truth.words)), *map(_percent, shares)])
    return Table(
        "words that come back in their order",
        ("fixture", "words", "poppler", "PDFium", "pdf.js", "pypdf"),
        rows,
    )


def _in_order(text: str, truth: Truth) -> float:
    """The share of words in the longest common order of both."""
    found, true = text.translate(_FORMAT).split(), [true.text for true in truth.words]
    if truth.language in _UNSPACED:
        found, true = list("".join(found)), list("".join(true))
    return _common(found, true)


def _common(found: list[str], true: list[str]) -> float:
    blocks = SequenceMatcher(None, found, true, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(len(found), len(true), 1)


def _percent(share: float) -> str:
    return "all" if share == 1 else f"{share:.1%}"


def _broken_words(scratch: Path) -> Iterator[Table]:
    for fragment, continuation in (("exam", "ple"), ("twenty", "five")):
        pdfs: dict[str, Path] = {}
        for name, hyphen in (("-", "-"), ("U+00AD", "\u00ad"), ("U+2010", "\u2010"), ("- U+200B", "-\u200b")):
            with patch.object(text_layer, "with_hyphen_for_readers", lambda line, _: line):
                pdfs[name] = _paragraph(scratch / f"{fragment} {name}.pdf", fragment + hyphen, continuation)
        for name, actual in (("- ActualText U+00AD", "\u00ad"), ("- ActualText empty", "")):
            with _actual_text(actual):
                pdfs[name] = _paragraph(scratch / f"{fragment} {name}.pdf", fragment + "-", continuation)
        pdfs["as pdfpipe writes it"] = _paragraph(scratch / f"{fragment}.pdf", fragment + "-", continuation)
        whole = (fragment + continuation, f"{fragment}-{continuation}")
        firefox = pdfjs_readings(dict.fromkeys(pdfs.values(), whole))
        rows = []
        for name, pdf in pdfs.items():
            found = [text for text, count in firefox[pdf].found.items() if count]
            cells = [_middle(poppler_text(pdf)), _middle(chrome_text(pdf)), _middle(firefox[pdf].pages)]
            by_api = [text for text in whole if pdfium_count(pdf, text)]
            rows.append(
                [name, *cells, _middle(pypdf_text(pdf)), " ".join(found) or "-", " ".join(by_api) or "-"]
            )
        headings = (
            "hyphen",
            "poppler copies",
            "Chrome",
            "Firefox",
            "pypdf",
            "Firefox finds",
            "PDFium's API finds",
        )
        yield Table(f"{fragment}-/{continuation}", headings, rows)


def _paragraph(pdf: Path, fragment: str, continuation: str) -> Path:
    rows = ("The quick animal jumps over", f"The quick {fragment}", f"{continuation} over lazy dogs again")
    lines = []
    for number, row in enumerate(rows):
        x, words = 50.0, []
        for text in row.split(" "):
            words.append(word(text, x, 50 + 14 * number, x + 6 * len(text), 62 + 14 * number))
            x += 6 * len(text) + 4
        lines.append(line_of(words))
    return write_pdf(pdf, [text_page(page_of(lines, 400, 200), 72)])


def _middle(pages: list[str]) -> str:
    """What stands between "quick" and "over" in the second and third line, as one can read it."""
    found = re.search(r"over\s+The quick (.*?)\s+over", pages[0], re.DOTALL)
    text = found[1] if found else "?"
    return re.sub(r"[^!-~\s]", lambda c: f"<{ord(c[0]):04X}>", text).replace("\n", " / ")


@contextmanager
def _actual_text(actual: str) -> Iterator[None]:
    """Say of each hyphen at the end of a word what it stands for (ISO 32000-1, 14.9.4)."""
    plain = text_layer._shown
    value = ("\ufeff" + actual).encode("utf-16-be").hex().encode("ascii")
    hyphen = "-".encode("utf-16-be")

    def marked(scale: float, text: bytes) -> bytes:
        if not text.endswith(hyphen):
            return plain(scale, text)
        span = b" /Span << /ActualText <" + value + b"> >> BDC " + plain(scale, hyphen) + b" EMC"
        return plain(scale, text.removesuffix(hyphen)) + span

    unchanged = patch.object(text_layer, "with_hyphen_for_readers", lambda line, _: line)
    with unchanged, patch.object(text_layer, "_shown", marked):
        yield


def _hyphens(options: Options) -> tuple[Table, float]:
    pages = corpus_pages(options, "books", options.pages or _PAGES)
    texts: dict[str, PageText] = {}

    def keep(event: object) -> None:
        if isinstance(event, pdfpipe.PageDone) and event.text is not None:
            texts[event.page.source.path.name] = event.text

    settings = pdfpipe.Settings(engine="tesseract", grouping=pdfpipe.Grouping.FILE)
    scans = folder_of(pages, options.scratch / "books")
    pdfpipe.convert_sync(scans, options.scratch / "books-pdf", settings, on_event=keep)
    counts: dict[tuple[str, bool], list[str]] = {}
    for page in pages:
        truth = (truth_text(page) or "").lower().replace("’", "'")  # noqa: RUF001
        for fragment, continuation in _line_ends(texts[page.name].lines):
            kind = _in_truth(fragment, continuation, truth)
            told = breaks_word(fragment, continuation)
            counts.setdefault((kind, told), []).append(f"{fragment}/{continuation}")
    kinds = ("one word", "a compound", "not in the text")
    rows = [
        [kind, *(str(len(counts.get((kind, told), []))) for told in (True, False)),
         ", ".join(counts.get((kind, kind != "one word"), [])[:8])]
        for kind in kinds
    ]  # fmt: skip
    broken = sum(len(counts.get((kind, True), [])) for kind in kinds[:2])
    wrong = len(counts.get(("a compound", True), [])) / max(1, broken)
    headings = ("in the known text it is", "taken for a broken word", "kept", "wrongly")
    return Table(f"hyphens at line ends on {len(pages)} book pages, read by Tesseract", headings, rows), wrong


def _line_ends(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    for line, following in pairwise(lines):
        if re.search(r"\w[-\u00ad\u2010]$", line.words[-1].text):
            yield line.words[-1].text, following.words[0].text


def _in_truth(fragment: str, continuation: str, truth: str) -> str:
    head = re.sub(r"^\W+", "", fragment.lower())[:-1]
    tail = re.match(r"[\w']*", continuation.lower())
    parts = re.escape(head), re.escape(tail[0] if tail else "")
    if re.search(rf"(?<![\w-]){parts[0]}-{parts[1]}", truth):
        return "a compound"
    return "one word" if re.search(rf"(?<![\w-]){parts[0]}{parts[1]}(?!\w)", truth) else "not in the text"


def _skew(scratch: Path) -> tuple[Table, float]:
    truths = [truth_of(SCANS / "declaration" / f"page-{number}.tif") for number in (1, 2, 3)]
    rows, at_five = [], 0.0
    for angle in _ANGLES:
        shares: dict[str, list[float]] = {name: [] for name in _READERS}
        overlaps: list[float] = []
        for truth in truths:
            page = _turned(text_of(truth), angle)
            pdf = write_pdf(scratch / "skewed.pdf", [text_page(page, truth.resolution)])
            for name, reads in _READERS.items():
                shares[name].append(_in_order(reads(pdf)[0], truth))
            wanted = [(w.text, msgspec.structs.astuple(w.box)) for w in page.words]
            overlaps += ious(wanted, poppler_words(pdf)[0].scaled_to(page.width, page.height))
        means = [fmean(share) for share in shares.values()]
        if angle == 5:
            at_five = min(means)
        rows.append([f"{angle}°", *map(_percent, means), f"{fmean(overlaps):.3f}"])
    headings = ("skew", *_READERS, "mean IoU of words in poppler")
    return Table(f"words in their order on {len(truths)} skewed book pages", headings, rows), at_five


def _turned(page: PageText, degrees: float) -> PageText:
    """The page turned counter-clockwise about its middle; boxes are those around the turned words."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = page.width / 2, page.height / 2
    turn = Transform(cos, -sin, sin, cos, x - cos * x - sin * y, y + sin * x - cos * y)
    blocks = []
    for block in page.blocks:
        lines = []
        for line in block.lines:
            words = tuple(Word(w.text, turn.apply_box(w.box), w.confidence, w.direction) for w in line.words)
            level = Baseline(Point(line.box.x0, line.box.y1), Point(line.box.x1, line.box.y1))
            box = turn.apply_box(line.box)
            lines.append(Line(words, box, level.mapped(turn), line.direction))
        blocks.append(Block(tuple(lines), turn.apply_box(block.box)))
    return PageText(page.width, page.height, tuple(blocks))
