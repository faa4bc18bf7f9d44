"""Memory that a worker needs for one page, by engine and size: what --page-memory limits (Linux only).

Typeset pages with dark strokes are enlarged to 9 million pixels (A4 at 300 dpi) and to 100 million, and each
is read and encoded in a process of its own.
"""

from __future__ import annotations

from typing import Final

from benchmarks.support.inputs import typeset_page
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child

_ENGINES: Final = ("tesseract", "ppocr", "auto")
_PAGES: Final = (
    ("A4 at 300 dpi, gray", 2480, 3508, "L"),
    ("100 megapixels, gray", 8400, 11900, "L"),
)
_LIMIT_MB: Final = 2000


def run(options: Options) -> Result:
    rows, worst = [], 0.0
    for name, width, height, mode in _PAGES:
        path = options.scratch / f"{width}.tif"
        typeset_page(1).convert(mode).resize((width, height)).save(path, dpi=(width / 8.27,) * 2)
        row = [name]
        for engine in _ENGINES:
            figures = child("page_memory", engine, path)
            if figures["failure"] is not None:
                raise RuntimeError(f"{engine}: {figures['failure']}")
            worst = max(worst, figures["most"] / 1e6)
            row.append(f"{figures['most'] / 1e6:.0f} ({figures['warm'] / 1e6:.0f})")
        rows.append(row)
    return Result(
        [Table("private, writable memory, MB: most (warm, before the page)", ["page", *_ENGINES], rows)],
        [Target("memory of a worker for the largest page", worst, _LIMIT_MB, unit=" MB")],
    )
