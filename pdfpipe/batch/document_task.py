"""Put the pages of one document together, in order, and publish it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pdfpipe._version import __version__
from pdfpipe.batch.expectations import Expectations
from pdfpipe.batch.freshness import digest
from pdfpipe.config.languages import bcp47, direction_of
from pdfpipe.model.job import DocumentJob, PageContent
from pdfpipe.model.names import shown
from pdfpipe.model.proof import ProofJob
from pdfpipe.pdf.digests import fill
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.writer import PdfWriter
from pdfpipe.storage import AtomicFile, storage_error

__all__ = ["DocumentTask"]

PRODUCER = f"pdfpipe {__version__}"


class DocumentTask:
    """Writes one document beside its target; `publish` makes it appear, `discard` leaves nothing.

    In between, `proof` says what must be found in it when it is read back.
    """

    def __init__(self, job: DocumentJob, languages: tuple[str, ...] | None = None) -> None:
        """Begin to write; `languages` are the document's where its job leaves them open.

        Raises:
            StorageError, DocumentError: the file cannot be made.

        """
        self._job = job
        self._file = AtomicFile(job.output)
        self._expectations = Expectations(job.output.parent)
        self._writer = PdfWriter(self._file.stream, _metadata(job, languages or job.settings.languages))

    def add(self, page: PageContent) -> None:
        """Write the next page.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        try:
            self._expectations.add(page)
            self._writer.add_page(page)
        except OSError as error:
            raise storage_error(self._job.output, error) from error

    def finish(self) -> None:
        """Write the end of the document, so that it can be read back.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        try:
            self._writer.finish()
            self._file.stream.flush()
        except OSError as error:
            raise storage_error(self._job.output, error) from error

    @property
    def output(self) -> Path:
        """Where the document will be."""
        return self._job.output

    @property
    def pages(self) -> int:
        """How many pages have been written."""
        return len(self._expectations)

    def proof(self, start: int, stop: int) -> ProofJob:
        """What to prove of pages from `start` until before `stop`, counted from 0.

        Raises:
            StorageError: what is expected of them cannot be read.

        """
        try:
            expected = self._expectations.read(start, stop)
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        return ProofJob(self._file.path, self.pages, start + 1, expected)

    def publish(self, digests: bytes) -> int:
        """Make the document appear under its name with the digests of its pages; returns its size in bytes.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        try:
            fill(self._file.stream, self._writer.digests_at, digests)
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        return self._file.commit()

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        self._file.discard()
        self._expectations.close()


def _metadata(job: DocumentJob, languages: tuple[str, ...]) -> DocumentMetadata:
    settings = job.settings
    return DocumentMetadata(
        title=shown(job.name if settings.title is None else settings.title),
        language=bcp47(languages[0]) if languages else "und",
        producer=PRODUCER,
        created=settings.created or datetime.now(UTC).astimezone(),
        settings_digest=digest(job),
        right_to_left=bool(languages) and direction_of(languages[0]) != "ltr",
    )
