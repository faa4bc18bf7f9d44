"""Lay what was read on the pages of one PDF into that PDF, and publish it."""

from __future__ import annotations

from pathlib import Path

from pdfpipe.batch.document_task import document_metadata
from pdfpipe.batch.graft_task import GraftJob
from pdfpipe.batch.publication import Publication
from pdfpipe.errors import PdfpipeError
from pdfpipe.model.geometry import Transform, turned_orientation
from pdfpipe.model.job import DocumentJob, PageContent, PageResult
from pdfpipe.model.output_type import OutputType, PdfaLevel
from pdfpipe.model.pdf_page import Grafted, GraftRequest, PageChange, PageEdit, PdfPageContent
from pdfpipe.pdf.marker import Marker
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.proof.expectation import ExpectedPage, expected_layer
from pdfpipe.pdf.writer import PdfWriter
from pdfpipe.storage import AtomicFile, Room, storage_error

__all__ = ["PdfDocumentTask", "layers_of"]


class PdfDocumentTask:
    """As `DocumentTask`, for a document that is a PDF already.

    What is to be added waits in a hidden file, a PDF of its own, so that memory does not grow with the
    pages; a worker then writes the given PDF with it.
    """

    def __init__(
        self, job: DocumentJob, languages: tuple[str, ...] | None = None, room: Room | None = None
    ) -> None:
        """Begin to write; `languages` are the document's where its job leaves them open; `room` says what is
        done on a full disk.

        Raises:
            StorageError, DocumentError: the file cannot be made.

        """
        self.job = job
        languages = languages or job.settings.languages
        self._metadata = document_metadata(job, languages)
        self.file = Publication(job, languages, room)
        try:
            self._layers = AtomicFile(layers_of(job.output), room)
        except PdfpipeError:
            self.file.discard()
            raise
        self._writer = PdfWriter(self._layers.stream, self._metadata, OutputType.PDF)
        self._graft: GraftJob | None = None
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
                size, orientation = (content.width, content.height), turned_orientation(1, content.turn)
                self._writer.add_page(
                    PageContent(content.image, orientation, *size, content.resolution, content.text)
                )
            elif content.text is not None:
                self._writer.add_text(content.text, content.resolution)
        except OSError as error:
            raise storage_error(self.job.output, error) from error
        if content.change is not PageChange.NONE:
            layer, self._written = self._written, self._written + 1
        self._pages.append(PageEdit(content.change, content.placement, layer, content.turn))
        self.file.add(page, _expected(page, content))

    def leave_out(self, page: PageResult) -> None:
        """Never: what else is in a PDF may depend on its pages (`pdfpipe.batch.left_out`)."""
        raise AssertionError(f"page {page.number} of a PDF was to be left out")

    def finish(self) -> None:
        """Write the ends of all but the PDF, which `graft` then tells how to make.

        Raises:
            StorageError, DocumentError: they cannot be written.

        """
        settings, wanted = self.job.settings, self.job.settings.output_type
        request = GraftRequest(
            moment=self._metadata.created,
            language=self._metadata.language,
            information=_given(self.job, self._metadata),
            level=wanted.level,
            must_conform=wanted.is_order,
        )
        try:
            self._writer.finish()
            self._layers.stream.flush()
        except OSError as error:
            raise storage_error(self.job.output, error) from error
        self._graft = GraftJob(
            self.job.pages[0].path.absolute(),
            settings.pdf_input,
            tuple(self._pages),
            self._layers.path.absolute(),
            self.file.path.absolute(),
            request,
            Marker(self._metadata.settings_digest, self.file.finish()),
        )
        self.file.flush()

    @property
    def graft(self) -> GraftJob:
        """How to write the PDF, after `finish`; `grafted` is to hear of it."""
        assert self._graft is not None  # noqa: S101 - for mypy
        return self._graft

    def grafted(self, done: Grafted) -> None:
        """The PDF has been written."""
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
        self._layers.discard()
        self.file.discard()


def layers_of(output: Path) -> Path:
    """The name that what is to be added to a PDF would have, if it were ever published."""
    return output.with_name(f"{output.name}.layers")


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
