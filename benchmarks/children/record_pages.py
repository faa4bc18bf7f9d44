"""Record pages in a journal, and nothing else, and tell how long that takes.

python -m benchmarks.children.record_pages FOLDER PAGES PAGES_A_DOCUMENT
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from pdfpipe.batch.events import DocumentPublished, PageDone, PageSummary
from pdfpipe.batch.journal import Journal, RunCommand
from pdfpipe.errors import ExitCode
from pdfpipe.model.job import DocumentJob, FileStamp, PageSource

_SECONDS = (("load", 0.01), ("recognize", 0.5), ("encode", 0.02), ("prove", 0.01))


def main() -> None:
    folder, pages, a_document = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    jobs = [_job(folder, number, a_document) for number in range(pages // a_document)]
    start = time.perf_counter()
    journal = Journal(folder, RunCommand("convert", ("scans",), folder))
    opened = time.perf_counter()
    journal.plan(jobs)
    planned = time.perf_counter()
    pages_seconds = documents_seconds = 0.0
    for job in jobs:
        job.output.write_bytes(b"%PDF")
        summaries = tuple(
            PageSummary(number, page, 300, 0.93, (300.0, 300.0), seconds=_SECONDS)
            for number, page in enumerate(job.pages, 1)
        )
        begin = time.perf_counter()
        for summary in summaries:
            journal.record(PageDone(job, summary))
        end = time.perf_counter()
        journal.record(DocumentPublished(job, summaries, 1_000_000, 900_000))
        pages_seconds += end - begin
        documents_seconds += time.perf_counter() - end
    closing = time.perf_counter()
    journal.end(ExitCode.OK)
    closed = time.perf_counter()
    print(
        json.dumps(
            {
                "open_seconds": opened - start + closed - closing,
                "plan_seconds": planned - opened,
                "pages_seconds": pages_seconds,
                "documents_seconds": documents_seconds,
                "bytes": journal.path.stat().st_size,
            }
        )
    )


def _job(folder: Path, number: int, pages: int) -> DocumentJob:
    scans = Path("scans", f"document-{number}")
    sources = (PageSource(scans / f"page-{page}.tif", 0, FileStamp(100_000, 10**18)) for page in range(pages))
    return DocumentJob(f"document-{number}", folder / f"document-{number}.pdf", tuple(sources))


if __name__ == "__main__":
    main()
