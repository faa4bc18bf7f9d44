"""What the journal costs: time of a batch, room on the disk, and memory of the parent process.

*Time*: events of made-up pages are recorded, and nothing else is done; beside it stands what a page takes in
a real batch, four fixture pages by Tesseract.  *Memory*: documents of a hundred pages each go through
`pdfpipe.convert` with 300 scripted words on each page, with the journal in their folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from PIL import Image

from benchmarks.support.inputs import FIXTURES
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child, pdfpipe_command, seconds_of

_PAGES, _PAGES_A_DOCUMENT = 10_000, 100
_LIMIT_SHARE, _LIMIT_KB_A_PAGE = 1.0, 0.5


def run(options: Options) -> Result:
    pages = options.pages or _PAGES
    cost = child("record_pages", options.scratch / "recorded", pages, _PAGES_A_DOCUMENT)
    scans, output = FIXTURES / "scans" / "declaration", options.scratch / "real"
    alone = ["--engine", "tesseract", "--force", "-j", "1", "--no-cache", "--no-journal"]
    command: list[str | Path] = [*pdfpipe_command(), "convert", scans, "-o", output, *alone]
    real = min(seconds_of(command) for _ in range(3)) / len(list(scans.iterdir()))
    a_page = (cost["pages_seconds"] + cost["documents_seconds"]) / pages
    # In a batch as many pages are read at the same time as there are processors.
    share = 100 * a_page / (real / (os.cpu_count() or 1))
    marks = sorted({max(1, pages // 100), max(1, pages // 10), max(1, pages // 2), pages})
    folder = _scans(options.scratch, pages)
    figures = child("convert_scripted", folder, options.scratch / "out", "-", *marks)
    (_, after_first, _), *_, (_, at_last, _) = figures["samples"][1:]
    growth = (at_last - after_first) * 2**20 / 1e3 / max(1, pages - marks[0])
    return Result(
        [
            Table(
                f"recording {pages:,} pages in documents of {_PAGES_A_DOCUMENT}",
                ["", "figure"],
                [
                    ["a page", f"{1e6 * cost['pages_seconds'] / pages:.0f} µs"],
                    ["a document", f"{1e6 * cost['documents_seconds'] * _PAGES_A_DOCUMENT / pages:.0f} µs"],
                    ["planning all, once", f"{1e3 * cost['plan_seconds']:.1f} ms"],
                    ["opening and closing", f"{1e3 * cost['open_seconds']:.1f} ms"],
                    ["on the disk", f"{cost['bytes'] / pages:.0f} bytes a page"],
                    ["a page of a real batch", f"{real:.2f} s of a processor"],
                ],
            ),
            Table(
                f"memory of the parent: {pages:,} pages in documents of {_PAGES_A_DOCUMENT}, journaled",
                ["pages done", "resident MiB", "peak MiB"],
                [[f"{done:,}", f"{now:.1f}", f"{peak:.1f}"] for done, now, peak in figures["samples"]],
            ),
        ],
        [
            Target("the journal's share of a batch", share, _LIMIT_SHARE, unit=" %"),
            Target("memory a page", growth, _LIMIT_KB_A_PAGE, unit=" KB"),
        ],
        [],
        {"cost": cost, "real_page_seconds": real, "memory": figures},
    )


def _scans(scratch: Path, pages: int) -> Path:
    page = scratch / "page.tif"
    Image.new("1", (240, 320), 1).save(page, compression="group4", dpi=(150, 150))
    for number in range(pages):
        folder = scratch / "scans" / f"document-{number // _PAGES_A_DOCUMENT}"
        folder.mkdir(parents=True, exist_ok=True)
        os.link(page, folder / f"page-{number % _PAGES_A_DOCUMENT}.tif")
    return scratch / "scans"
