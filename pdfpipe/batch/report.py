"""What came of a batch: for the eye, for programs, and for the exit code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from pdfpipe._version import __version__
from pdfpipe.batch.events import (
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
    PageSummary,
)
from pdfpipe.errors import ExitCode
from pdfpipe.model.job import DocumentJob, Failure
from pdfpipe.model.language import LanguageGuess
from pdfpipe.model.names import shown

__all__ = ["DOUBTFUL_CONFIDENCE", "Report", "ReportBuilder", "doubts", "language_line"]

_BEGINNING: Final = b'{\n  "pdfpipe":'
DOUBTFUL_CONFIDENCE: Final = 0.80
"""Pages on which fewer words than this share are likely right need a look.  The confidences of `auto` and
ppocr are such probabilities (benchmarks/calibration.py); Tesseract's own mean is 0.94 on book pages, of
which it reads 98 % of the words, and 0.78 on receipts, of which it reads 77 %."""


def doubts(page: PageSummary) -> tuple[str, ...]:
    """Why a person should look at a page; nothing if there is no need."""
    reasons = [f"its file is damaged: {page.complaints[0]}"] if page.complaints else []
    if page.failure is not None:
        reasons.append(f"not read: {page.failure.message}")
    elif not page.words:
        reasons.append("no text found")
    elif page.confidence is not None and page.confidence < DOUBTFUL_CONFIDENCE:
        reasons.append(f"read with little confidence ({page.confidence:.0%})")
    return tuple(reasons)


def language_line(guess: LanguageGuess | None) -> str:
    """What was found out about a document's language, in a line."""
    if guess is None:
        return ""
    return f"language {'+'.join(guess.languages)} found, {guess.confidence:.0%} sure ({guess.evidence})"


class Report(msgspec.Struct, frozen=True):
    """The outcome of a batch.

    `unfinished` are documents that were planned and neither published, skipped nor failed, because
    the run stopped early.  `seconds` is wall time; `ended_by` is set where an error or an interrupt
    ended the run.
    """

    published: tuple[DocumentPublished, ...]
    skipped: tuple[DocumentSkipped, ...]
    failed: tuple[DocumentFailed, ...]
    unfinished: tuple[DocumentJob, ...]
    seconds: float
    ended_by: ExitCode | None = None

    @property
    def pages(self) -> tuple[PageSummary, ...]:
        """All pages that were published."""
        return tuple(page for document in self.published for page in document.pages)

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
        return sum(page.words for page in self.pages)

    @property
    def mean_confidence(self) -> float | None:
        """Mean confidence over the words of all published pages; None without words."""
        read = [page for page in self.pages if page.confidence is not None]
        words = sum(page.words for page in read)
        return sum(page.words * (page.confidence or 0.0) for page in read) / words if words else None

    @property
    def bytes_in(self) -> int:
        """Size of the inputs of all published documents."""
        return sum(document.bytes_in for document in self.published)

    @property
    def bytes_out(self) -> int:
        """Size of all published documents."""
        return sum(document.bytes_out for document in self.published)

    @property
    def pages_per_second(self) -> float | None:
        """Published pages by wall time; None where nothing was read."""
        return len(self.pages) / self.seconds if self.pages and self.seconds > 0 else None

    @property
    def exit_code(self) -> ExitCode:
        """What the command returns for this outcome."""
        if self.ended_by is not None:
            return self.ended_by
        if self.failed or self.unfinished:
            return ExitCode.DOCUMENTS_FAILED
        if any(page.failure is not None for page in self.pages):
            return ExitCode.PAGES_WITHOUT_TEXT
        return ExitCode.OK

    def to_json(self) -> bytes:
        """The report as JSON, indented, UTF-8; docs/report.md describes it."""
        data = {
            "pdfpipe": __version__,
            "exit_code": int(self.exit_code),
            "seconds": round(self.seconds, 3),
            "totals": {
                "published": len(self.published),
                "skipped": len(self.skipped),
                "failed": len(self.failed),
                "unfinished": len(self.unfinished),
                "pages": len(self.pages),
                "words": self.words,
                "mean_confidence": _rounded(self.mean_confidence),
                "pages_needing_a_look": len(self.doubtful),
                "documents_of_doubtful_language": len(self.doubtful_languages),
                "bytes_in": self.bytes_in,
                "bytes_out": self.bytes_out,
                "pages_per_second": _rounded(self.pages_per_second),
            },
            "documents": [
                *(_published(document) for document in self.published),
                *(_failed(document) for document in self.failed),
                *({**_head(event.document), "state": "up to date"} for event in self.skipped),
                *({**_head(job), "state": "unfinished"} for job in self.unfinished),
            ],
        }
        return msgspec.json.format(msgspec.json.encode(data), indent=2) + b"\n"


def is_report(path: Path) -> bool:
    """Whether a file is what `Report.to_json` wrote, or empty, and may be replaced by the next report."""
    with path.open("rb") as stream:
        head = stream.read(len(_BEGINNING))
    return head in (b"", _BEGINNING)


class ReportBuilder:
    """Gathers a report from the events of a run."""

    def __init__(self, planned: tuple[DocumentJob, ...]) -> None:
        self._planned = planned
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
            case PageDone():
                pass

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
        )


def _head(job: DocumentJob, language: LanguageGuess | None = None) -> dict[str, Any]:
    head: dict[str, Any] = {"name": shown(job.name), "output": shown(job.output)}
    if language is None:
        return {**head, "languages": list(job.settings.languages)}
    return {
        **head,
        "languages": list(language.languages),
        "language_found": {
            "confidence": _rounded(language.confidence),
            "script": language.script,
            "evidence": language.evidence,
            "needs_a_look": not language.is_sure,
        },
    }


def _published(event: DocumentPublished) -> dict[str, Any]:
    return {
        **_head(event.document, event.language),
        "state": "published",
        "bytes_in": event.bytes_in,
        "bytes_out": event.bytes_out,
        "kind": str(event.level or "PDF"),
        "notes": list(event.notes),
        "sidecars": [shown(path) for path in event.sidecars],
        "pages": [_page(page) for page in event.pages],
    }


def _failed(event: DocumentFailed) -> dict[str, Any]:
    return {
        **_head(event.document, event.language),
        "state": "failed",
        "failures": [_failure(failure) for failure in event.failures],
        "pages": [_page(page) for page in event.pages],
    }


def _page(page: PageSummary) -> dict[str, Any]:
    return {
        "number": page.number,
        "file": shown(page.source.path),
        "frame": page.source.frame,
        "words": page.words,
        "confidence": _rounded(page.confidence),
        "dpi": [round(value, 4) for value in page.dpi] if page.dpi else None,
        "dpi_from": page.dpi_source.value,
        "needs_a_look": list(doubts(page)),
        "notes": list(page.notes),
        "engines": dict(page.engines),
        "failure": _failure(page.failure) if page.failure is not None else None,
        "seconds": dict(page.seconds),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "stage": failure.stage.value,
        "message": failure.message,
        "file": shown(failure.path) if failure.path is not None else None,
        "page": failure.page,
        "detail": failure.detail,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
