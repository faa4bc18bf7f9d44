"""What a pipeline tells while it runs; each event is a frozen value."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from pdfpipe.model.image import DpiSource, Thumbnail
from pdfpipe.model.job import DocumentJob, Failure, PageResult, PageSource
from pdfpipe.model.language import LanguageGuess
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.model.pdf_page import PdfPageContent
from pdfpipe.model.text import PageText

__all__ = [
    "DiskFree",
    "DiskFull",
    "DocumentFailed",
    "DocumentPublished",
    "DocumentSkipped",
    "Event",
    "PageDone",
    "PageSummary",
]


class PageSummary(msgspec.Struct, frozen=True):
    """What a report says of a page.

    `confidence` is 0 to 1, None without words.  `dpi` is the resolution used, along x and y.
    `pixels` is the size of the upright page.  `read` is false where it was only decoded, because its document
    had failed already.
    `engines` are those that read the page's lines, where several were asked, with how many each, most first.
    `complaints` are the decoder's about damage that it could read over.
    `seconds`, `steps`, `dpi_certainty`, `unread`, `content_hash`, `from_cache`, `attempts` and `blank` are as
    in `pdfpipe.model.job.PageResult`.
    `place` is the page's number in the PDF, which is smaller than its own behind pages that were left out;
    None where it is not in the PDF.  `dropped` where it was left out: for being blank, or for being a mere
    separator sheet (`source.separator`), which is not `read` then.
    """

    number: int
    source: PageSource
    words: int = 0
    confidence: float | None = None
    dpi: tuple[float, float] | None = None
    dpi_source: DpiSource = DpiSource.FILE
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    engines: tuple[tuple[str, int], ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    pixels: tuple[int, int] | None = None
    read: bool = True
    content_hash: str = ""
    from_cache: bool = False
    attempts: int = 1
    blank: bool = False
    place: int | None = None
    dropped: bool = False
    steps: tuple[tuple[str, float], ...] = ()
    dpi_certainty: float | None = None
    unread: float | None = None

    @classmethod
    def of(cls, result: PageResult, source: PageSource | None = None) -> Self:
        """The summary of what came of a page job.

        It is kept for as long as the run lasts, so it shares with others what is alike: the `source` that the
        result was made from, where that is given, and the names of the steps.
        """
        content = result.content
        text = content.text if content is not None else None
        kept = content.kept_words if isinstance(content, PdfPageContent) else 0
        return cls(
            number=result.number,
            source=source or result.source,
            words=sum(1 for _ in text.words) if text is not None else kept,
            confidence=text.mean_confidence if text is not None else None,
            dpi=(content.resolution.x, content.resolution.y) if content is not None else None,
            dpi_source=result.dpi_source,
            failure=result.failure,
            notes=result.notes,
            complaints=result.complaints,
            engines=text.engines if text is not None else (),
            seconds=tuple((sys.intern(step), seconds) for step, seconds in result.seconds),
            pixels=(content.width, content.height) if content is not None else None,
            read=content is not None or result.failure is not None,
            content_hash=result.content_hash,
            from_cache=result.from_cache,
            attempts=result.attempts,
            blank=result.blank,
            steps=result.steps,
            dpi_certainty=result.dpi_certainty,
            unread=result.unread,
        )


class PageDone(msgspec.Struct, frozen=True):
    """A page has been read and, if its document can still be published, written.

    `text` is what was read, `thumbnail` a small picture of the page, if it needs a look and the settings ask
    for one; neither is kept anywhere else.
    """

    document: DocumentJob
    page: PageSummary
    text: PageText | None = None
    thumbnail: Thumbnail | None = None


class DocumentPublished(msgspec.Struct, frozen=True):
    """A document stands whole under its name; sizes are in bytes.

    `pages` are those that it was to be made of; `written` those that are in it.  A run keeps them packed
    (`pdfpipe.batch.packed_pages`), so go through them rather than ask for one after the other.
    `language` tells what was found where the job's languages are ``auto``.  `level` is None for a plain
    PDF; `notes` tell what is not as one would expect of the document.
    """

    document: DocumentJob
    pages: Sequence[PageSummary]
    bytes_in: int
    bytes_out: int
    language: LanguageGuess | None = None
    level: PdfaLevel | None = None
    notes: tuple[str, ...] = ()

    @property
    def written(self) -> tuple[PageSummary, ...]:
        """The pages of the PDF."""
        return tuple(page for page in self.pages if not page.dropped)

    @property
    def output(self) -> Path:
        """The PDF."""
        return self.document.output

    @property
    def sidecars(self) -> tuple[Path, ...]:
        """The files with its text beside it."""
        return tuple(sidecar.beside(self.output) for sidecar in self.document.settings.sidecars)


class DocumentSkipped(msgspec.Struct, frozen=True):
    """A document is up to date."""

    document: DocumentJob


class DocumentFailed(msgspec.Struct, frozen=True):
    """A document was not published; whatever stood under its name is as it was."""

    document: DocumentJob
    failures: tuple[Failure, ...]
    pages: Sequence[PageSummary] = ()
    language: LanguageGuess | None = None


class DiskFull(msgspec.Struct, frozen=True):
    """There is no room for a document, and the run waits for some, as the settings say; `free` is in bytes.

    Others may be in want of room as well: the first is told of.
    """

    document: DocumentJob
    reason: str
    free: int


class DiskFree(msgspec.Struct, frozen=True):
    """There is room again, and the run goes on with this document and all others."""

    document: DocumentJob


Event = PageDone | DocumentPublished | DocumentSkipped | DocumentFailed | DiskFull | DiskFree
