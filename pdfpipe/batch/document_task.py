"""Put the pages of one document together, in order, and publish it."""

from __future__ import annotations

from datetime import UTC, datetime

from pdfpipe._version import __version__
from pdfpipe.batch.freshness import digest, scans_digest
from pdfpipe.batch.navigation import Navigation
from pdfpipe.batch.publication import Publication
from pdfpipe.config.languages import bcp47, direction_of
from pdfpipe.model.job import DocumentJob, PageContent, PageResult
from pdfpipe.model.names import shown
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.proof.expectation import expected_page
from pdfpipe.pdf.writer import PdfWriter
from pdfpipe.storage import Room, storage_error

__all__ = ["DocumentTask", "document_metadata"]

PRODUCER = f"pdfpipe {__version__}"


class DocumentTask:
    """Writes one document, and its sidecars; `publish` makes all appear, `discard` leaves nothing.

    In between, after `finish`, `file` can be read back.
    """

    def __init__(
        self, job: DocumentJob, languages: tuple[str, ...] | None = None, room: Room | None = None
    ) -> None:
        """Begin to write; `languages` are the document's where its job leaves them open; `room` says what is
        done on a full disk.

        Raises:
            StorageError, DocumentError: the file cannot be made.

        """
        self._job = job
        self._navigation = Navigation(job)
        languages = languages or job.settings.languages
        self.file = Publication(job, languages, room)
        self._writer = PdfWriter(
            self.file.stream, document_metadata(job, languages), job.settings.output_type
        )

    @property
    def known(self) -> frozenset[tuple[str, str]]:
        """The sidecars that it may replace (`pdfpipe.batch.freshness`)."""
        return self.file.known

    def add(self, page: PageResult) -> None:
        """Write the next page, which has a content.

        Raises:
            StorageError, DocumentError: it cannot be written.
            ConformanceError: the document cannot be PDF/A with it.

        """
        content = page.content
        assert isinstance(content, PageContent)  # noqa: S101 - what the page task makes of images
        try:
            self._writer.add_page(content, self._navigation.next_bookmarks(content.shown_text))
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        self.file.add(page, expected_page(content))

    def leave_out(self, _page: PageResult) -> None:
        """Pass over the next page."""
        self._navigation.leave_out()

    @property
    def level(self) -> PdfaLevel | None:
        """The kind of PDF/A that it is, as far as it is written; None for a plain PDF."""
        return self._writer.level

    @property
    def notes(self) -> tuple[str, ...]:
        """What is not as one would expect of it."""
        obstacle = self._writer.obstacle
        plain = f"a plain PDF, for {obstacle}" if obstacle is not None else None
        return tuple(note for note in (plain, self._navigation.note) if note is not None)

    def finish(self) -> None:
        """Write the end of the document, so that it can be read back.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        sidecars = self.file.finish()
        try:
            self._writer.finish(self._navigation.labels(), sidecars)
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        self.file.flush()

    def publish(self, digests: bytes) -> int:
        """Make the document appear under its name with the digests of its pages; returns the PDF's size in
        bytes.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        return self.file.commit(self._writer.digests_at, digests)

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        self.file.discard()


def document_metadata(job: DocumentJob, languages: tuple[str, ...]) -> DocumentMetadata:
    """What the settings say of a document in these languages."""
    settings, given = job.settings, job.settings.metadata
    return DocumentMetadata(
        title=_one_line(job.name if given.title is None else given.title),
        language=given.language or (bcp47(languages[0]) if languages else "und"),
        producer=PRODUCER,
        created=settings.created or datetime.now(UTC).astimezone(),
        settings_digest=digest(job),
        scans_digest=scans_digest(job) if job.is_named_by_scan else "",
        # PDFium then reads the words of left-to-right lines from the end, so such lines must not be expected.
        right_to_left=bool(languages) and all(direction_of(language) != "ltr" for language in languages),
        author=_one_line(given.author or ""),
        subject=_one_line(given.subject or ""),
        keywords=tuple(map(_one_line, given.keywords)),
        dated=given.created,
    )


def _one_line(text: str) -> str:
    """The text as it can be shown anywhere, line breaks as spaces."""
    return shown(" ".join(text.splitlines()))
