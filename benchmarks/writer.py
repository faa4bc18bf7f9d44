"""Writing alone: pages of 300 words over an image through `pdfpipe.pdf.writer.PdfWriter` into a file.

10,000 pages with a JPEG each and 10,000 with a G4 image each, A4 at 150 dpi, every kind in a process
of its own: pages a second, file size, and the peak memory of the process.  Where reportlab is
installed, it writes a tenth of the pages as JPEGs with invisible text in turn with pdfpipe.
"""

from __future__ import annotations

from importlib.util import find_spec
from statistics import median
from typing import Any

import pypdf

from benchmarks.support.model import Options, Result, Table
from benchmarks.support.process import child, spread

_PAGES, _RUNS = 10_000, 3


def run(options: Options) -> Result:
    pages, runs = options.pages or _PAGES, options.runs or _RUNS
    few = max(1, pages // 10)
    kinds = [("pdfpipe", "jpeg", pages), ("pdfpipe", "g4", pages), ("pdfpipe", "jpeg", few)]
    notes = ["the peak is that of the whole process, with Python, Pillow and 20 pages to choose from"]
    if find_spec("reportlab") is not None:
        kinds.append(("reportlab", "jpeg", few))
    else:
        notes.append("reportlab is not installed: no comparison")
    taken: dict[tuple[str, str, int], list[Any]] = {kind: [] for kind in kinds}
    output = options.scratch / "pages.pdf"
    for _ in range(runs):
        for kind, figures in taken.items():
            figures.append(child("write_pages", *kind, output))
            count = len(pypdf.PdfReader(output).pages)
            if count != kind[2]:
                raise RuntimeError(f"{kind}: {count} pages")
            output.unlink()
    rows = [
        [
            name,
            image.upper(),
            f"{count:,}",
            spread([count / run["seconds"] for run in figures], 0),
            f"{max(run['peak_mib'] for run in figures):.1f}",
            f"{median(run['bytes_out'] for run in figures) / count:,.0f}",
        ]
        for (name, image, count), figures in taken.items()
    ]
    return Result(
        [
            Table(
                f"pages of 300 words and an image; median (range) of {runs} runs in turn",
                ["writer", "images", "pages", "pages/s", "peak MiB", "bytes a page"],
                rows,
            )
        ],
        notes=notes,
        data={f"{name} {image} {count}": figures for (name, image, count), figures in taken.items()},
    )
