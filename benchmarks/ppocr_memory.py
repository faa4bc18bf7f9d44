"""Memory of one worker while ppocr reads pages of ever other sizes.

Pages are pieces of random size of real scans (or of the fixtures), scaled at random, so that the
networks hardly see a shape twice.  Resident memory is noted after each tenth of the pages, for each
inference runtime that is installed.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from benchmarks.support.inputs import FIXTURES, corpus_pages
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child

_PAGES = 500
_LIMIT_MB = 1500
_MAX_GROWTH = 1.05


def run(options: Options) -> Result:
    if options.corpus is not None:
        scans = [*corpus_pages(options, "books"), *corpus_pages(options, "receipts")]
    else:
        scans = sorted(
            path for path in (FIXTURES / "scans").rglob("*") if path.suffix in (".tif", ".png", ".jpg")
        )
    listed = Path(options.scratch, "scans.txt")
    listed.write_text("\n".join(map(str, scans)), encoding="utf-8")
    pages = options.pages or _PAGES
    tables, targets, data = [], [], {}
    for runtime in ("openvino", "onnxruntime"):
        if find_spec(runtime) is None:
            continue
        figures = child("ppocr_pages", listed, pages, runtime)
        samples = figures["samples"]
        # Single notes go up and down with the page that was read last.
        first, second = (
            max(resident for done, resident, _ in samples if (done <= pages // 2) is early)
            for early in (True, False)
        )
        rows = [[str(done), f"{resident:.0f}", f"{peak:.0f}"] for done, resident, peak in samples]
        tables.append(
            Table(f"{runtime}, {pages} pages of mixed sizes", ["pages", "resident MiB", "peak MiB"], rows)
        )
        targets += [
            Target(
                f"{runtime}: peak memory of a worker", samples[-1][2] * 2**20 / 1e6, _LIMIT_MB, unit=" MB"
            ),
            Target(f"{runtime}: most resident in the second half, of the first", second / first, _MAX_GROWTH),
        ]
        data[runtime] = figures
    return Result(tables, targets, data=data)
