"""Memory of the parent process while it makes one very long document.

A folder of 10,000 hard links to one small G4 page becomes one PDF through `pdfpipe.convert`, with 300
scripted words on each page, in a process of its own.  Its resident memory is noted after a tenth and
half of the pages and at the end: it may grow by what the report says of each page, not by the pages.
"""

from __future__ import annotations

import os

from benchmarks.support.inputs import strokes_only, typeset_page
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child

_PAGES, _RUNS = 10_000, 1
_LIMIT_MB = 150


def run(options: Options) -> Result:
    pages = options.pages or _PAGES
    folder = options.scratch / "long"
    folder.mkdir()
    first = folder / "page-1.tif"
    strokes_only(typeset_page(1)).save(first, compression="group4", dpi=(150, 150))
    for number in range(2, pages + 1):
        os.link(first, folder / f"page-{number}.tif")

    marks = sorted({max(1, pages // 10), max(1, pages // 2), pages})
    runs = []
    for _ in range(options.runs or _RUNS):
        output = options.scratch / "long.pdf"
        output.unlink(missing_ok=True)
        figures = child("convert_scripted", folder, output, *marks)
        if figures["pages"] != pages or figures["words"] != 300 * pages:
            raise RuntimeError(f"{figures['pages']} pages with {figures['words']} words came out")
        runs.append(figures)
    worst = max(runs, key=lambda figures: float(figures["peak_mib"]))
    peak_mb = worst["peak_mib"] * 2**20 / 1e6
    rows = [[f"{done:,}", f"{resident:.1f}", f"{peak:.1f}"] for done, resident, peak in worst["samples"]]
    return Result(
        [
            Table(
                f"one document of {pages:,} pages with 300 words each, {worst['bytes_out']:,} bytes, "
                f"{pages / worst['seconds']:.0f} pages/s; the run of {len(runs)} that needed most",
                ["pages done", "resident MiB", "peak MiB"],
                rows,
            )
        ],
        [Target("peak memory of the parent process", peak_mb, _LIMIT_MB, unit=" MB")],
        ["the peak is VmHWM of the process; the pages are decoded and encoded in worker processes"],
        {"runs": runs},
    )
