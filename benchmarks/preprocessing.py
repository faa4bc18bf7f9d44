"""What preprocessing gets back of what is wrong with scans, what it costs, and that it does no harm.

Pages with known text are damaged in known ways (`benchmarks.support.degrade`) and converted without stages
and with those that pdfpipe chooses, by its default engine and by Tesseract alone; with ``--ocrmypdf`` also by
OCRmyPDF with ``--rotate-pages --deskew --clean``, whose work is the same, with the same model of Tesseract.
*Word F1* is that of the final PDF, read by the worse of poppler and PDFium.

Rules and limits were chosen by the pages in between: every second page of the corpus is not used here.
``--pages 2`` gives a first look in some minutes.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from PIL import Image

from benchmarks.support.bare import model_file
from benchmarks.support.degrade import KINDS, degraded
from benchmarks.support.inputs import corpus_pages, tessdata_like
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import convert_command, processors, seconds_of
from benchmarks.support.scoring import pdfium_text, poppler_text, truth_text, word_f1

_PAGES: Final = {"books": 12, "receipts": 8}
_ENGINES: Final = {"default": (), "tesseract": ("--engine", "tesseract")}
_CLEAN: Final = "clean"
_GAINED: Final = {"Gaussian noise": 0.1, "blur": 0.02, "speckle": 0.1, "100 dpi": 0.005}
"""By how much stages must raise the word F1 of books, where the engine alone does not get over the damage."""

_MOST_LOST: Final = 0.01
_MOST_LOST_CLEAN: Final = 0.001
_MOST_TIME_CLEAN: Final = 0.10
"""Of the time of recognition."""
_LEAST_SPEED: Final = 3.0


@dataclass(frozen=True)
class _Scores:
    """Word F1 by kind of damage and page, core-seconds a page by kind, and seconds of the whole run.

    `prepared` are the seconds of preprocessing, of those of recognition, by kind.
    """

    f1: Mapping[str, Mapping[str, float]]
    seconds: Mapping[str, float]
    wall: float
    prepared: Mapping[str, float]

    def mean(self, kind: str) -> float:
        return fmean(self.f1[kind].values())


def run(options: Options) -> Result:
    tables: list[Table] = []
    targets: list[Target] = []
    data: dict[str, Any] = {}
    notes: list[str] = []
    walls: Counter[str] = Counter()
    for group, count in _PAGES.items():
        try:
            pages = _figure_pages(options, group, options.pages or count)
        except SkippedError as error:  # a corpus may have one of them only
            notes.append(str(error))
            continue
        scans = options.scratch / group
        for kind in (_CLEAN, *KINDS):
            _write(kind, pages, scans / kind)
        truths = {page.stem: truth_text(page) or "" for page in pages}
        ours = {
            engine: {
                stages: _pdfpipe(
                    scans, options.scratch / f"{group}-{engine}-{stages}", truths, engine, stages, notes
                )
                for stages in ("none", "auto")
            }
            for engine in _ENGINES
        }
        theirs = _ocrmypdf(options, scans, options.scratch / f"{group}-theirs", truths, notes)
        columns = {f"{engine}, {stages}": each for engine, by in ours.items() for stages, each in by.items()}
        columns |= {"OCRmyPDF": theirs} if theirs is not None else {}
        tables += _tables(group, len(pages), columns)
        for engine, scores in ours.items():
            targets += _targets(group, engine, scores["none"], scores["auto"], theirs)
        walls.update({name: scores.wall for name, scores in columns.items()})
        data[group] = {
            name: {"f1": scores.f1, "seconds": dict(scores.seconds)} for name, scores in columns.items()
        }
    if not data:
        raise SkippedError("; ".join(notes))
    for engine in _ENGINES if "OCRmyPDF" in walls and len(data) == len(_PAGES) else ():
        speed = walls["OCRmyPDF"] / walls[f"{engine}, auto"]
        targets.append(_speed(f"all pages, {engine}", speed))
    return Result(tables, targets, notes, data)


def _figure_pages(options: Options, group: str, count: int) -> list[Path]:
    """Every second page with known text, or some of these, spread over all."""
    pages = [page for page in corpus_pages(options, group) if truth_text(page)][::2]
    return [pages[i * len(pages) // count] for i in range(count)] if count < len(pages) else pages


def _write(kind: str, pages: Sequence[Path], folder: Path) -> None:
    folder.mkdir(parents=True)
    for page in pages:
        with Image.open(page) as image:
            image.load()
            dpi = image.info.get("dpi", (300, 300)) if kind != _CLEAN else image.info.get("dpi")
            damaged = image if kind == _CLEAN else degraded(kind, image, page.name)
        dpi = damaged.info.get("dpi", dpi)
        known = {"dpi": dpi} if dpi else {}
        if damaged.mode == "1":
            damaged.save(folder / f"{page.stem}.tif", compression="group4", **known)
        elif kind == "JPEG of quality 20":
            damaged.save(folder / f"{page.stem}.jpg", quality=20, **known)
        else:
            damaged.save(folder / f"{page.stem}.png", compress_level=1, **known)


def _pdfpipe(
    scans: Path, output: Path, truths: Mapping[str, str], engine: str, stages: str, notes: list[str]
) -> _Scores:
    """All kinds in one run; the seconds are those of the page tasks."""
    report = output.with_suffix(".json")
    command: list[str | Path] = [*convert_command(), scans, "-o", output, "--group", "file"]
    options = [*_ENGINES[engine], "--stages", stages, "--no-config", "--quiet", "-j", str(processors())]
    start = time.perf_counter()
    try:
        seconds_of([*command, *options, "--report", report])
    except RuntimeError as error:  # a page that is not there has a word F1 of 0
        notes.append(f"{engine}, --stages {stages}: {error}")
    wall = time.perf_counter() - start
    seconds: Counter[str] = Counter()
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for document in json.loads(report.read_bytes())["documents"]:
        kind = Path(document["output"]).parent.name
        for page in document["pages"]:
            seconds[kind] += sum(page["seconds"].values()) / len(truths)
            parts[kind].update(page["seconds"])
    prepared = {kind: part["preprocess"] / part["recognize"] for kind, part in parts.items()}
    f1 = {folder.name: _scored(output / folder.name, truths) for folder in _folders(scans)}
    return _Scores(f1, seconds, wall, prepared)


def _folders(scans: Path) -> list[Path]:
    return sorted(folder for folder in scans.iterdir() if folder.is_dir())


def _scored(folder: Path, truths: Mapping[str, str]) -> dict[str, float]:
    """The worse reader's word F1 of each page; 0 where there is no PDF."""
    scores = {}
    for name, truth in truths.items():
        pdf = folder / f"{name}.pdf"
        texts = (poppler_text(pdf), pdfium_text(pdf)) if pdf.exists() else ("",)
        scores[name] = min(word_f1(text, truth) for text in texts)
    return scores


