"""Colour and gray pages in layers (--mrc): how much smaller, how like the scan, and how well they still read.

Each page is converted with and without ``--mrc``, by the command, and both PDFs are rendered by poppler, as
many pixels as the scan has.  Tesseract reads both pictures: what it reads worse, a person will too.  The
text in the PDFs is that of the scan either way.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

from PIL import Image

from benchmarks.support.bare import BareEngine, model_file
from benchmarks.support.inputs import corpus_pages, folder_of
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import convert_command, seconds_of
from benchmarks.support.scoring import poppler_text, truth_text, word_f1

_SETS: Final = {"receipts": ("eng", 12), "german": ("frk", 9)}
"""Folders of the corpus, the model that reads their pictures, and how many pages."""
_MOST_PIXELS: Final = 12_000_000
_LARGEST_RATIO: Final = 0.2
_SIMILARITY: Final = re.compile(r"similarity ([\d.]+), in the worst places ([\d.]+)")


@dataclass(frozen=True)
class _Page:
    name: str
    bytes_in: int
    bytes_out: int
    similarity: tuple[float, float] | None
    in_pdf: tuple[float, float]
    rendered: tuple[float, float]
    """Word F1 without and with layers: of the text in the PDF, and of Tesseract on the rendered page."""


def run(options: Options) -> Result:
    if options.corpus is None:
        raise SkippedError("needs real scans: --corpus DIR")
    tables, targets, notes = [], [], []
    for kind, (language, count) in _SETS.items():
        try:
            scans = [page for page in corpus_pages(options, kind) if _is_wanted(page)]
        except SkippedError as reason:
            notes.append(f"{kind}: skipped: {reason}")
            continue
        count = min(options.pages or count, len(scans))
        scans = [scans[i * len(scans) // count] for i in range(count)]
        pages = _measure(options, kind, language, scans)
        tables.append(_table(kind, pages))
        ratio = sum(page.bytes_out for page in pages) / sum(page.bytes_in for page in pages)
        targets.append(Target(f"{kind}: bytes out / in", ratio, _LARGEST_RATIO))
        for name, which in (("text in the PDF", "in_pdf"), ("rendered page", "rendered")):
            before, after = (fmean(getattr(page, which)[i] for page in pages) for i in (0, 1))
            targets.append(Target(f"{kind}: word F1 of the {name}", after, round(before, 4), at_least=True))
    return Result(tables, targets, notes)


def _is_wanted(page: Path) -> bool:
    """Whether it is a JPEG with known text that is not so large that it takes minutes."""
    if page.suffix != ".jpg" or not truth_text(page):
        return False
    with Image.open(page) as image:
        return image.width * image.height <= _MOST_PIXELS


def _measure(options: Options, kind: str, language: str, scans: Sequence[Path]) -> list[_Page]:
    folder = folder_of(scans, options.scratch / kind)
    plain, mrc = (_convert(folder, language, options.scratch / f"{kind}-{name}") for name in ("plain", "mrc"))
    engine = BareEngine(model_file(language))
    similarities = _similarities(mrc)
    pages = []
    for scan in scans:
        truth = truth_text(scan) or ""
        pdfs = [output / f"{scan.stem}.pdf" for output in (plain, mrc)]
        rendered = [word_f1(engine.read(_rendered(pdf, scan)), truth) for pdf in pdfs]
        in_pdf = [word_f1(poppler_text(pdf), truth) for pdf in pdfs]
        pages.append(
            _Page(
                scan.stem,
                scan.stat().st_size,
                pdfs[1].stat().st_size,
                similarities[scan.name],
                (in_pdf[0], in_pdf[1]),
                (rendered[0], rendered[1]),
            )
        )
    return pages


def _convert(folder: Path, language: str, output: Path) -> Path:
    fixed = ("-l", language, "--engine", "tesseract", "--group", "file", "--no-config", "-q")
    report = ("--report", output.with_suffix(".json"))
    mrc = ("--mrc",) if output.name.endswith("mrc") else ()
    seconds_of([*convert_command(), folder, "-o", output, *fixed, *report, *mrc])
    return output


def _similarities(output: Path) -> dict[str, tuple[float, float] | None]:
    """By the name of the scan, what the report says; None where the page was left alone."""
    report = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))
    found: dict[str, tuple[float, float] | None] = {}
    for document in report["documents"]:
        for page in document["pages"]:
            note = next((note for note in page["notes"] if note.startswith("MRC: ")), "")
            values = _SIMILARITY.search(note)
            found[Path(page["file"]).name] = (float(values[1]), float(values[2])) if values else None
    return found


def _rendered(pdf: Path, scan: Path) -> Path:
    """The page as poppler shows it, as many pixels as the scan has."""
    picture = pdf.with_suffix("")
    with Image.open(scan) as image:
        width, height = image.size
    size = ("-scale-to-x", str(width), "-scale-to-y", str(height))
    subprocess.run(["pdftoppm", "-q", "-singlefile", "-png", *size, pdf, picture], check=True)
    return picture.with_suffix(".png")


def _table(kind: str, pages: Sequence[_Page]) -> Table:
    rows = [
        [
            page.name,
            f"{page.bytes_in:,}",
            f"{page.bytes_out / page.bytes_in:.3f}",
            "left alone" if page.similarity is None else "{:.2f}, {:.2f}".format(*page.similarity),
            "{:.3f}, {:.3f}".format(*page.in_pdf),
            "{:.3f}, {:.3f}".format(*page.rendered),
        ]
        for page in pages
    ]
    headings = ["page", "bytes in", "out / in", "similarity, worst", "F1 in PDF, --mrc", "F1 rendered, --mrc"]
    return Table(f"{kind}, {len(pages)} pages", headings, rows)
