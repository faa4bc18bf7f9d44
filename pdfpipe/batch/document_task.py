"""Put the pages of one document together, in order, and publish it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pdfpipe._version import __version__
from pdfpipe.batch.expectations import Expectations
from pdfpipe.batch.freshness import digest
from pdfpipe.batch.navigation import Navigation
from pdfpipe.batch.publication import Publication
from pdfpipe.config.languages import bcp47, direction_of
from pdfpipe.model.job import DocumentJob, PageResult
from pdfpipe.model.names import shown
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.model.proof import ProofJob
from pdfpipe.pdf.digests import fill
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.writer import PdfWriter
from pdfpipe.storage import storage_error

__all__ = ["DocumentTask"]

PRODUCER = f"pdfpipe {__version__}"


class DocumentTask:
    """Writes one document, and its sidecars; `publish` makes all appear, `discard` leaves nothing.

    In between, `proof` says what must be found in the PDF when it is read back.
    """

    def __init__(self, job: DocumentJob, languages: tuple[str, ...] | None = None) -> None:
        """Begin to write; `languages` are the document's where its job leaves them open.

        Raises:
            StorageError, DocumentError: the file cannot be made.

        """
        self._job = job
        self._navigation = Navigation(job)
        languages = languages or job.settings.languages
        self._file = Publication(job, languages)
        self._expectations = Expectations(job.output.parent)
        self._writer = PdfWriter(self._file.stream, _metadata(job, languages), job.settings.output_type)

    @property
    def known(self) -> frozenset[tuple[str, str]]:
        """The sidecars that it may replace (`pdfpipe.batch.freshness`)."""
        return self._file.known

    def add(self, page: PageResult) -> None:
        """Write the next page, which has a content.

        Raises:
            StorageError, DocumentError: it cannot be written.
            ConformanceError: the document cannot be PDF/A with it.

        """
        try:
            content = page.content
            assert content is not None  # noqa: S101 - for mypy
            self._expectations.add(content)
            self._writer.add_page(content, self._navigation.next_bookmarks(content.text))
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        self._file.add(page)

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
        sidecars = self._file.finish()
        try:
            self._writer.finish(self._navigation.labels(), sidecars)
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
        """Make the document appear under its name with the digests of its pages; returns the PDF's size in
        bytes.

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
    settings, given = job.settings, job.settings.metadata
    return DocumentMetadata(
        title=_one_line(job.name if given.title is None else given.title),
        language=given.language or (bcp47(languages[0]) if languages else "und"),
        producer=PRODUCER,
        created=settings.created or datetime.now(UTC).astimezone(),
        settings_digest=digest(job),
        right_to_left=bool(languages) and direction_of(languages[0]) != "ltr",
        author=_one_line(given.author or ""),
        subject=_one_line(given.subject or ""),
        keywords=tuple(map(_one_line, given.keywords)),
        dated=given.created,
    )


def _one_line(text: str) -> str:
    """The text as it can be shown anywhere, line breaks as spaces."""
    return shown(" ".join(text.splitlines()))
