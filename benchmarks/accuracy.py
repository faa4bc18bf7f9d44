"""What is lost between the engine and the reader of the PDF: words, and the places of words.

* *Word F1* (see `benchmarks.support.scoring`) on real scans with known text.  A bare engine with the
  same model, told the same resolution, gives its own text; the PDF is read by poppler and by PDFium,
  and the worse of the two counts for each page.  The loss is the difference.  OCRmyPDF's engine is
  another version of Tesseract, so its loss is counted from its own text (its sidecar).
* *Boxes*: the words that poppler finds in the PDF, against the boxes of the bare engine on the scans,
  against those of pdfpipe's engine and the known ones on the fixtures, and against the known ones
  where these themselves are written as the text layer, in all scripts of the fixtures.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from statistics import fmean
from typing import Any

import msgspec
from PIL import Image

import pdfpipe
from benchmarks.support.bare import BareEngine, Box, model_file
from benchmarks.support.inputs import FIXTURES, corpus_pages, folder_of, tessdata_like
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import processors, seconds_of
from benchmarks.support.scoring import (
    Placed,
    ious,
    pdfium_text,
    poppler_text,
    poppler_words,
    truth_text,
    word_f1,
)
from pdfpipe.codecs import ccitt
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.image import DpiSource
from pdfpipe.model.job import PageContent
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.writer import PdfWriter

_MAX_LOSS = 0.001
_MIN_IOU = 0.8
_UNSPACED = frozenset({"jpn", "zho"})
_SETTINGS = pdfpipe.Settings(engine="tesseract")
"""The bare engine that it is compared with is Tesseract."""


@dataclass(frozen=True)
class _Bare:
    """What a bare engine read on a page, and what it reads when it has to guess the resolution."""

    text: str
    guessing: str
    words: list[Placed]


@dataclass
class _Made:
    """What pdfpipe made of one page: page `number` of `output`."""

    output: Path
    number: int
    dpi: float
    dpi_source: DpiSource
    text: PageText


@dataclass(frozen=True)
class _Scored:
    """Word F1 of one page."""

    page: str
    bare: float
    guessing: float
    poppler: float
    pdfium: float
    their_sidecar: float | None
    their_pdf: float | None

    @property
    def pdf(self) -> float:
        """The worse reader's."""
        return min(self.poppler, self.pdfium)


def run(options: Options) -> Result:
    tables: list[Table] = []
    targets: list[Target] = []
    notes: list[str] = []
    data: dict[str, Any] = {}
    for kind in ("books", "receipts"):
        try:
            pages = corpus_pages(options, kind, options.pages)
        except SkippedError as reason:
            notes.append(f"{kind}: skipped: {reason}")
            continue
        made = _convert(folder_of(pages, options.scratch / kind), options.scratch / f"{kind}-pdf")
        table, scored, overlaps = _scans(options, kind, pages, made, notes)
        tables.append(table)
        targets.append(Target(f"{kind}: word F1 lost in the PDF", _loss(scored), _MAX_LOSS))
        targets.append(
            Target(f"{kind}: mean IoU, PDF to bare engine", fmean(overlaps), _MIN_IOU, at_least=True)
        )
        data[kind] = [vars(page) for page in scored]
    fixtures, of_fixtures = _fixtures(options.scratch)
    tables.append(fixtures)
    targets += of_fixtures
    return Result(tables, targets, notes, data)


def fixture_overlaps(output: Path, settings: pdfpipe.Settings) -> list[float]:
    """IoU of the known words of the English fixtures with those that poppler finds in the PDFs."""
    overlaps: list[float] = []
    for (name, frame), page in _convert(FIXTURES / "scans", output, settings).items():
        placed = poppler_words(page.output)[page.number - 1].scaled_to(page.text.width, page.text.height)
        overlaps += ious(_known_words(_truth(FIXTURES / "truth" / "scans", name, frame)), placed)
    return overlaps


def _convert(
    scans: Path, output: Path, settings: pdfpipe.Settings = _SETTINGS
) -> dict[tuple[str, int], _Made]:
    """Every file its own PDF; by the name of the page's file and its frame."""
    made: dict[tuple[str, int], _Made] = {}

    def keep(event: object) -> None:
        if isinstance(event, pdfpipe.PageDone) and event.text is not None and event.page.dpi is not None:
            source, page = event.page.source, event.page
            made[str(source.path.relative_to(scans)), source.frame] = _Made(
                event.document.output, page.number, max(event.page.dpi), page.dpi_source, event.text
            )

    settings = msgspec.structs.replace(settings, grouping=pdfpipe.Grouping.FILE)
    pdfpipe.convert_sync(scans, output, settings, on_event=keep)
    return made


