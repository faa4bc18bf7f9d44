"""Every engine and every mode of `auto` on folders of single pages: word F1 in the PDF, and time.

Each row is one run of the command ``pdfpipe convert --group file`` (or one ``ocrmypdf`` a page, as many
at a time as there are processors), timed whole.  Word F1 is read back from the PDFs, the worse of
poppler and PDFium for each page, as `benchmarks.accuracy` does.  What still goes wrong is counted by
kind for the mode `best`.  Where onnxruntime is installed beside OpenVINO, PP-OCR is measured on both.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import fmean
from typing import Final

import pdfpipe
from benchmarks.accuracy import fixture_overlaps
from benchmarks.support.bare import model_file
from benchmarks.support.inputs import corpus_pages, folder_of, tessdata_like
from benchmarks.support.mistakes import KINDS, mistakes
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import convert_command, processors, seconds_of
from benchmarks.support.scoring import pdfium_text, poppler_text, truth_text, word_f1

_SETS: Final = {"books": "eng", "receipts": "eng", "german": "frk+deu"}
_LEAST: Final = {"books": 0.989, "receipts": 0.955}
_ROWS: Final = {
    "tesseract": ("--engine", "tesseract"),
    "ppocr": ("--engine", "ppocr"),
    "auto, fast": ("--mode", "fast"),
    "auto, balanced": ("--mode", "balanced"),
    "auto, best": ("--mode", "best"),
}
_ON_ONNXRUNTIME: Final = {
    "ppocr, onnxruntime": ("--engine", "ppocr"),
    "auto, balanced, onnxruntime": ("--mode", "balanced"),
}
_SINGLE: Final = ("tesseract", "ppocr")
_MIN_IOU: Final = 0.7


@dataclass(frozen=True)
class _Row:
    """Word F1 by the page's name, and seconds for all pages."""

    scores: dict[str, float]
    seconds: float
    texts: dict[str, str]

    @property
    def f1(self) -> float:
        return fmean(self.scores.values())

    def mean_of(self, stems: Sequence[str]) -> float:
        """Word F1 of some pages, by their names."""
        return fmean(self.scores[stem] for stem in stems)


def run(options: Options) -> Result:
    tables: list[Table] = []
    targets: list[Target] = []
    notes: list[str] = []
    if options.corpus is None:
        raise SkippedError("needs real scans: --corpus DIR")
    for kind, languages in _SETS.items():
        try:
            pages = [page for page in corpus_pages(options, kind, options.pages) if truth_text(page)]
        except SkippedError as reason:
            notes.append(f"{kind}: skipped: {reason}")
            continue
        rows = _measure(options, kind, languages, pages, notes)
        tables.append(_table(kind, languages, pages, rows))
        books = _books(pages)
        if len(books) > 1:
            tables.append(_table_of_books(kind, books, rows))
            targets += [_over_single(f"{kind}, {book}", rows, stems) for book, stems in books.items()]
        best = rows["auto, best"]
        single = max(rows[name].f1 for name in _SINGLE)
        if kind in _LEAST:
            targets.append(Target(f"{kind}: word F1, auto, best", best.f1, _LEAST[kind], at_least=True))
        for mode in ("best", "balanced"):
            gain = rows[f"auto, {mode}"].f1 - single
            targets.append(Target(f"{kind}: auto, {mode}, over the best engine", gain, 0.0, at_least=True))
        if "OCRmyPDF" in rows:
            for name in ("auto, balanced", "auto, fast"):
                speed = rows["OCRmyPDF"].seconds / rows[name].seconds
                targets.append(Target(f"{kind}: {name}, OCRmyPDF's speed times", speed, 2.0, at_least=True))
        tables.append(_mistakes(kind, pages, rows))
    overlaps = fixture_overlaps(options.scratch / "boxes", pdfpipe.Settings(engine="ppocr"))
    targets.append(Target("fixtures: mean IoU of ppocr's words", fmean(overlaps), _MIN_IOU, at_least=True))
    return Result(tables, targets, notes)


def _measure(
    options: Options, kind: str, languages: str, pages: Sequence[Path], notes: list[str]
) -> dict[str, _Row]:
    scans = folder_of(pages, options.scratch / kind)
    rows = {}
    runs: list[tuple[str, Path, tuple[str, ...]]] = [
        (name, scans, (*arguments, "--no-config")) for name, arguments in _ROWS.items()
    ]
    if all(find_spec(runtime) is not None for runtime in ("openvino", "onnxruntime")):
        configured = folder_of(pages, options.scratch / f"{kind}-onnxruntime")
        (configured / "pdfpipe.toml").write_text('[ppocr]\nruntime = "onnxruntime"\n', encoding="utf-8")
        runs += [(name, configured, arguments) for name, arguments in _ON_ONNXRUNTIME.items()]
    for name, folder, arguments in runs:
        output = options.scratch / f"{kind}-{name.replace(', ', '-')}"

        def convert(
            folder: Path = folder, arguments: Sequence[str] = arguments, output: Path = output
        ) -> float:
            shutil.rmtree(output, ignore_errors=True)
            fixed = ("-l", languages, "--group", "file", "-q")
            return seconds_of([*convert_command(), folder, "-o", output, *fixed, *arguments])

        rows[name] = _row(convert, options.runs or 1, output, pages)
    if options.ocrmypdf is not None:
        rows["OCRmyPDF"] = _ocrmypdf(options, kind, languages, pages, notes)
    return rows


