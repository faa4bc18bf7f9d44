"""Put the pages of one document together, in order, and publish it."""

from __future__ import annotations

from datetime import UTC, datetime

from pdfpipe._version import __version__
from pdfpipe.batch.freshness import digest
from pdfpipe.config.languages import bcp47, direction_of
from pdfpipe.model.job import DocumentJob, PageContent
from pdfpipe.model.names import shown
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.writer import PdfWriter
from pdfpipe.storage import AtomicFile, storage_error

__all__ = ["DocumentTask"]

PRODUCER = f"pdfpipe {__version__}"


class DocumentTask:
    """Writes one document beside its target; `publish` makes it appear, `discard` leaves nothing."""

    def __init__(self, job: DocumentJob, languages: tuple[str, ...] | None = None) -> None:
        """Begin to write; `languages` are the document's where its job leaves them open.

        Raises:
            StorageError, DocumentError: the file cannot be made.

        """
        self._job = job
        self._file = AtomicFile(job.output)
        self._writer = PdfWriter(self._file.stream, _metadata(job, languages or job.settings.languages))

    def add(self, page: PageContent) -> None:
        """Write the next page.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        try:
            self._writer.add_page(page)
        except OSError as error:
            raise storage_error(self._job.output, error) from error

    def publish(self) -> int:
        """Finish the document and make it appear under its name; returns its size in bytes.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        try:
            self._writer.finish()
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        return self._file.commit()

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        self._file.discard()


def _metadata(job: DocumentJob, languages: tuple[str, ...]) -> DocumentMetadata:
    settings = job.settings
    return DocumentMetadata(
        title=shown(job.name if settings.title is None else settings.title),
        language=bcp47(languages[0]) if languages else "und",
        producer=PRODUCER,
        created=settings.created or datetime.now(UTC).astimezone(),
        settings_digest=digest(job),
        # PDFium then reads the words of left-to-right lines from the end, so such lines must not be expected.
        right_to_left=bool(languages) and all(direction_of(language) != "ltr" for language in languages),
    )