def _scans(
    options: Options, kind: str, pages: list[Path], made: dict[tuple[str, int], _Made], notes: list[str]
) -> tuple[Table, list[_Scored], list[float]]:
    bare = _read_bare(pages, made)
    theirs = _ocrmypdf(options, kind, pages, made, notes)
    scored, overlaps = [], []
    for page in pages:
        truth, mine = truth_text(page), made[page.name, 0]
        if truth is None:
            notes.append(f"{page.name} has no truth")
            continue
        sidecar, their_pdf = theirs.get(page, (None, None))
        scored.append(
            _Scored(
                page.name,
                word_f1(bare[page].text, truth),
                word_f1(bare[page].guessing, truth),
                word_f1(poppler_text(mine.output), truth),
                word_f1(pdfium_text(mine.output), truth),
                None if sidecar is None else word_f1(sidecar, truth),
                None if their_pdf is None else _worse_reader(their_pdf, truth),
            )
        )
        placed = poppler_words(mine.output)[0].scaled_to(mine.text.width, mine.text.height)
        overlaps += ious(bare[page].words, placed)
    return _scan_table(kind, scored, overlaps, bool(theirs)), scored, overlaps


def _worse_reader(pdf: Path, truth: str) -> float:
    """0 where there is no PDF."""
    return min(word_f1(poppler_text(pdf), truth), word_f1(pdfium_text(pdf), truth)) if pdf.exists() else 0.0


def _loss(scored: list[_Scored]) -> float:
    return fmean(page.bare - page.pdf for page in scored)


def _scan_table(kind: str, scored: list[_Scored], overlaps: list[float], with_theirs: bool) -> Table:
    worst = max(scored, key=lambda page: page.bare - page.pdf)
    rows = [
        ["bare engine, same resolution, its own text", _mean(page.bare for page in scored), ""],
        ["bare engine, left to the file's resolution", _mean(page.guessing for page in scored), ""],
        ["pdfpipe's PDF, read by poppler", _mean(page.poppler for page in scored), ""],
        ["pdfpipe's PDF, read by PDFium", _mean(page.pdfium for page in scored), ""],
        ["pdfpipe's PDF, the worse of the two", _mean(page.pdf for page in scored), f"{_loss(scored):+.5f}"],
        [f"  its worst page, {worst.page}", f"{worst.pdf:.4f}", f"{worst.bare - worst.pdf:+.5f}"],
    ]
    if with_theirs:
        own = fmean(page.their_sidecar or 0.0 for page in scored)
        pdf = fmean(page.their_pdf or 0.0 for page in scored)
        rows.append(["OCRmyPDF's engine, its sidecar", f"{own:.4f}", ""])
        rows.append(["OCRmyPDF's PDF, the worse of the two", f"{pdf:.4f}", f"{own - pdf:+.5f}"])
    found = fmean(overlap > 0 for overlap in overlaps)
    rows.append([f"mean IoU of {len(overlaps):,} words ({found:.2%} found)", f"{fmean(overlaps):.4f}", ""])
    return Table(f"{kind}, {len(scored)} pages: mean word F1", ["", "F1", "lost"], rows)


def _mean(values: Iterable[float]) -> str:
    return f"{fmean(values):.4f}"


def _read_bare(pages: list[Path], made: dict[tuple[str, int], _Made]) -> dict[Path, _Bare]:
    jobs = [(page, made[page.name, 0].dpi, made[page.name, 0].dpi_source is DpiSource.FILE) for page in pages]
    start = partial(_start_engine, model_file())
    with ProcessPoolExecutor(processors(), get_context("spawn"), initializer=start) as pool:
        return dict(zip(pages, pool.map(_read_page, jobs), strict=True))


_engines: list[BareEngine] = []


def _start_engine(model: Path) -> None:
    _engines.append(BareEngine(model))


def _read_page(job: tuple[Path, float, bool]) -> _Bare:
    path, dpi, from_file = job
    engine = _engines[0]
    guessing = "" if from_file else engine.read(path)
    text = engine.read(path, dpi)
    return _Bare(text, text if from_file else guessing, engine.words())


def _ocrmypdf(
    options: Options, kind: str, pages: list[Path], made: dict[tuple[str, int], _Made], notes: list[str]
) -> dict[Path, tuple[str, Path]]:
    """OCRmyPDF's sidecar text and PDF of each page; it is told a resolution only where the file has none."""
    if options.ocrmypdf is None:
        return {}
    program = options.ocrmypdf
    output = options.scratch / f"{kind}-theirs"
    output.mkdir()
    tessdata = options.scratch / "tessdata"
    if not tessdata.exists():
        tessdata_like(model_file(), tessdata)

    def convert(page: Path) -> tuple[str, Path]:
        mine, pdf, sidecar = made[page.name, 0], output / f"{page.stem}.pdf", output / f"{page.stem}.txt"
        dpi = [] if mine.dpi_source is DpiSource.FILE else ["--image-dpi", str(round(mine.dpi))]
        fixed = ["--quiet", "--output-type", "pdf", "-l", "eng", "-j", "1"]
        try:
            seconds_of(
                [program, *fixed, *dpi, "--sidecar", sidecar, page, pdf], {"TESSDATA_PREFIX": str(tessdata)}
            )
        except RuntimeError as error:
            notes.append(f"{page.name}: {error}")
        return (sidecar.read_text(encoding="utf-8") if sidecar.exists() else ""), pdf

    with ThreadPoolExecutor(processors()) as threads:
        return dict(zip(pages, threads.map(convert, pages), strict=True))


