"""What the pipeline does with pages and documents that go wrong on the way."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import NoReturn

import msgspec
import pytest
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, Event
from pdfpipe.batch.page_task import run_page
from pdfpipe.errors import StorageError, WorkerCrashedError, WorkerTimeoutError
from pdfpipe.model.job import PageJob, PageResult, PageWork, Stage
from pdfpipe.model.settings import Settings
from tests.batch.executors import CrashingExecutor, DirectedExecutor
from tests.batch.tiny import documents, events_of, files_below, scripted, write_page, write_pages
from tests.execution.watching import until


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return write_pages(tmp_path / "scans", "1.png", "2.png", "3.png")


def published(events: list[Event]) -> DocumentPublished:
    (event,) = (event for event in events if isinstance(event, DocumentPublished))
    return event


def failed(events: list[Event]) -> DocumentFailed:
    (event,) = (event for event in events if isinstance(event, DocumentFailed))
    return event


async def test_a_page_under_which_the_worker_dies_once_is_read_on_the_second_try(
    scans: Path, out: Path
) -> None:
    executor = CrashingExecutor("2.png", times=1)
    document = published(await events_of(documents(scans, out, scripted()), scripted(), executor))
    assert [page.failure for page in document.pages] == [None, None, None]
    assert [page.words for page in document.pages] == [3, 3, 3]
    assert executor.attempts == {"1.png": 1, "2.png": 2, "3.png": 1}


async def test_a_page_that_kills_its_worker_again_is_published_without_text_and_flagged(
    scans: Path, out: Path
) -> None:
    executor = CrashingExecutor("2.png", times=2)
    document = published(await events_of(documents(scans, out, scripted()), scripted(), executor))
    failure = document.pages[1].failure
    assert failure is not None
    assert (failure.stage, failure.path, failure.page) == (Stage.WORKER, scans / "2.png", 2)
    assert "SIGTEST" in failure.message
    assert "its last words" in failure.detail
    assert [bool(page.extract_text()) for page in PdfReader(out / "scans.pdf").pages] == [True, False, True]


class DyingUnder(DirectedExecutor):
    """Its worker dies, or hangs, where these engines are asked together or alone."""

    def __init__(self, *fatal: tuple[str, ...], error: type[WorkerCrashedError] = WorkerCrashedError) -> None:
        super().__init__()
        self.asked: list[tuple[str, ...]] = []
        self._fatal = fatal
        self._error = error

    def result(self, job: PageJob) -> PageResult:
        if job.work is not PageWork.FULL:
            self.asked.append(())
            return run_page(job)
        self.asked.append(job.settings.engines)
        if job.settings.engines in self._fatal:
            raise self._error("the worker process was ended by SIGTEST", "its last words")
        scripted_job = msgspec.structs.replace(job, settings=scripted())
        return run_page(scripted_job)


BOTH = ("tesseract", "ppocr")


async def test_where_one_of_two_engines_kills_the_worker_the_other_reads_the_page(
    tmp_path: Path, out: Path
) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    settings = Settings(engines=BOTH)
    executor = DyingUnder(BOTH, ("tesseract",))
    (page,) = published(await events_of(documents(scans, out, settings), settings, executor)).pages
    assert executor.asked == [BOTH, BOTH, ("tesseract",), ("ppocr",)]
    assert (page.failure, page.words) == (None, 3)
    assert any("read by ppocr alone" in note and "SIGTEST" in note for note in page.notes)


async def test_where_each_engine_kills_the_worker_the_page_has_no_text(tmp_path: Path, out: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    settings = Settings(engines=BOTH)
    executor = DyingUnder(BOTH, ("tesseract",), ("ppocr",))
    (page,) = published(await events_of(documents(scans, out, settings), settings, executor)).pages
    assert executor.asked[-1] == ()
    assert page.failure is not None
    assert "SIGTEST" in page.failure.message


async def test_what_hung_is_not_tried_again_as_it_was(tmp_path: Path, out: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    settings = Settings(engines=BOTH)
    executor = DyingUnder(BOTH, error=WorkerTimeoutError)
    await events_of(documents(scans, out, settings), settings, executor)
    assert executor.asked == [BOTH, ("tesseract",)]


async def test_a_page_that_cannot_even_be_decoded_alive_fails_its_document(scans: Path, out: Path) -> None:
    executor = CrashingExecutor("2.png", times=99)
    document = failed(await events_of(documents(scans, out, scripted()), scripted(), executor))
    assert [(failure.stage, failure.page) for failure in document.failures] == [(Stage.WORKER, 2)]
    assert files_below(out) == set()


async def test_all_bad_pages_of_a_document_are_told_at_once(tmp_path: Path, out: Path) -> None:
    names = [f"{number:02}.png" for number in range(1, 41)]
    scans = write_pages(tmp_path / "scans", *names)
    for name in ("02.png", "20.png", "39.png"):
        (scans / name).write_text("not an image")
    document = failed(await events_of(documents(scans, out, scripted()), scripted()))
    assert [failure.page for failure in document.failures] == [2, 20, 39]
    assert [failure.path for failure in document.failures] == [
        scans / name for name in ("02.png", "20.png", "39.png")
    ]


async def test_the_old_output_stays_when_the_new_one_fails(scans: Path, out: Path) -> None:
    await events_of(documents(scans, out, scripted()), scripted())
    old = (out / "scans.pdf").read_bytes()
    (scans / "2.png").write_text("not an image")
    failed(await events_of(documents(scans, out, scripted()), scripted()))
    assert (out / "scans.pdf").read_bytes() == old
    assert files_below(out) == {"scans.pdf"}


@pytest.mark.parametrize("change", ["overwritten", "deleted"])
async def test_scans_that_change_while_they_are_read_are_not_published(
    scans: Path, out: Path, change: str
) -> None:
    executor = DirectedExecutor(held=(3,))
    run = asyncio.create_task(events_of(documents(scans, out, scripted()), scripted(), executor))
    await until(lambda: executor.ended == 2)
    if change == "deleted":
        (scans / "1.png").unlink()
    else:
        write_page(scans / "1.png", 7)
        os.utime(scans / "1.png", ns=(1, 1))
    executor.release.set()
    assert "changed while they were read" in failed(await run).failures[0].message
    assert files_below(out) == set()


async def test_a_page_deleted_before_it_is_read_fails_its_document_alone(tmp_path: Path, out: Path) -> None:
    scans = tmp_path / "all"
    for name in ("a", "b"):
        write_pages(scans / name, "1.png", "2.png")
    jobs = documents(scans, out, scripted())
    (scans / "a" / "2.png").unlink()
    events = await events_of(jobs, scripted())
    assert [(failure.page, failure.path) for failure in failed(events).failures] == [
        (2, scans / "a" / "2.png")
    ]
    assert published(events).document.name == "b"


@pytest.mark.parametrize("step", ["add_page", "finish"])
@pytest.mark.parametrize("cause", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO])
async def test_a_disk_that_takes_no_more_ends_the_run_and_leaves_the_old_output(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch, step: str, cause: int
) -> None:
    await events_of(documents(scans, out, scripted()), scripted())
    old = (out / "scans.pdf").read_bytes()

    def refuse(*_: object) -> NoReturn:
        raise OSError(cause, os.strerror(cause))

    monkeypatch.setattr(f"pdfpipe.pdf.writer.PdfWriter.{step}", refuse)
    settings = scripted(force=True)
    with pytest.raises(StorageError, match=r"cannot write .*scans\.pdf"):
        await events_of(documents(scans, out, settings), settings)
    assert (out / "scans.pdf").read_bytes() == old
    assert files_below(out) == {"scans.pdf"}


async def test_a_disk_that_is_full_when_the_last_bytes_are_flushed_ends_the_run(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StorageError, match="disk is full"):
        await events_of(documents(scans, out, scripted()), scripted())
    assert files_below(out) == set()


async def test_a_document_whose_folder_cannot_be_made_fails_alone(tmp_path: Path, out: Path) -> None:
    for name in ("deep/a", "b"):
        write_pages(tmp_path / "scans" / name, "1.png")
    out.mkdir()
    (out / "deep").write_text("a file where a folder should be")
    events = await events_of(documents(tmp_path / "scans", out, scripted()), scripted())
    assert "a file, not a folder" in failed(events).failures[0].message
    assert published(events).document.name == "b"


async def test_a_page_that_the_writer_cannot_take_fails_its_document_alone(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise ValueError("a defect of the writer")

    monkeypatch.setattr("pdfpipe.pdf.writer.PdfWriter.add_page", refuse)
    failure = failed(await events_of(documents(scans, out, scripted()), scripted())).failures[0]
    assert (failure.page, failure.path) == (1, scans / "1.png")
    assert "a defect of the writer" in failure.message
    assert files_below(out) == set()
