"""The report: its sums, its exit code, its JSON, and which pages it wants looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pdfpipe.batch.events import (
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
    PageSummary,
)
from pdfpipe.batch.report import Report, ReportBuilder, doubts
from pdfpipe.errors import ExitCode
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import DpiSource
from pdfpipe.model.job import DocumentJob, Failure, PageSource, Stage
from pdfpipe.model.text import Block, Line, PageText, Word

UNREAD = Failure(Stage.RECOGNIZE, "it gave up", Path("scans/2.png"), 2, "Traceback…")


def job(name: str) -> DocumentJob:
    return DocumentJob(name, Path("out") / f"{name}.pdf", (PageSource(Path(f"scans/{name}.png")),))


def page(number: int, words: int = 10, confidence: float | None = 0.9, **rest: Any) -> PageSummary:
    return PageSummary(number, PageSource(Path(f"scans/{number}.png")), words, confidence, (300, 300), **rest)


def published(name: str, *pages: PageSummary) -> DocumentPublished:
    return DocumentPublished(job(name), pages, bytes_in=1000, bytes_out=400)


def failed(name: str) -> DocumentFailed:
    return DocumentFailed(job(name), (Failure(Stage.LOAD, "broken", Path("scans/1.png"), 1),), (page(1),))


def report(*events: Event, planned: tuple[str, ...] = ()) -> Report:
    builder = ReportBuilder(tuple(dict.fromkeys((*(event.document for event in events), *map(job, planned)))))
    for event in events:
        builder.add(event)
    return builder.build(2.0)


@pytest.mark.parametrize(
    ("events", "planned", "code"),
    [
        ((published("a", page(1)), DocumentSkipped(job("b"))), (), ExitCode.OK),
        ((published("a", page(1, 0, None)),), (), ExitCode.OK),
        ((published("a", page(1, 0, None, failure=UNREAD)),), (), ExitCode.PAGES_WITHOUT_TEXT),
        ((published("a", page(1)), failed("b")), (), ExitCode.DOCUMENTS_FAILED),
        ((published("a", page(1, failure=UNREAD)), failed("b")), (), ExitCode.DOCUMENTS_FAILED),
        ((published("a", page(1)),), ("b",), ExitCode.DOCUMENTS_FAILED),
        ((), (), ExitCode.OK),
    ],
    ids=["well", "a blank page", "a page unread", "one failed", "both", "one unfinished", "nothing"],
)
def test_the_exit_code_tells_how_the_batch_ended(
    events: tuple[Event, ...], planned: tuple[str, ...], code: ExitCode
) -> None:
    assert report(*events, planned=planned).exit_code is code


def test_sums_are_over_published_documents() -> None:
    result = report(
        published("a", page(1, 30, 0.9), page(2, 10, 0.5)), published("b", page(1, 0, None)), failed("c")
    )
    assert (len(result.pages), result.words) == (3, 40)
    assert (result.bytes_in, result.bytes_out) == (2000, 800)
    assert result.mean_confidence == pytest.approx((30 * 0.9 + 10 * 0.5) / 40)
    assert result.pages_per_second == pytest.approx(1.5)


def test_documents_stand_in_the_order_of_the_plan_whichever_was_done_first() -> None:
    builder = ReportBuilder(tuple(job(name) for name in "abcd"))
    events: tuple[Event, ...] = published("d", page(1)), failed("c"), published("b", page(1)), failed("a")
    for event in events:
        builder.add(event)
    result = builder.build(1.0)
    assert [event.document.name for event in result.published] == ["b", "d"]
    assert [event.document.name for event in result.failed] == ["a", "c"]


def test_without_words_there_is_no_confidence_and_without_pages_no_speed() -> None:
    assert report(published("a", page(1, 0, None))).mean_confidence is None
    assert report(failed("a")).pages_per_second is None


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        (page(1, 0, None, failure=UNREAD), "not read: it gave up"),
        (page(1, 0, None), "no text found"),
        (page(1, 10, 0.42), "42%"),
        (page(1, 10, 0.97, unread=0.31), "31% of what looks like print was not read"),
        (page(1, 10, 0.97, unread=0.09), "9% of what looks like print was not read"),
    ],
)
def test_a_page_needs_a_look_and_the_reason_is_told(summary: PageSummary, reason: str) -> None:
    (told,) = doubts(summary)
    assert reason in told


def test_a_page_that_was_read_well_needs_no_look() -> None:
    assert doubts(page(1, 100, 0.95, unread=0.08)) == ()


def test_pages_needing_a_look_come_with_their_documents() -> None:
    good, bad = page(1), page(2, 0, None)
    document = published("a", good, bad)
    assert report(document).doubtful == ((document, bad),)


def test_events_of_pages_alone_finish_no_document() -> None:
    result = report(PageDone(job("a"), page(1)))
    assert [unfinished.name for unfinished in result.unfinished] == ["a"]


def test_the_json_holds_all_that_is_known() -> None:
    first = page(
        1,
        30,
        0.91234567,
        dpi_source=DpiSource.ESTIMATED,
        dpi_certainty=0.75,
        notes=("a note",),
        seconds=(("load", 0.5), ("preprocess", 0.25)),
        steps=(("measures", 0.05), ("deskew", 0.2)),
    )
    second = page(2, 0, None, failure=UNREAD)
    data = json.loads(
        report(
            published("a", first, second), failed("b"), DocumentSkipped(job("c")), planned=("d",)
        ).to_json()
    )
    assert data.pop("pdfpipe")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(data.pop("ended"))) < timedelta(minutes=5)
    assert data == {
        "exit_code": 4,
        "seconds": 2.0,
        "totals": {
            "published": 1,
            "skipped": 1,
            "failed": 1,
            "unfinished": 1,
            "pages": 2,
            "words": 30,
            "mean_confidence": 0.9123,
            "pages_dropped": 0,
            "separators_dropped": 0,
            "pages_needing_a_look": 1,
            "documents_of_doubtful_language": 0,
            "bytes_in": 1000,
            "bytes_out": 400,
            "pages_from_cache": 0,
            "pages_per_second": 1.0,
        },
        "documents": [
            {
                "name": "a",
                "output": "out/a.pdf",
                "languages": ["eng"],
                "state": "published",
                "bytes_in": 1000,
                "bytes_out": 400,
                "kind": "PDF",
                "notes": [],
                "sidecars": [],
                "pages": [
                    {
                        "number": 1,
                        "place": None,
                        "file": "scans/1.png",
                        "frame": 0,
                        "half": None,
                        "pixels": None,
                        "read": True,
                        "blank": False,
                        "dropped": False,
                        "separator": None,
                        "from_cache": False,
                        "words": 30,
                        "confidence": 0.9123,
                        "unread": None,
                        "dpi": [300, 300],
                        "dpi_from": "estimated",
                        "dpi_certainty": 0.75,
                        "needs_a_look": [],
                        "doubtful_regions": [],
                        "notes": ["a note"],
                        "engines": {},
                        "failure": None,
                        "seconds": {"load": 0.5, "preprocess": 0.25},
                        "preprocessing_seconds": {"measures": 0.05, "deskew": 0.2},
                    },
                    {
                        "number": 2,
                        "place": None,
                        "file": "scans/2.png",
                        "frame": 0,
                        "half": None,
                        "pixels": None,
                        "read": True,
                        "blank": False,
                        "dropped": False,
                        "separator": None,
                        "from_cache": False,
                        "words": 0,
                        "confidence": None,
                        "unread": None,
                        "dpi": [300, 300],
                        "dpi_from": "file",
                        "dpi_certainty": None,
                        "needs_a_look": ["not read: it gave up"],
                        "doubtful_regions": [],
                        "notes": [],
                        "engines": {},
                        "failure": {
                            "stage": "recognize",
                            "message": "it gave up",
                            "file": "scans/2.png",
                            "page": 2,
                            "detail": "Traceback…",
                        },
                        "seconds": {},
                        "preprocessing_seconds": {},
                    },
                ],
            },
            {
                "name": "b",
                "output": "out/b.pdf",
                "languages": ["eng"],
                "state": "failed",
                "failures": [
                    {"stage": "load", "message": "broken", "file": "scans/1.png", "page": 1, "detail": ""}
                ],
                "pages": [
                    {
                        "number": 1,
                        "place": None,
                        "file": "scans/1.png",
                        "frame": 0,
                        "half": None,
                        "pixels": None,
                        "read": True,
                        "blank": False,
                        "dropped": False,
                        "separator": None,
                        "from_cache": False,
                        "words": 10,
                        "confidence": 0.9,
                        "unread": None,
                        "dpi": [300, 300],
                        "dpi_from": "file",
                        "dpi_certainty": None,
                        "needs_a_look": [],
                        "doubtful_regions": [],
                        "notes": [],
                        "engines": {},
                        "failure": None,
                        "seconds": {},
                        "preprocessing_seconds": {},
                    }
                ],
            },
            {"name": "c", "output": "out/c.pdf", "languages": ["eng"], "state": "up to date"},
            {"name": "d", "output": "out/d.pdf", "languages": ["eng"], "state": "unfinished"},
        ],
    }


def test_the_json_tells_where_the_doubtful_words_of_doubtful_pages_are() -> None:
    box, other = BoundingBox(10.4, 20, 30, 40), BoundingBox(100, 20, 130, 40.6)
    words = (Word("du\u2028b", box, 0.25), Word("ious", other, 0.5), Word("sure", box, 0.9))
    text = PageText(200, 300, (Block((Line(words, box),), box),))
    bad, good = page(1, 3, 0.4, pixels=(200, 300)), page(2, 3, 0.9)
    done = PageDone(job("a"), bad, text), PageDone(job("a"), good, text)
    (document,) = json.loads(report(*done, published("a", bad, good)).to_json())["documents"]
    assert document["pages"][0]["pixels"] == [200, 300]
    assert document["pages"][0]["doubtful_regions"] == [
        {"box": [10, 20, 130, 41], "text": "du\u2028b ious", "confidence": 0.375}
    ]
    assert document["pages"][1]["doubtful_regions"] == []


def test_a_report_of_no_documents_is_json_too() -> None:
    assert json.loads(report().to_json())["documents"] == []


def test_names_that_are_no_text_do_not_break_the_json() -> None:
    odd = "caf\udce9\n"
    event = DocumentFailed(job(odd), (Failure(Stage.LOAD, "broken", Path(f"{odd}.png"), 1),))
    (document,) = json.loads(report(event).to_json())["documents"]
    assert document["name"] == r"caf\xe9\n"
    assert document["failures"][0]["file"] == r"caf\xe9\n.png"