def _ocrmypdf(
    options: Options, scans: Path, output: Path, truths: Mapping[str, str], notes: list[str]
) -> _Scores | None:
    if options.ocrmypdf is None:
        return None
    program = options.ocrmypdf
    tessdata = options.scratch / "tessdata"
    if not tessdata.exists():
        tessdata_like(model_file(), tessdata)
    fixed = [
        "--quiet",
        "--output-type",
        "pdf",
        "-l",
        "eng",
        "-j",
        "1",
        "--rotate-pages",
        "--deskew",
        "--clean",
    ]

    def convert(page: Path) -> None:
        with Image.open(page) as image:
            dpi = [] if "dpi" in image.info else ["--image-dpi", "300"]
        target = output / page.parent.name / f"{page.stem}.pdf"
        try:
            seconds_of([program, *fixed, *dpi, page, target], {"TESSDATA_PREFIX": str(tessdata)})
        except RuntimeError as error:
            notes.append(f"{page.parent.name}, {page.name}: {error}")

    f1, seconds, wall = {}, {}, 0.0
    for folder in _folders(scans):
        (output / folder.name).mkdir(parents=True)
        start = time.perf_counter()
        with ThreadPoolExecutor(processors()) as threads:
            list(threads.map(convert, sorted(folder.iterdir())))
        took = time.perf_counter() - start
        wall += took
        seconds[folder.name] = took * processors() / len(truths)
        f1[folder.name] = _scored(output / folder.name, truths)
    return _Scores(f1, seconds, wall, {})


def _tables(group: str, pages: int, columns: Mapping[str, _Scores]) -> Iterator[Table]:
    staged = {name: scores for name, scores in columns.items() if any(scores.prepared.values())}
    kinds = (_CLEAN, *KINDS)
    yield Table(
        f"{group}, {pages} pages of each kind: word F1",
        ["", *columns],
        [[kind, *(f"{scores.mean(kind):.4f}" for scores in columns.values())] for kind in kinds],
    )
    yield Table(
        f"{group}: core-seconds a page, and the time of stages, of that of recognition",
        ["", *columns, *(f"{name}, stages" for name in staged)],
        [
            [
                kind,
                *(f"{scores.seconds[kind]:.2f}" for scores in columns.values()),
                *(f"{scores.prepared[kind]:.0%}" for scores in staged.values()),
            ]
            for kind in kinds
        ],
    )


def _targets(
    group: str, engine: str, without: _Scores, auto: _Scores, theirs: _Scores | None
) -> Iterator[Target]:
    name = f"{group}, {engine}"
    clean = without.mean(_CLEAN)
    yield Target(f"{name}: F1 lost on clean pages", clean - auto.mean(_CLEAN), _MOST_LOST_CLEAN)
    yield Target(
        f"{name}: stages' time on clean pages, of recognition", auto.prepared[_CLEAN], _MOST_TIME_CLEAN
    )
    for kind in KINDS:
        gained = auto.mean(kind) - without.mean(kind)
        if group != "books":  # receipts are too small to be read as if nothing had happened
            yield Target(f"{name}: F1 gained at {kind}", gained, 0.0, at_least=True)
            continue
        yield Target(f"{name}: F1 lost by {kind}", clean - auto.mean(kind), _MOST_LOST)
        if kind in _GAINED and engine == "tesseract":
            yield Target(f"{name}: F1 gained at {kind}", gained, _GAINED[kind], at_least=True)
    if theirs is not None:
        better = min(auto.mean(kind) - theirs.mean(kind) for kind in (_CLEAN, *KINDS))
        yield Target(f"{name}: F1 above OCRmyPDF's, worst kind", better, 0.0, at_least=True)
        yield _speed(name, theirs.wall / auto.wall)


def _speed(name: str, times: float) -> Target:
    return Target(f"{name}: times OCRmyPDF's speed", times, _LEAST_SPEED, at_least=True)
