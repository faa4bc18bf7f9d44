"""How long one waits: for ``pdfpipe --help``, and beyond the engine's own time for one page.

Wall time of whole processes.  The engine's time for the page is that of a bare warm engine, measured
in turn with it; what the command takes longer is start-up, loading the model, planning, encoding,
writing and syncing.  Python's own start (``python -c pass``) is shown beside.
"""

from __future__ import annotations

import shutil
import sys
from statistics import median

from benchmarks.support.bare import model_file
from benchmarks.support.inputs import FIXTURES, corpus_pages
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import (
    child,
    convert_command,
    interleaved,
    pdfpipe_command,
    seconds_of,
    spread,
)

_RUNS = 10
_HELP, _PYTHON, _PAGE, _ENGINE = (
    "pdfpipe --help",
    "python -c pass",
    "pdfpipe convert, one page",
    "bare engine",
)


def run(options: Options) -> Result:
    runs = options.runs or _RUNS
    page = corpus_pages(options, "books", 3)[1] if options.corpus else FIXTURES / "scans" / "letter.tif"
    output, model = options.scratch / "out", model_file()

    def convert() -> float:
        shutil.rmtree(output, ignore_errors=True)
        return seconds_of([*convert_command(), page, "-o", output, "--engine", "tesseract"])

    measures = {
        _HELP: lambda: seconds_of([*pdfpipe_command(), "--help"]),
        _PYTHON: lambda: seconds_of([sys.executable, "-c", "pass"]),
        _PAGE: convert,
        _ENGINE: lambda: float(child("bare_engines", 1, model, page)["seconds"]),
    }
    interleaved(measures, 1)  # files come into the page cache, bytecode is compiled
    taken = interleaved(measures, runs)
    overheads = [
        whole - engine for whole, engine in zip(taken.seconds[_PAGE], taken.seconds[_ENGINE], strict=True)
    ]
    rows = [[name, spread(seconds, 3)] for name, seconds in taken.seconds.items()]
    rows.append(["one page beyond the engine", spread(overheads, 3)])
    return Result(
        [
            Table(
                f"seconds, median (range) of {runs} runs in turn; the page is {page.name}",
                ["", "seconds"],
                rows,
            )
        ],
        [
            Target("pdfpipe --help", median(taken.seconds[_HELP]), 0.25, unit=" s"),
            Target("one page beyond the engine's time", median(overheads), 0.5, unit=" s"),
        ],
        taken.warnings,
        {"seconds": taken.seconds, "others_cpu_seconds": taken.others, "beyond_engine": overheads},
    )
