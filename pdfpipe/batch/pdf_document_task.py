"""Lay what was read on the pages of one PDF into that PDF, and publish it."""

from __future__ import annotations

from pdfpipe.batch.document_task import document_metadata
from pdfpipe.batch.publication import Publication
from pdfpipe.errors import DocumentError, PdfpipeError
from pdfpipe.model.geometry import Transform
from pdfpipe.model.job import DocumentJob, PageContent, PageResult
from pdfpipe.model.output_type import OutputType, PdfaLevel
from pdfpipe.model.pdf_page import GraftRequest, PageChange, PageEdit, PdfPageContent
from pdfpipe.pdf.marker import Marker
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.proof.expectation import ExpectedPage, expected_layer
from pdfpipe.pdf.writer import PdfWriter
from pdfpipe.storage import Room, abandon, scratch_file, storage_error

__all__ = ["PdfDocumentTask"]


class PdfDocumentTask:
    """As `DocumentTask`, for a document that is a PDF already.

    What is to be added waits in a nameless file, a PDF of its own, so that memory does not grow with
    the pages; `finish` writes the given PDF with it.
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
        languages = languages or job.settings.languages
        self._metadata = document_metadata(job, languages)
        self.file = Publication(job, languages, room)
        try:
            self._layers = scratch_file(job.output.parent, job.output, room)
        except OSError as error:
            self.file.discard()
            raise storage_error(job.output, error) from error
        self._writer = PdfWriter(self._layers, self._metadata, OutputType.PDF)
        self._pages: list[PageEdit] = []
        self._written = 0
        self._digests_at = 0
        self.level: PdfaLevel | None = None
        """The kind of PDF/A that it has become; None for a plain PDF."""
        self.notes: tuple[str, ...] = ()
        """Why it has not."""

    @property
    def known(self) -> frozenset[tuple[str, str]]:
        """The sidecars that it may replace (`pdfpipe.batch.freshness`)."""
        return self.file.known

    def add(self, page: PageResult) -> None:
        """Take the next page, which has a content.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        content = page.content
        assert isinstance(content, PdfPageContent)  # noqa: S101 - what the page task makes of PDFs
        layer = None
        try:
            if content.change is PageChange.REPLACE_PAGE:
                assert content.image is not None  # noqa: S101 - for mypy
                size = content.width, content.height
                self._writer.add_page(PageContent(content.image, 1, *size, content.resolution, content.text))
            elif content.text is not None:
                self._writer.add_text(content.text, content.resolution)
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        if content.change is not PageChange.NONE:
            layer, self._written = self._written, self._written + 1
        self._pages.append(PageEdit(content.change, content.placement, layer))
        self.file.add(page, _expected(page, content))

    def finish(self) -> None:
        """Write the document, so that it can be read back.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        # qpdf, which documents made of images do not need.
        from pdfpipe.pdf.existing.graft import graft

        source, settings = self._job.pages[0].path, self._job.settings
        sidecars = self.file.finish()
        wanted = settings.output_type
        request = GraftRequest(
            moment=self._metadata.created,
            language=self._metadata.language,
            information=_given(self._job, self._metadata),
            level=wanted.level,
            must_conform=wanted.is_order,
        )
        marker = Marker(self._metadata.settings_digest, sidecars)
        try:
            self._writer.finish()
            done = graft(
                source, settings.pdf_input, self._pages, self._layers, self.file.stream, request, marker
            )
        except OSError as error:
            raise storage_error(self._job.output, error) from error
        except PdfpipeError:
            raise
        except Exception as error:  # qpdf is foreign code, and what it raises fails this document alone
            raise DocumentError(f"it cannot be changed: {type(error).__name__}: {error}") from error
        self.file.flush()
        self.level = done.level
        self.notes = done.notes
        self._digests_at = done.digests_at

    def publish(self, digests: bytes) -> int:
        """Make the document appear under its name with the digests of its pages; returns its size in bytes.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        return self.file.commit(self._digests_at, digests)

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        abandon(self._layers)
        self.file.discard()


def _expected(page: PageResult, content: PdfPageContent) -> ExpectedPage:
    """What the proof must find on the page."""
    if content.text is None or page.source.pdf is None:
        return ExpectedPage(alone=False)
    unit = page.source.pdf.user_unit
    placement = content.placement.then(Transform.scaling(unit, unit))
    return expected_layer(content.text, content.resolution, placement, content.image)


def _given(job: DocumentJob, metadata: DocumentMetadata) -> dict[str, str]:
    """The entries of Info that are given: the PDF's own count more than defaults, such as its file's name."""
    given = job.settings.metadata
    entries = {
        "/Title": metadata.title if given.title is not None else "",
        "/Author": metadata.author,
        "/Subject": metadata.subject,
        "/Keywords": metadata.keyword_list,
    }
    return {key: text for key, text in entries.items() if text}
