"""What the HTML report shows of each document, in the order in which a person should see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, PageSummary
from pdfpipe.batch.report.doubts import DoubtfulRegion, doubts, mean_confidence
from pdfpipe.config.languages import english_name
from pdfpipe.model.image import Thumbnail
from pdfpipe.model.job import DocumentJob, Failure, PageSource
from pdfpipe.model.language import LanguageGuess

if TYPE_CHECKING:
    from pdfpipe.batch.report.outcome import Report

__all__ = ["DocumentView", "LookView", "Need", "document_views"]

_MOST_DETAILED: Final = 500
"""Pages with a picture and their doubtful places in one report, some 20 KB each (benchmarks/report.py)."""
_MOST_REGIONS: Final = 60

_Ended = DocumentPublished | DocumentFailed | DocumentSkipped | DocumentJob


class Need(IntEnum):
    """How much a document needs a person, the most first."""

    FAILED = 0
    UNREAD_PAGES = 1
    UNFINISHED = 2
    DOUBTFUL_PAGES = 3
    DOUBTFUL_LANGUAGE = 4
    NOTHING = 5
    UP_TO_DATE = 6


class LookView(msgspec.Struct, frozen=True):
    """A page that needs a look; of its doubtful `regions` those of least confidence, in reading order."""

    page: PageSummary
    reasons: tuple[str, ...]
    thumbnail: Thumbnail | None = None
    regions: tuple[DoubtfulRegion, ...] = ()
    other_regions: int = 0


class DocumentView(msgspec.Struct, frozen=True):
    """A document; `seconds` are those of its pages in all workers, the last five of published ones only."""

    job: DocumentJob
    need: Need
    state: str
    pages: Sequence[PageSummary]
    looks: tuple[LookView, ...]
    failures: tuple[Failure, ...]
    languages: str
    language: LanguageGuess | None
    engines: str
    words: int
    confidence: float | None
    seconds: float
    bytes_in: int = 0
    bytes_out: int = 0
    kind: str = ""
    notes: tuple[str, ...] = ()
    sidecars: tuple[Path, ...] = ()

    @property
    def sources(self) -> tuple[PageSource, ...]:
        """The files it is made of, each once."""
        return tuple({source.path: source for source in self.job.pages}.values())


def document_views(report: Report) -> Iterator[DocumentView]:
    """All documents, the most needy first, those alike in the order of the plan."""
    detailed = _MOST_DETAILED
    everything: list[_Ended] = [*report.failed, *report.published, *report.unfinished, *report.skipped]
    for ended in sorted(everything, key=_urgency):
        view = _view(report, ended, detailed)
        detailed -= len(view.looks)
        yield view


def _urgency(ended: _Ended) -> tuple[Need, float]:
    """How early to show a document: by its need, then by its worst page."""
    pages = _pages(ended)
    return _need(ended), min((_well_read(page) for page in pages if doubts(page)), default=1.0)


def _well_read(page: PageSummary) -> float:
    """How much of its print is likely right."""
    return (page.confidence or 0.0) * (1 - (page.unread or 0.0))


def _need(ended: _Ended) -> Need:
    match ended:
        case DocumentFailed():
            return Need.FAILED
        case DocumentSkipped():
            return Need.UP_TO_DATE
        case DocumentJob():
            return Need.UNFINISHED
        case DocumentPublished(pages=pages, language=language):
            if any(page.failure is not None for page in pages):
                return Need.UNREAD_PAGES
            if any(doubts(page) for page in pages):
                return Need.DOUBTFUL_PAGES
            if language is not None and not language.is_sure:
                return Need.DOUBTFUL_LANGUAGE
            return Need.NOTHING


def _pages(ended: _Ended) -> Sequence[PageSummary]:
    return ended.pages if isinstance(ended, DocumentPublished | DocumentFailed) else ()


def _view(report: Report, ended: _Ended, detailed: int) -> DocumentView:
    job = ended if isinstance(ended, DocumentJob) else ended.document
    pages = _pages(ended)
    language = ended.language if isinstance(ended, DocumentPublished | DocumentFailed) else None
    failures = ended.failures if isinstance(ended, DocumentFailed) else ()
    doubtful = [page for page in pages if page.failure not in failures and doubts(page)]
    need = _need(ended)
    view = DocumentView(
        job=job,
        need=need,
        state={
            Need.FAILED: "failed",
            Need.UNFINISHED: "not finished",
            Need.UP_TO_DATE: "up to date",
        }.get(need, "published"),
        pages=pages,
        looks=tuple(
            _look(report, job, page) if i < detailed else LookView(page, doubts(page))
            for i, page in enumerate(doubtful)
        ),
        failures=failures,
        languages=", ".join(map(english_name, language.languages if language else job.settings.languages)),
        language=language,
        engines=_engines(pages) or job.settings.engine,
        words=sum(page.words for page in pages),
        confidence=mean_confidence(pages),
        seconds=sum(seconds for page in pages for _, seconds in page.seconds),
    )
    if not isinstance(ended, DocumentPublished):
        return view
    return msgspec.structs.replace(
        view,
        bytes_in=ended.bytes_in,
        bytes_out=ended.bytes_out,
        kind=str(ended.level or "PDF"),
        notes=ended.notes,
        sidecars=ended.sidecars,
    )


def _look(report: Report, job: DocumentJob, page: PageSummary) -> LookView:
    look = report.look(job, page)
    least = sorted(range(len(look.regions)), key=lambda i: look.regions[i].confidence)[:_MOST_REGIONS]
    regions = tuple(look.regions[i] for i in sorted(least))
    return LookView(
        page=page,
        reasons=doubts(page),
        thumbnail=look.thumbnail,
        regions=regions,
        other_regions=len(look.regions) - len(regions),
    )


def _engines(pages: Iterable[PageSummary]) -> str:
    """The engines that read the lines of a document, where they are known, the busiest first."""
    lines: dict[str, int] = {}
    for page in pages:
        for engine, number in page.engines:
            lines[engine] = lines.get(engine, 0) + number
    return ", ".join(sorted(lines, key=lambda engine: -lines[engine]))
