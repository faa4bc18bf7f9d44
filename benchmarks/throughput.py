"""Speed and size against OCRmyPDF, and against two bare engines that write nothing.

The same book pages, evenly spread over the corpus, with the same language data: OCRmyPDF's Tesseract
is pointed to pdfpipe's model by TESSDATA_PREFIX.  Wall time of whole processes, taken in turn:

* *files*: each page becomes a PDF of its own.  pdfpipe gets the folder and ``--group file``;
  OCRmyPDF is run once a page, with as many at a time as there are processors and one job each, and
  again one at a time with all jobs: the faster of the two counts for it.
* *document*: all pages become one PDF.  pdfpipe gets the folder, OCRmyPDF a multi-page TIFF made of
  the same pages beforehand.
* *bare engines*: one warm engine a processor sharing the pages through a queue, timed while they
  decode and read, after loading and a first page.  This is the bound.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pypdf

from benchmarks.support.bare import model_file
from benchmarks.support.inputs import corpus_pages, folder_of, multi_page_tiff, tessdata_like
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child, convert_command, interleaved, processors, seconds_of, spread

_PAGES, _RUNS = 24, 5

_FILES, _DOCUMENT, _BARE = "pdfpipe, files", "pdfpipe, document", "bare engines"
_THEIR_DOCUMENT = "OCRmyPDF, document"
_ENGINE = ("--engine", "tesseract")
"""The engine that OCRmyPDF and the bare engines have."""


class _Contest:
    """The inputs, and each measure as a function without arguments."""

    def __init__(self, options: Options) -> None:
        self.pages = corpus_pages(options, "books", options.pages or _PAGES)
        self.model = model_file()
        self.cores = processors()
        self.folder = folder_of(self.pages, options.scratch / "book")
        self.outputs: dict[str, Path] = {}
        self.measures: dict[str, Callable[[], float]] = {
            _FILES: lambda: self._pdfpipe(_FILES, "--group", "file"),
            _BARE: self._bare,
            _DOCUMENT: lambda: self._pdfpipe(_DOCUMENT),
        }
        self.their_files: list[str] = []
        self._scratch = options.scratch
        self._turn = itertools.count()
        if options.ocrmypdf is not None:
            self._add_ocrmypdf(options.ocrmypdf)

    def _add_ocrmypdf(self, program: str) -> None:
        self._tessdata = tessdata_like(self.model, self._scratch / "tessdata")
        self._tiff = multi_page_tiff(self.pages, self._scratch / "book.tif")
        self._command = [program, "--quiet", "--output-type", "pdf", "-l", self.model.stem]
        for at_a_time, jobs in sorted({(self.cores, 1), (1, self.cores)}, reverse=True):
            name = f"OCRmyPDF, files, {at_a_time} at a time with -j {jobs}"
            self.their_files.append(name)
            self.measures[name] = self._their_files(name, at_a_time, jobs)
        self.measures[_THEIR_DOCUMENT] = self._their_document

    def _new_output(self, name: str) -> Path:
        if name in self.outputs:
            shutil.rmtree(self.outputs[name])
        self.outputs[name] = self._scratch / f"out-{next(self._turn)}"
        self.outputs[name].mkdir()
        return self.outputs[name]

    def _pdfpipe(self, name: str, *options: str) -> float:
        output = self._new_output(name)
        return seconds_of([*convert_command(), self.folder, "-o", output, *_ENGINE, *options])

    def _bare(self) -> float:
        return float(child("bare_engines", self.cores, self.model, *self.pages)["seconds"])

    def _their_files(self, name: str, at_a_time: int, jobs: int) -> Callable[[], float]:
        def measure() -> float:
            output = self._new_output(name)

            def convert(page: Path) -> None:
                self._ocrmypdf(page, output / f"{page.stem}.pdf", jobs)

            with ThreadPoolExecutor(at_a_time) as threads:
                return _timed(lambda: list(threads.map(convert, self.pages)))

        return measure

    def _their_document(self) -> float:
        return self._ocrmypdf(self._tiff, self._new_output(_THEIR_DOCUMENT) / "book.pdf", self.cores)

    def _ocrmypdf(self, source: Path, target: Path, jobs: int) -> float:
        variables = {"TESSDATA_PREFIX": str(self._tessdata)}
        return seconds_of([*self._command, "-j", str(jobs), source, target], variables)

    def warm_up(self) -> None:
        """One page through each program, so that their files are in the page cache."""
        page = self.pages[0]
        seconds_of([*convert_command(), page, "-o", self._scratch / "warm.pdf", *_ENGINE])
        if self.their_files:
            self._ocrmypdf(page, self._scratch / "warm-theirs.pdf", 1)

    def check(self) -> None:
        """All wrote all pages, and text on them.

        Raises:
            RuntimeError: one did not.

        """
        for name, output in self.outputs.items():
            pages = [page for pdf in sorted(output.glob("*.pdf")) for page in pypdf.PdfReader(pdf).pages]
            if len(pages) != len(self.pages) or not pages[0].extract_text().strip():
                raise RuntimeError(f"{name}: {len(pages)} pages, expected {len(self.pages)} with text")

    def bytes_out(self, name: str) -> int:
        return sum(pdf.stat().st_size for pdf in self.outputs[name].glob("*.pdf"))


def _timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def run(options: Options) -> Result:
    contest = _Contest(options)
    contest.warm_up()
    taken = interleaved(contest.measures, options.runs or _RUNS)
    contest.check()

    bare, bytes_in = median(taken.seconds[_BARE]), sum(page.stat().st_size for page in contest.pages)
    rows = []
    for name, seconds in taken.seconds.items():
        size = f"{contest.bytes_out(name) / bytes_in:.3f}" if name in contest.outputs else ""
        rate, share = len(contest.pages) / median(seconds), median(seconds) / bare
        rows.append([name, spread(seconds), f"{rate:.2f}", f"{share:.3f}", size, spread(taken.others[name])])
    table = Table(
        f"{len(contest.pages)} book pages, {bytes_in:,} bytes; wall time as median (range) of "
        f"{options.runs or _RUNS} runs in turn",
        ["", "seconds", "pages/s", "of bare engines", "bytes out / in", "others' CPU s"],
        rows,
    )
    return Result(
        [table],
        _targets(contest, taken.seconds),
        [
            *taken.warnings,
            f"language data of all: {contest.model.name}, SHA-256 {_digest(contest.model)}…",
            "OCRmyPDF has its defaults but for --output-type pdf",
            "its TESSDATA_PREFIX names a folder with that model and the system's configs, pdf.ttf and OSD",
        ],
        {
            "seconds": taken.seconds,
            "others_cpu_seconds": taken.others,
            "bytes_in": bytes_in,
            "bytes_out": {name: contest.bytes_out(name) for name in contest.outputs},
            "pages": [page.name for page in contest.pages],
        },
    )


def _targets(contest: _Contest, taken: dict[str, list[float]]) -> list[Target]:
    middle = {name: median(seconds) for name, seconds in taken.items()}
    targets = [
        Target("wall time of pdfpipe, document / bare engines", middle[_DOCUMENT] / middle[_BARE], 1.05),
        Target("wall time of pdfpipe, files / bare engines", middle[_FILES] / middle[_BARE], 1.05),
    ]
    if contest.their_files:
        theirs = min(middle[name] for name in contest.their_files)
        targets += [
            Target("speed over OCRmyPDF, files", theirs / middle[_FILES], 2.5, at_least=True),
            Target(
                "speed over OCRmyPDF, document",
                middle[_THEIR_DOCUMENT] / middle[_DOCUMENT],
                1.5,
                at_least=True,
            ),
        ]
    return targets


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]
