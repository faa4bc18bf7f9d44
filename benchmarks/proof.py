"""What the proof costs, and whether it cries wolf.

* *cost*: book pages with Tesseract as one document, and one page many times over with 300 scripted
  words, each with and without the proof in turn; wall time and CPU time of all processes.
* *false alarms*: all pages of the corpus and fixtures of layouts and scripts; none may fail.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.support.inputs import (
    FIXTURES,
    corpus_pages,
    folder_of,
    strokes_only,
    typeset_page,
)
from benchmarks.support.model import Options, Result, SkippedError, Table, Target
from benchmarks.support.process import child, interleaved, spread

_BOOK_PAGES, _SCRIPTED_PAGES, _RUNS = 24, 2000, 5
_KINDS = ("books", "receipts", "german")
_BOOKS = "book pages, tesseract"
_LIMIT = 0.05


def run(options: Options) -> Result:
    books = folder_of(corpus_pages(options, "books", options.pages or _BOOK_PAGES), options.scratch / "book")
    scripted = _long_folder(options.scratch / "long", options.pages or _SCRIPTED_PAGES)
    costs = {
        _BOOKS: _Cost("tesseract", books, options),
        "pages of 300 words, scripted": _Cost("scripted", scripted, options),
    }
    rows = [[name, *cost.cells()] for name, cost in costs.items()]
    alarms, pages = _alarms(options)
    return Result(
        [
            Table(
                f"with and without the proof, medians (ranges) of {options.runs or _RUNS} runs in turn",
                ["", "pages", "seconds with", "without", "CPU s with", "without", "CPU", "a page"],
                rows,
            ),
            Table(f"false alarms on {pages} pages", ["documents", "pages", "failed"], alarms),
        ],
        [
            Target(
                "CPU time with the proof / without, tesseract, less one",
                costs["book pages, tesseract"].share,
                _LIMIT,
            ),
            Target("false alarms", sum(int(row[2]) for row in alarms), 0),
        ],
        [warning for cost in costs.values() for warning in cost.warnings],
        {name: cost.figures for name, cost in costs.items()},
    )


class _Cost:
    """One folder converted with and without the proof."""

    def __init__(self, engine: str, folder: Path, options: Options) -> None:
        self.figures: dict[str, list[dict[str, Any]]] = {"proved": [], "unproved": []}
        output = options.scratch / f"{engine}.pdf"

        def measure(kind: str) -> float:
            figures = child("convert_proved", kind, engine, folder, output)
            if figures["failures"]:
                raise RuntimeError(f"{kind}: {figures['failures'][:3]}")
            self.figures[kind].append(figures)
            return float(figures["seconds"])

        measures = {kind: partial(measure, kind) for kind in self.figures}
        taken = interleaved(measures, options.runs or _RUNS)
        self.warnings = taken.warnings
        self.pages = self.figures["proved"][0]["pages"]

    def _cpu(self, kind: str) -> float:
        return median(float(figures["cpu"]) for figures in self.figures[kind])

    @property
    def share(self) -> float:
        """What the proof adds to the CPU time."""
        return self._cpu("proved") / self._cpu("unproved") - 1

    def cells(self) -> list[str]:
        values = [
            spread([figures[key] for figures in self.figures[kind]])
            for key in ("seconds", "cpu")
            for kind in ("proved", "unproved")
        ]
        milliseconds = 1000 * (self._cpu("proved") - self._cpu("unproved")) / self.pages
        return [f"{self.pages:,}", *values, f"{self.share:+.1%}", f"{milliseconds:.1f} ms"]


def _long_folder(folder: Path, pages: int) -> Path:
    folder.mkdir()
    first = folder / "page-1.tif"
    strokes_only(typeset_page(1)).save(first, compression="group4", dpi=(150, 150))
    for number in range(2, pages + 1):
        os.link(first, folder / f"page-{number}.tif")
    return folder


def _alarms(options: Options) -> tuple[list[list[str]], int]:
    """Rows of documents, pages and failures."""
    folders = {"fixtures": FIXTURES / "scans" / "layouts", "scripts": FIXTURES / "scripts"}
    for kind in _KINDS:
        try:
            folders[kind] = folder_of(
                corpus_pages(options, kind, options.pages), options.scratch / f"all-{kind}"
            )
        except SkippedError:
            continue
    rows = []
    for name, folder in folders.items():
        figures = child("convert_proved", "proved", "tesseract", folder, options.scratch / f"{name}.pdf")
        rows.append([name, str(figures["pages"]), str(len(figures["failures"]))])
    return rows, sum(int(row[1]) for row in rows)
