"""The report as JSON; docs/report.md describes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from pdfpipe._version import __version__
from pdfpipe.batch.events import DocumentFailed, DocumentPublished, PageSummary
from pdfpipe.batch.report.doubts import DoubtfulRegion, doubts
from pdfpipe.model.job import DocumentJob, Failure
from pdfpipe.model.language import LanguageGuess
from pdfpipe.model.names import shown

if TYPE_CHECKING:
    from pdfpipe.batch.report.outcome import Report

__all__ = ["failure_as_json", "is_json_report", "json_report"]

_BEGINNING: Final = b'{\n  "pdfpipe":'


def json_report(report: Report) -> Iterator[bytes]:
    """Pieces that together are one JSON object, indented, UTF-8: one document at a time is in memory."""
    head = _indented(
        {
            "pdfpipe": __version__,
            "exit_code": int(report.exit_code),
            "ended": report.ended_at.isoformat(timespec="seconds") if report.ended_at else None,
            "seconds": round(report.seconds, 3),
            "totals": {
                "published": len(report.published),
                "skipped": len(report.skipped),
                "failed": len(report.failed),
                "unfinished": len(report.unfinished),
                "pages": report.page_count,
                "words": report.words,
                "mean_confidence": _rounded(report.mean_confidence),
                "pages_dropped": len(report.dropped),
                "separators_dropped": len(report.separators),
                "pages_needing_a_look": len(report.doubtful),
                "documents_of_doubtful_language": len(report.doubtful_languages),
                "bytes_in": report.bytes_in,
                "bytes_out": report.bytes_out,
                "pages_from_cache": report.pages_from_cache,
                "pages_per_second": _rounded(report.pages_per_second),
            },
        }
    )
    yield head.removesuffix(b"\n}") + b',\n  "documents": ['
    between = b"\n"
    for document in _documents(report):
        yield between + b"    " + _indented(document).replace(b"\n", b"\n    ")
        between = b",\n"
    yield b"\n  ]\n}\n"


def is_json_report(path: Path) -> bool:
    """Whether a file is what `json_report` gave, or empty, and may be replaced by the next report."""
    with path.open("rb") as stream:
        head = stream.read(len(_BEGINNING))
    return head in (b"", _BEGINNING)


def _indented(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2)


def _documents(report: Report) -> Iterator[dict[str, Any]]:
    yield from (_published(event, report) for event in report.published)
    yield from (_failed(event, report) for event in report.failed)
    yield from ({**_head(event.document), "state": "up to date"} for event in report.skipped)
    yield from ({**_head(job), "state": "unfinished"} for job in report.unfinished)


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


def _published(event: DocumentPublished, report: Report) -> dict[str, Any]:
    return {
        **_head(event.document, event.language),
        "state": "published",
        "bytes_in": event.bytes_in,
        "bytes_out": event.bytes_out,
        "kind": str(event.level or "PDF"),
        "notes": list(event.notes),
        "sidecars": [shown(path) for path in event.sidecars],
        "pages": [_page(page, event.document, report) for page in event.pages],
    }


def _failed(event: DocumentFailed, report: Report) -> dict[str, Any]:
    return {
        **_head(event.document, event.language),
        "state": "failed",
        "failures": [failure_as_json(failure) for failure in event.failures],
        "pages": [_page(page, event.document, report) for page in event.pages],
    }


def _page(page: PageSummary, document: DocumentJob, report: Report) -> dict[str, Any]:
    return {
        "number": page.number,
        "place": page.place,
        "file": shown(page.source.path),
        "frame": page.source.frame,
        "half": page.source.half.side.value if page.source.half is not None else None,
        "pixels": list(page.pixels) if page.pixels else None,
        "read": page.read,
        "blank": page.blank,
        "dropped": page.dropped,
        "separator": page.source.separator.kind.value if page.source.separator is not None else None,
        "from_cache": page.from_cache,
        "words": page.words,
        "confidence": _rounded(page.confidence),
        "unread": _rounded(page.unread),
        "dpi": [round(value, 4) for value in page.dpi] if page.dpi else None,
        "dpi_from": page.dpi_source.value,
        "dpi_certainty": page.dpi_certainty,
        "needs_a_look": list(doubts(page)),
        "doubtful_regions": [_region(region) for region in report.look(document, page).regions],
        "notes": list(page.notes),
        "engines": dict(page.engines),
        "failure": failure_as_json(page.failure) if page.failure is not None else None,
        "seconds": dict(page.seconds),
        "preprocessing_seconds": dict(page.steps),
    }


def _region(region: DoubtfulRegion) -> dict[str, Any]:
    box = region.box
    return {
        "box": [round(edge) for edge in (box.x0, box.y0, box.x1, box.y1)],
        "text": region.text,
        "confidence": _rounded(region.confidence),
    }


def failure_as_json(failure: Failure) -> dict[str, Any]:
    """The failure of a page or document."""
    return {
        "stage": failure.stage.value,
        "message": failure.message,
        "file": shown(failure.path) if failure.path is not None else None,
        "page": failure.page,
        "detail": failure.detail,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