def _row(measure: Callable[[], float], runs: int, output: Path, pages: Sequence[Path]) -> _Row:
    seconds = min(measure() for _ in range(runs))
    scores, texts = {}, {}
    for page in pages:
        pdf, truth = output / f"{page.stem}.pdf", truth_text(page) or ""
        readings = [poppler_text(pdf), pdfium_text(pdf)] if pdf.exists() else [""]
        worse = min(readings, key=lambda text: word_f1(text, truth))
        scores[page.stem], texts[page.stem] = word_f1(worse, truth), worse
    return _Row(scores, seconds, texts)


def _ocrmypdf(options: Options, kind: str, languages: str, pages: Sequence[Path], notes: list[str]) -> _Row:
    program, output = options.ocrmypdf, options.scratch / f"{kind}-theirs"
    assert program is not None
    output.mkdir()
    variables = {}
    if languages == "eng":
        tessdata = options.scratch / "tessdata"
        if not tessdata.exists():
            tessdata_like(model_file(), tessdata)
        variables = {"TESSDATA_PREFIX": str(tessdata)}

    def convert(page: Path) -> None:
        # Files without a resolution need one; pdfpipe estimates it.
        fixed = ["--quiet", "--output-type", "pdf", "-l", languages, "-j", "1"]
        for dpi in ([], ["--image-dpi", "300"]):
            try:
                seconds_of([program, *fixed, *dpi, page, output / f"{page.stem}.pdf"], variables)
            except RuntimeError as error:
                problem = f"{page.name}: {error}"
            else:
                return
        notes.append(problem)

    def measure() -> float:
        start = time.perf_counter()
        with ThreadPoolExecutor(processors()) as threads:
            list(threads.map(convert, pages))
        return time.perf_counter() - start

    return _row(measure, 1, output, pages)


def _table(kind: str, languages: str, pages: Sequence[Path], rows: dict[str, _Row]) -> Table:
    theirs = rows.get("OCRmyPDF")
    cells = [
        [
            name,
            f"{row.f1:.4f}",
            f"{row.seconds / len(pages):.2f}",
            f"{theirs.seconds / row.seconds:.2f}" if theirs else "",
        ]
        for name, row in rows.items()
    ]
    return Table(
        f"{kind}, {len(pages)} single pages, -l {languages}",
        ["", "word F1", "s/page", "OCRmyPDF's speed times"],
        cells,
    )


def _books(pages: Sequence[Path]) -> dict[str, list[str]]:
    """The names of the pages by the book they are from, where names are like bebel_frau_1879_0146."""
    books: dict[str, list[str]] = {}
    for page in pages:
        book, _, number = page.stem.rpartition("_")
        books.setdefault(book if number.isdigit() else "", []).append(page.stem)
    return books


def _table_of_books(kind: str, books: dict[str, list[str]], rows: dict[str, _Row]) -> Table:
    cells = [[name, *(f"{row.mean_of(stems):.4f}" for stems in books.values())] for name, row in rows.items()]
    heads = [f"{book}, {len(stems)}" for book, stems in books.items()]
    return Table(f"{kind}: word F1 by book", ["", *heads], cells)


def _over_single(title: str, rows: dict[str, _Row], stems: Sequence[str]) -> Target:
    single = max(rows[name].mean_of(stems) for name in _SINGLE)
    return Target(
        f"{title}: auto, best, over the best engine",
        rows["auto, best"].mean_of(stems) - single,
        0.0,
        at_least=True,
    )


def _mistakes(kind: str, pages: Sequence[Path], rows: dict[str, _Row]) -> Table:
    found = {name: Counter[str]() for name in (*_SINGLE, "auto, best")}
    words = 0
    for page in pages:
        truth = truth_text(page) or ""
        words += len(truth.split())
        alone = [rows[name].texts[page.stem] for name in _SINGLE]
        for name, counts in found.items():
            counts.update(mistakes(rows[name].texts[page.stem], truth, alone))
    return Table(
        f"{kind}: what still goes wrong, of about {words:,} words",
        ["", *KINDS],
        [[name, *(f"{counts[kind_]}" for kind_ in KINDS)] for name, counts in found.items()],
    )
