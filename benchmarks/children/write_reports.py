"""Gather the events of a batch in which every page needs a look, and write both reports.

python -m benchmarks.children.write_reports FOLDER PAGES
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.support.inputs import typeset_page
from benchmarks.support.memory import peak_mib
from pdfpipe.batch.events import DocumentPublished, PageDone, PageSummary
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.batch.report.as_html import html_report
from pdfpipe.batch.report.as_json import json_report
from pdfpipe.imaging.thumbnail import thumbnail
from pdfpipe.model.geometry import BoundingBox, Resolution
from pdfpipe.model.image import DpiSource, PageImage, Thumbnail
from pdfpipe.model.job import DocumentJob, PageSource
from pdfpipe.model.text import Block, Line, PageText, Word

_A_DOCUMENT, _PLACES = 100, 30


def main() -> None:
    folder, pages = Path(sys.argv[1]), int(sys.argv[2])
    picture = thumbnail(PageImage(typeset_page(1), "PNG", Resolution(150, 150), DpiSource.FILE))
    figures: dict[str, float] = {"start_mib": peak_mib(), "thumbnail_bytes": len(picture.data)}
    start = time.perf_counter()
    report = _report(folder, pages, picture)
    figures |= {"gather_seconds": time.perf_counter() - start, "gathered_mib": peak_mib()}
    writers: dict[str, Callable[[], Iterable[bytes]]] = {
        "html": lambda: html_report(report, folder),
        "json": lambda: json_report(report),
    }
    for name, pieces in writers.items():
        start = time.perf_counter()
        file = folder / f"report.{name}"
        with file.open("wb") as stream:
            stream.writelines(pieces())
        figures |= {
            f"{name}_seconds": time.perf_counter() - start,
            f"{name}_bytes": file.stat().st_size,
            f"{name}_mib": peak_mib(),
        }
    print(json.dumps({**figures, "peak_mib": peak_mib()}))


def _report(folder: Path, pages: int, picture: Thumbnail) -> Report:
    jobs = tuple(
        DocumentJob(
            f"document-{first:05}",
            folder / f"document-{first:05}.pdf",
            tuple(PageSource(folder / f"{first + i:05}.tif") for i in range(min(_A_DOCUMENT, pages - first))),
        )
        for first in range(0, pages, _A_DOCUMENT)
    )
    builder = ReportBuilder(jobs, folder)
    for job in jobs:
        summaries = [
            PageSummary(number, source, 2 * _PLACES, 0.6, (300, 300), pixels=(2480, 3508))
            for number, source in enumerate(job.pages, 1)
        ]
        for summary in summaries:
            builder.add(PageDone(job, summary, _text(summary.number), picture))
        builder.add(DocumentPublished(job, tuple(summaries), 1000, 1000))
    return builder.build(1.0)


def _text(number: int) -> PageText:
    """Lines of which the first half is doubtful."""
    lines = []
    for row in range(_PLACES):
        box = BoundingBox(200.0, 100.0 * row, 900.0, 100.0 * row + 60)
        sure = BoundingBox(950.0, 100.0 * row, 1600.0, 100.0 * row + 60)
        words = Word(f"doubtful-{number}-{row}", box, 0.4), Word("certain", sure, 0.99)
        lines.append(Line(words, box.union(sure)))
    return PageText(2480, 3508, (Block(tuple(lines), lines[0].box.union(lines[-1].box)),))


if __name__ == "__main__":
    main()
