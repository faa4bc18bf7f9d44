"""What is to be known of PDFs when documents are planned: found out in a process that may die of it.

qpdf unpacks whatever a PDF says it should, and a few kilobytes can say gigabytes.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from pdfpipe.batch.workers import memory_of_a_worker
from pdfpipe.errors import PageLoadError, WorkerCrashedError
from pdfpipe.execution.blocking import BlockingCalls
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import PdfPageSource
from pdfpipe.model.settings import Settings

__all__ = ["PdfInspector"]

Job = tuple[Path, PdfInputSettings]
Pages = tuple[PdfPageSource, ...]


class PdfInspector:
    """Inspects PDFs within the limits of a page; a context manager."""

    def __init__(self) -> None:
        self._calls: BlockingCalls[Job, Pages] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._calls is not None:
            self._calls.__exit__(kind, error, traceback)

    def pages(self, path: Path, settings: Settings) -> Pages:
        """See `pdfpipe.pdf.existing.inspection.inspect`; `settings` are those of its document.

        Raises:
            DocumentError: also where it cannot be inspected within the limits.
            OSError: it cannot be read.

        """
        if self._calls is None:  # time and memory are settings of the run, alike in all documents
            self._calls = BlockingCalls(
                _inspect, seconds=settings.page_timeout or None, memory=memory_of_a_worker(settings)
            )
        try:
            # A worker may have another working folder.
            return self._calls((path.absolute(), settings.pdf_input))
        except WorkerCrashedError as error:
            raise PageLoadError(
                f"its structure cannot be read: {error.args[0]}; it is damaged, or made to do harm"
            ) from error


def _inspect(job: Job) -> Pages:
    from pdfpipe.pdf.existing.inspection import inspect  # qpdf, which the planning process does not need

    return inspect(*job)
