"""What sidecars cost: pages of 300 words written in each format, found again in the file, and read.

10,000 pages in a process of its own for each format: milliseconds of processor time and bytes a page, and
the peak memory of the process.  Of what is found, 200 pages are read.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child, spread
from pdfpipe.model.sidecar import Sidecar

_PAGES, _RUNS = 10_000, 1
_MOST_MS = 5.0


def run(options: Options) -> Result:
    pages, runs = options.pages or _PAGES, options.runs or _RUNS
    taken: dict[Sidecar, list[Any]] = {kind: [] for kind in Sidecar}
    for _ in range(runs):
        for kind, figures in taken.items():
            figures.append(child("write_sidecars", kind.value, pages, options.scratch))
            kind.beside(options.scratch / "pages.pdf").unlink()
    rows = [
        [
            kind.value,
            spread([1000 * run["write"] / pages for run in figures], 2),
            f"{median(run['bytes'] for run in figures) / pages:,.0f}",
            f"{max(run['peak_mib'] for run in figures):.1f}",
            *(
                [
                    spread([1000 * run["find"] / pages for run in figures], 2),
                    spread([1000 * run["read"] for run in figures], 2),
                    f"{max(run['peak_reading_mib'] for run in figures):.1f}",
                ]
                if kind is not Sidecar.TEXT
                else ["-", "-", "-"]
            ),
        ]
        for kind, figures in taken.items()
    ]
    slowest = max(median(run["write"] for run in figures) / pages for figures in taken.values())
    return Result(
        [
            Table(
                f"{pages:,} pages of 300 words, each figure for one page; median (range) of {runs} runs",
                [
                    "format",
                    "write, CPU ms",
                    "bytes",
                    "peak MiB",
                    "find, CPU ms",
                    "read, CPU ms",
                    "peak MiB",
                ],
                rows,
            )
        ],
        [Target("writing a page in the slowest format", 1000 * slowest, _MOST_MS, unit=" ms")],
        data={kind.value: figures for kind, figures in taken.items()},
    )
