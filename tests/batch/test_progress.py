"""How far a run is and when it will be over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, PageDone, PageSummary
from pdfpipe.batch.progress import ProgressTracker
from pdfpipe.model.job import DocumentJob, Failure, PageSource, Stage
from tests.batch.tiny import documents, events_of, scripted, write_pages


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def job(name: str, pages: int) -> DocumentJob:
    sources = tuple(PageSource(Path(f"{name}/{number}.png")) for number in range(pages))
    return DocumentJob(name, Path(f"{name}.pdf"), sources)


def read(document: DocumentJob, number: int) -> PageDone:
    return PageDone(document, PageSummary(number, document.pages[number - 1]))


def test_nothing_is_known_of_the_time_until_two_pages_are_read() -> None:
    clock, long = Clock(), job("long", 10)
    tracker = ProgressTracker([long], clock)
    clock.seconds = 5
    tracker.add(read(long, 1))
    assert (tracker.now.pages_done, tracker.now.seconds, tracker.now.seconds_left) == (1, 5, None)
    clock.seconds = 7
    tracker.add(read(long, 2))
    assert tracker.now.pages_per_second == pytest.approx(0.5), "the engine's start does not count"
    assert tracker.now.seconds_left == pytest.approx(16)


def test_a_page_that_takes_long_is_felt_while_it_does() -> None:
    clock, long = Clock(), job("long", 10)
    tracker = ProgressTracker([long], clock)
    for number in (1, 2, 3):
        tracker.add(read(long, number))
        clock.seconds += 1
    soon = tracker.now.seconds_left
    clock.seconds += 60
    late = tracker.now.seconds_left
    assert soon is not None
    assert late is not None
    assert late > 10 * soon


def test_the_speed_is_that_of_the_last_pages() -> None:
    clock, long = Clock(), job("long", 300)
    tracker = ProgressTracker([long], clock)
    for number in range(1, 201):
        clock.seconds += 10 if number <= 100 else 1
        tracker.add(read(long, number))
    assert tracker.now.pages_per_second == pytest.approx(1)
    assert tracker.now.seconds_left == pytest.approx(100)


def test_skipped_pages_are_done_but_tell_nothing_of_the_speed() -> None:
    clock, skipped, long = Clock(), job("skipped", 1000), job("long", 4)
    tracker = ProgressTracker([skipped, long], clock)
    tracker.add(DocumentSkipped(skipped))
    for number in (1, 2):
        clock.seconds += 10
        tracker.add(read(long, number))
    assert (tracker.now.documents_done, tracker.now.pages_done, tracker.now.pages_read) == (1, 1002, 2)
    assert tracker.now.seconds_left == pytest.approx(20)


def test_a_document_that_fails_is_done_with_all_its_pages() -> None:
    failed, fine = job("failed", 5), job("fine", 1)
    tracker = ProgressTracker([failed, fine], Clock())
    tracker.add(read(failed, 1))
    failures = (Failure(Stage.LOAD, "broken"),)
    tracker.add(DocumentFailed(failed, failures, (PageSummary(1, failed.pages[0]),)))
    tracker.add(read(fine, 1))
    tracker.add(DocumentPublished(fine, (), 1, 1))
    now = tracker.now
    assert (now.documents, now.documents_done, now.pages, now.pages_done) == (2, 2, 6, 6)


def test_a_real_run_ends_with_everything_done(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "good", "1.png", "2.png")
    (write_pages(tmp_path / "scans" / "bad", "1.png", "2.png", "3.png") / "2.png").write_text("no image")
    jobs = documents(tmp_path / "scans", tmp_path / "out", scripted())
    tracker = ProgressTracker(jobs)
    for event in asyncio.run(events_of(jobs, scripted())):
        tracker.add(event)
    now = tracker.now
    assert (now.documents_done, now.pages_done) == (now.documents, now.pages) == (2, 5)