def _fixtures(scratch: Path) -> tuple[Table, list[Target]]:
    """Boxes on the English fixtures, read by the engine, and on all, with the truth as the text layer."""
    truths = FIXTURES / "truth"
    made = _convert(FIXTURES / "scans", scratch / "fixtures-pdf")
    to_engine: list[float] = []
    to_truth: list[float] = []
    engine_to_truth: list[float] = []
    for (name, frame), page in sorted(made.items(), key=lambda item: item[0]):
        own = [(word.text, _corners(word.box)) for word in page.text.words]
        placed = poppler_words(page.output)[page.number - 1].scaled_to(page.text.width, page.text.height)
        known = _known_words(_truth(truths / "scans", name, frame))
        to_engine += ious(own, placed)
        to_truth += ious(known, placed)
        engine_to_truth += ious(known, own)
    rows = [
        _overlap_row("scans: PDF to the engine's boxes", to_engine),
        _overlap_row("scans: PDF to the known boxes", to_truth),
        _overlap_row("scans: engine's boxes to the known ones", engine_to_truth),
    ]
    targets = [
        Target("fixtures: mean IoU, PDF to engine", fmean(to_engine), _MIN_IOU, at_least=True),
        Target("fixtures: mean IoU, PDF to known boxes", fmean(to_truth), _MIN_IOU, at_least=True),
    ]
    worst = 1.0
    for name, paths in _truth_groups(truths):
        written: list[float] = []
        for path in paths:
            written += _written_truth(json.loads(path.read_text(encoding="utf-8")), scratch / "truth.pdf")
        if written:
            rows.append(_overlap_row(f"{name}: known text written and read back", written))
            worst = min(worst, fmean(written))
    targets.append(
        Target("fixtures: mean IoU, known text written, worst group", worst, _MIN_IOU, at_least=True)
    )
    return Table("fixtures: boxes", ["", "words", "found", "mean IoU"], rows), targets


def _truth_groups(truths: Path) -> list[tuple[str, list[Path]]]:
    """The pages in English together, those in each other script by themselves."""
    english = sorted([*(truths / "scans").rglob("*.json"), *(truths / "heif").rglob("*.json")])
    return [
        ("English", english),
        *((path.name.split(".")[0], [path]) for path in sorted((truths / "scripts").glob("*.json"))),
    ]


def _overlap_row(name: str, overlaps: list[float]) -> list[str]:
    found = fmean(overlap > 0 for overlap in overlaps)
    return [name, f"{len(overlaps):,}", f"{found:.2%}", f"{fmean(overlaps):.4f}"]


def _corners(box: BoundingBox) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def _truth(folder: Path, name: str, frame: int) -> Any:
    single = folder / f"{name}.json"
    path = single if single.exists() else folder / f"{name}.{frame + 1}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def _known_words(truth: Any) -> list[Placed]:
    """The words on upright lines (of a turned word a PDF gives only the box around it), or the lines."""
    words: list[tuple[int, Placed]] = [
        (word["line"], (word["text"], tuple(word["bbox"])))
        for word in truth["words"]
        if truth["lines"][word["line"]]["angle"] == 0
    ]
    if truth["language"] not in _UNSPACED:
        return [placed for _, placed in words]
    return [
        ("".join(text for _, (text, _) in line), _around([box for _, (_, box) in line]))
        for line in (list(group) for _, group in groupby(words, key=itemgetter(0)))
    ]


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _written_truth(truth: Any, target: Path) -> list[float]:
    """IoU of the known words on upright lines after they went through the writer and poppler."""
    lines: list[Line] = []
    for index, line in enumerate(truth["lines"]):
        direction = Direction(line["direction"])
        words = tuple(
            Word(word["text"], BoundingBox(*map(float, word["bbox"])), 1.0, direction)
            for word in truth["words"]
            if word["line"] == index and line["angle"] == 0
        )
        if words:
            box = words[0].box
            for word in words:
                box = box.union(word.box)
            baseline = Baseline(Point(box.x0, box.y1), Point(box.x1, box.y1))
            lines.append(Line(words, box, baseline, direction))
    if not lines:
        return []
    width, height = truth["width"], truth["height"]
    block = Block(tuple(lines), BoundingBox(0, 0, width, height))
    image = ccitt.encode(Image.new("1", (width, height), 1))
    text = PageText(width, height, (block,))
    with target.open("wb") as stream:
        writer = PdfWriter(stream, DocumentMetadata("Truth", "en", "benchmark", datetime.now(UTC)))
        writer.add_page(PageContent(image, 1, width, height, Resolution(*map(float, truth["dpi"])), text))
        writer.finish()
    return ious(_known_words(truth), poppler_words(target)[0].scaled_to(width, height))
