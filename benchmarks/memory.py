"""Memory of the parent process while it makes one very long document.

A folder of 10,000 hard links to one small G4 page becomes one PDF through `pdfpipe.convert`, with 300
scripted words on each page, in a process of its own.  Its resident memory is noted after a hundredth, a tenth
and half of the pages and at the end: it may grow by what the report says of each page, not by the pages.
Then once more with a journal and a cache, for which each page has pixels of its own.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks.support.inputs import strokes_only, typeset_page
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child

_PAGES, _RUNS = 10_000, 1
_LIMIT_MB = 150


def run(options: Options) -> Result:
    pages = options.pages or _PAGES
    marks = sorted({max(1, pages // part) for part in (100, 10, 2, 1)})
    tables, targets, runs = [], [], []
    for name in ("alone", "with journal and cache"):
        folder = options.scratch / f"long-{name}"
        _scans(folder, pages, alike=name == "alone")
        taken = [_convert(options, folder, name, pages, marks) for _ in range(options.runs or _RUNS)]
        worst = max(taken, key=lambda figures: float(figures["peak_mib"]))
        tables.append(_table(f"{name}: one document of {pages:,} pages", worst, len(taken)))
        peak_mb = worst["peak_mib"] * 2**20 / 1e6
        targets.append(Target(f"peak memory of the parent process {name}", peak_mb, _LIMIT_MB, unit=" MB"))
        runs += taken
    note = "the peak is VmHWM of the process; the pages are decoded and encoded in worker processes"
    return Result(tables, targets, [note], {"runs": runs})


def _scans(folder: Path, pages: int, *, alike: bool) -> None:
    """The pages: hard links to one file, or files that differ in one row of pixels."""
    folder.mkdir()
    first = folder / "page-1.tif"
    image = strokes_only(typeset_page(1))
    image.save(first, compression="group4", dpi=(150, 150))
    for number in range(2, pages + 1):
        path = folder / f"page-{number}.tif"
        if alike:
            os.link(first, path)
            continue
        for bit in range(16):
            image.putpixel((bit, 0), number >> bit & 1)
        image.save(path, compression="group4", dpi=(150, 150))


def _convert(options: Options, folder: Path, name: str, pages: int, marks: list[int]) -> dict[str, Any]:
    output, cache = options.scratch / f"out-{name}", options.scratch / "cache"
    shutil.rmtree(output, ignore_errors=True)
    shutil.rmtree(cache, ignore_errors=True)
    output.mkdir()
    is_alone = name == "alone"
    target = output / "long.pdf" if is_alone else output
    figures: dict[str, Any] = child("convert_scripted", folder, target, "-" if is_alone else cache, *marks)
    if figures["pages"] != pages or figures["words"] != 300 * pages or figures["from_cache"]:
        raise RuntimeError(f"{figures['pages']} pages with {figures['words']} words came out")
    return figures


def _table(title: str, worst: dict[str, Any], runs: int) -> Table:
    return Table(
        f"{title} with 300 words each, {worst['bytes_out']:,} bytes, "
        f"{worst['pages'] / worst['seconds']:.0f} pages/s; the run of {runs} that needed most",
        ["pages done", "resident MiB", "peak MiB"],
        [[f"{done:,}", f"{resident:.1f}", f"{peak:.1f}"] for done, resident, peak in worst["samples"]],
    )
