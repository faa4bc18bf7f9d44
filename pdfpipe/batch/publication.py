"""The PDF of a document and the sidecars beside it: files that appear together or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from pdfpipe.batch.freshness import known_sidecars
from pdfpipe.batch.sidecar_files import SidecarFiles
from pdfpipe.model.job import DocumentJob, PageResult
from pdfpipe.storage import AtomicFile, commit_together

__all__ = ["Publication"]


class Publication:
    """Hidden files beside their targets until `commit`; what is written to `stream` is the PDF.

    `known` are the sidecars that it may replace (`pdfpipe.batch.freshness`).
    """

    def __init__(self, job: DocumentJob, languages: tuple[str, ...]) -> None:
        """Begin to write; `languages` are the document's.

        Raises:
            StorageError, DocumentError: a file cannot be made.

        """
        self.known = known_sidecars(job)
        self._sidecars = SidecarFiles(job, languages)
        try:
            self._pdf = AtomicFile(job.output)
        except Exception:
            self._sidecars.discard()
            raise

    @property
    def stream(self) -> BinaryIO:
        """What the PDF is written to."""
        return self._pdf.stream

    @property
    def path(self) -> Path:
        """Where the PDF is until it appears, for readers in other processes."""
        return self._pdf.path

    def add(self, page: PageResult) -> None:
        """Write the next page, which has a content, into the sidecars.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        self._sidecars.add(page)

    def finish(self) -> tuple[tuple[str, str], ...]:
        """Write the ends of the sidecars; returns what the PDF's marker says of them.

        Raises:
            StorageError, DocumentError: they cannot be written.

        """
        return self._sidecars.finish()

    def commit(self) -> int:
        """Make all files appear, the PDF last: where it is, they are.  Returns the PDF's size in bytes.

        Raises:
            StorageError, DocumentError: one cannot be written.

        """
        return commit_together([*self._sidecars.files, self._pdf])

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        self._sidecars.discard()
        self._pdf.discard()
