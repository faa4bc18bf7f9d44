"""What came of a batch: for the eye, for programs, and for the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pdfpipe.batch.events import (
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
    PageSummary,
)
from pdfpipe.batch.report.as_json import json_report
from pdfpipe.batch.report.doubts import doubtful_regions, doubts, mean_confidence
from pdfpipe.batch.report.looks import Look, Looks
from pdfpipe.errors import ExitCode
from pdfpipe.model.job import DocumentJob

__all__ = ["Report", "ReportBuilder"]


class Report(msgspec.Struct, frozen=True):
    """The outcome of a batch.

    `unfinished` are documents that were planned and neither published, skipped nor failed, because
    the run stopped early.  `seconds` is wall time; `ended_by` is set where an error or an interrupt
    ended the run, at `ended_at`.  `looks` has what else is known of the pages that need a look.
    """

    published: tuple[DocumentPublished, ...]
    skipped: tuple[DocumentSkipped, ...]
    failed: tuple[DocumentFailed, ...]
    unfinished: tuple[DocumentJob, ...]
    seconds: float
    ended_by: ExitCode | None = None
    ended_at: datetime | None = None
    looks: Looks | None = None

    @property
    def pages(self) -> tuple[PageSummary, ...]:
        """All pages that were published, all at once in memory."""
        return tuple(self._written())

    def _written(self) -> Iterator[PageSummary]:
        return (page for document in self.published for page in document.written)

    @property
    def page_count(self) -> int:
        """How many pages were published."""
        return sum(1 for _ in self._written())

    @property
    def dropped(self) -> tuple[tuple[DocumentPublished, PageSummary], ...]:
        """All blank pages that were left out, but for separator sheets, with their documents."""
        return tuple(left for left in self._left_out() if left[1].source.separator is None)

    @property
    def separators(self) -> tuple[tuple[DocumentPublished, PageSummary], ...]:
        """All separator sheets that were left out, with their documents."""
        return tuple(left for left in self._left_out() if left[1].source.separator is not None)

    def _left_out(self) -> Iterator[tuple[DocumentPublished, PageSummary]]:
        return ((document, page) for document in self.published for page in document.pages if page.dropped)

    @property
    def doubtful(self) -> tuple[tuple[DocumentPublished, PageSummary], ...]:
        """All published pages that need a look, with their documents."""
        return tuple(
            (document, page) for document in self.published for page in document.pages if doubts(page)
        )

    @property
    def doubtful_languages(self) -> tuple[DocumentPublished, ...]:
        """All published documents whose language was guessed without being sure of it."""
        return tuple(
            document
            for document in self.published
            if document.language is not None and not document.language.is_sure
        )

    @property
    def words(self) -> int:
        """Words on all published pages."""
        return sum(page.words for page in self._written())

    @property
    def mean_confidence(self) -> float | None:
        """Mean confidence over the words of all published pages; None without words."""
        return mean_confidence(self._written())

    @property
    def bytes_in(self) -> int:
        """Size of the inputs of all published documents."""
        return sum(document.bytes_in for document in self.published)

    @property
    def bytes_out(self) -> int:
        """Size of all published documents."""
        return sum(document.bytes_out for document in self.published)

    @property
    def pages_from_cache(self) -> int:
        """Published pages that no engine had to read, since one had before."""
        return sum(page.from_cache for page in self._written())

    @property
    def pages_per_second(self) -> float | None:
        """Published pages by wall time; None where nothing was read."""
        pages = self.page_count
        return pages / self.seconds if pages and self.seconds > 0 else None

    @property
    def exit_code(self) -> ExitCode:
        """What the command returns for this outcome."""
        if self.ended_by is not None:
            return self.ended_by
        if self.failed or self.unfinished:
            return ExitCode.DOCUMENTS_FAILED
        if any(page.failure is not None for page in self._written()):
            return ExitCode.PAGES_WITHOUT_TEXT
        return ExitCode.OK

    def to_json(self) -> bytes:
        """The report as JSON, indented, UTF-8; docs/report.md describes it."""
        return b"".join(json_report(self))

    def to_html(self, folder: Path) -> bytes:
        """The report as one HTML file, UTF-8, whose links are relative to `folder`."""
        from pdfpipe.batch.report.as_html import html_report

        return b"".join(html_report(self, folder))

    def look(self, document: DocumentJob, page: PageSummary) -> Look:
        """The doubtful regions of a page that needs a look, and its picture, if one was made."""
        return self.looks.get(document.output, page.number) if self.looks is not None else Look()


class ReportBuilder:
    """Gathers a report from the events of a run."""

    def __init__(self, planned: tuple[DocumentJob, ...], folder: Path | None = None) -> None:
        """`folder` is where to keep what is too large for memory; None for that of temporary files."""
        self._planned = planned
        self._looks = Looks(folder)
        self._published: list[DocumentPublished] = []
        self._skipped: list[DocumentSkipped] = []
        self._failed: list[DocumentFailed] = []

    def add(self, event: Event) -> None:
        """Take one event into account."""
        match event:
            case DocumentPublished():
                self._published.append(event)
            case DocumentSkipped():
                self._skipped.append(event)
            case DocumentFailed():
                self._failed.append(event)
            case PageDone(document=document, page=page) if doubts(page):
                regions = doubtful_regions(event.text) if event.text is not None else ()
                if regions or event.thumbnail is not None:
                    self._looks.put(document.output, page.number, Look(regions, event.thumbnail))

    def build(self, seconds: float, ended_by: ExitCode | None = None) -> Report:
        """The report after `seconds` of wall time; see `Report` for `ended_by`.

        Documents stand in the order of the plan, whichever of them was done first.
        """
        events: list[Event] = [*self._published, *self._skipped, *self._failed]
        ended = {event.document.output for event in events}
        places = {job.output: i for i, job in enumerate(self._planned)}

        def place(event: DocumentPublished | DocumentSkipped | DocumentFailed) -> int:
            return places[event.document.output]

        return Report(
            published=tuple(sorted(self._published, key=place)),
            skipped=tuple(sorted(self._skipped, key=place)),
            failed=tuple(sorted(self._failed, key=place)),
            unfinished=tuple(job for job in self._planned if job.output not in ended),
            seconds=seconds,
            ended_by=ended_by,
            ended_at=datetime.now(UTC),
            looks=self._looks,
        )
