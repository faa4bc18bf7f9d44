"""A finished batch run again: how long it takes to find that nothing is to be done.

Small documents, a hundred folders a shelf and one page in each, are converted once, which is not timed.
The whole command is then timed again and again, with the journal and without, where each document is opened
and asked.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from statistics import median

from PIL import Image

from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import interleaved, pdfpipe_command, seconds_of, spread

_DOCUMENTS, _RUNS = 5_000, 5
_WITH, _WITHOUT, _HELP = "with the journal", "--no-journal", "pdfpipe --help"
_LIMIT_SECONDS = 1.5


def run(options: Options) -> Result:
    documents, runs = options.pages or _DOCUMENTS, options.runs or _RUNS
    scans, output = _scans(options.scratch, documents), options.scratch / "out"
    command: list[str | Path] = [*pdfpipe_command(), "convert", scans, "-o", output]
    command += ["--engine", "tesseract", "-q"]
    first = seconds_of(command)
    _check(command, options.scratch / "report.json", documents)
    taken = interleaved(
        {
            _WITH: lambda: seconds_of(command),
            _WITHOUT: lambda: seconds_of([*command, "--no-journal"]),
            _HELP: lambda: seconds_of([*pdfpipe_command(), "--help"]),
        },
        runs,
    )
    rows = [[name, spread(seconds)] for name, seconds in taken.seconds.items()]
    again = median(taken.seconds[_WITH])
    return Result(
        [
            Table(
                f"{documents:,} documents that are up to date; the command, median (range) of {runs} runs",
                ["", "seconds"],
                rows,
            )
        ],
        [Target("a finished batch run again", again, _LIMIT_SECONDS, unit=" s")],
        [f"making them took {first:.0f} s", *taken.warnings],
        {"first": first, "seconds": taken.seconds, "others_cpu_seconds": taken.others},
    )


def _scans(scratch: Path, documents: int) -> Path:
    page = scratch / "page.tif"
    Image.new("1", (240, 320), 1).save(page, compression="group4", dpi=(150, 150))
    os.utime(page, (1.7e9, 1.7e9))
    for number in range(documents):
        folder = scratch / "scans" / f"shelf-{number // 100}" / f"document-{number}"
        folder.mkdir(parents=True)
        os.link(page, folder / "page-1.tif")
    return scratch / "scans"


def _check(command: list[str | Path], report: Path, documents: int) -> None:
    """Whether all documents are found up to date."""
    seconds_of([*command, "--report", report])
    skipped = json.loads(report.read_bytes())["totals"]["skipped"]
    if skipped != documents:
        raise RuntimeError(f"{skipped} of {documents} documents are up to date")
