"""Size and memory of the reports on a batch in which every page needs a look.

All pages, a hundred a document, get a real thumbnail and thirty doubtful places.  Memory is that of a
process of its own that gathers the events and writes both reports.
"""

from __future__ import annotations

from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child

_PAGES = 10_000
_LIMIT_KB_A_PAGE, _LIMIT_HTML_MB = 4.0, 30.0


def run(options: Options) -> Result:
    pages = options.pages or _PAGES
    figures = child("write_reports", options.scratch, pages)
    growth = (figures["peak_mib"] - figures["start_mib"]) * 2**20 / 1e3 / pages
    rows = [
        ["gathering the events", f"{figures['gather_seconds']:.2f}", "", f"{figures['gathered_mib']:.1f}"],
        *(
            [
                name,
                f"{figures[f'{name}_seconds']:.2f}",
                f"{figures[f'{name}_bytes'] / 1e6:.1f}",
                f"{peak:.1f}",
            ]
            for name, peak in (("html", figures["html_mib"]), ("json", figures["peak_mib"]))
        ),
    ]
    return Result(
        [
            Table(
                f"{pages:,} doubtful pages with a thumbnail of {figures['thumbnail_bytes'] / 1e3:.1f} KB "
                f"and 30 doubtful places each; {figures['start_mib']:.1f} MiB before",
                ["", "seconds", "MB", "peak MiB"],
                rows,
            )
        ],
        [
            Target("memory a doubtful page", growth, _LIMIT_KB_A_PAGE, unit=" KB"),
            Target("the HTML report", figures["html_bytes"] / 1e6, _LIMIT_HTML_MB, unit=" MB"),
        ],
        [],
        figures,
    )
