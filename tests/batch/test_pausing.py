"""A pipeline that is paused, resumed and cancelled from outside."""

from __future__ import annotations

import asyncio
import threading
from contextlib import aclosing
from pathlib import Path

import pytest
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentPublished, Event, PageDone
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.work import run_job
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.model.job import DocumentJob
from tests.batch.executors import DirectedExecutor
from tests.batch.tiny import documents, files_below, scripted, write_pages
from tests.execution.watching import children, until


def books(tmp_path: Path, out: Path, count: int, *options: tuple[str, str]) -> tuple[DocumentJob, ...]:
    for number in range(count):
        write_pages(tmp_path / "scans" / f"{number:02}", "1.png", "2.png")
    return documents(tmp_path / "scans", out, scripted(*options))


class Consumer:
    """Takes all events of a run in a task of its own."""

    def __init__(self, pipeline: Pipeline, jobs: tuple[DocumentJob, ...]) -> None:
        self.events: list[Event] = []
        self.task = asyncio.create_task(self._consume(pipeline, jobs))

    async def _consume(self, pipeline: Pipeline, jobs: tuple[DocumentJob, ...]) -> None:
        async with aclosing(pipeline.run(jobs)) as events:
            async for event in events:
                self.events.append(event)

    @property
    def published(self) -> int:
        return sum(isinstance(event, DocumentPublished) for event in self.events)

    async def is_still(self) -> bool:
        """Whether nothing comes for a while."""
        before = len(self.events)
        await asyncio.sleep(0.3)
        return len(self.events) == before


async def test_during_a_pause_pages_under_way_are_finished_and_no_others_begun(
    tmp_path: Path, out: Path
) -> None:
    executor = DirectedExecutor(2, held=(2,))
    pipeline = Pipeline(scripted(), executor=executor)
    run = Consumer(pipeline, books(tmp_path, out, 10))
    await until(lambda: len(executor.begun) - executor.ended == 2)
    pipeline.pause()
    executor.release.set()
    await until(lambda: executor.begun and executor.ended == len(executor.begun))
    begun = len(executor.begun)
    await until(lambda: run.published == begun // 2)
    assert await run.is_still()
    assert len(executor.begun) == begun < 20
    pipeline.resume()
    await run.task
    assert run.published == 10
    assert files_below(out) == {f"{number:02}.pdf" for number in range(10)}


@pytest.mark.parametrize("processes", [False, True], ids=["inline", "processes"])
async def test_a_run_goes_on_after_a_pause_as_if_nothing_had_been(
    tmp_path: Path, out: Path, processes: bool
) -> None:
    pipeline = Pipeline(scripted(), executor=None if processes else InlineExecutor(run_job))
    pipeline.pause()
    run = Consumer(pipeline, books(tmp_path, out, 3))
    assert await run.is_still()
    assert run.events == [], "a run that begins during a pause is paused"
    pipeline.resume()
    await until(lambda: run.events)
    pipeline.pause()
    pipeline.pause()
    pipeline.resume()
    await run.task
    assert sum(isinstance(event, PageDone) for event in run.events) == 6
    assert run.published == 3


@pytest.mark.parametrize("processes", [False, True], ids=["inline", "processes"])
@pytest.mark.parametrize("paused", [False, True], ids=["running", "paused"])
async def test_cancelling_ends_the_run_quietly_and_leaves_whole_documents_only(
    tmp_path: Path, out: Path, processes: bool, paused: bool
) -> None:
    before = children()
    pipeline = Pipeline(scripted(), executor=None if processes else InlineExecutor(run_job))
    run = Consumer(pipeline, books(tmp_path, out, 30, ("seconds", "0.02")))
    await until(lambda: run.published >= 2)
    if paused:
        pipeline.pause()
    pipeline.cancel()
    async with asyncio.timeout(10):
        await run.task
    told = {event.output.name for event in run.events if isinstance(event, DocumentPublished)}
    assert told == files_below(out), "what was published is told, and nothing half-written is left"
    assert 2 <= len(told) < 30
    assert all(len(PdfReader(out / name).pages) == 2 for name in told)
    await until(lambda: children() == before)


async def test_a_cancelled_pipeline_can_be_run_again_and_goes_on_where_it_was(
    tmp_path: Path, out: Path
) -> None:
    pipeline = Pipeline(scripted(), executor=DirectedExecutor())
    jobs = books(tmp_path, out, 5)
    run = Consumer(pipeline, jobs)
    await until(lambda: run.published >= 1)
    pipeline.cancel()
    await run.task
    again = Consumer(pipeline, jobs)
    await again.task
    assert files_below(out) == {f"{number:02}.pdf" for number in range(5)}


async def test_cancelling_the_task_of_a_paused_run_ends_it(tmp_path: Path, out: Path) -> None:
    pipeline = Pipeline(scripted(), executor=DirectedExecutor())
    pipeline.pause()
    run = Consumer(pipeline, books(tmp_path, out, 2))
    await asyncio.sleep(0.05)
    run.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run.task
    assert files_below(out) == set()


async def test_another_thread_pauses_resumes_and_cancels_through_the_loop(tmp_path: Path, out: Path) -> None:
    pipeline, loop = Pipeline(scripted(), executor=DirectedExecutor()), asyncio.get_running_loop()
    run = Consumer(pipeline, books(tmp_path, out, 3))

    def from_outside() -> None:
        for action in (pipeline.pause, pipeline.resume, pipeline.cancel):
            loop.call_soon_threadsafe(action)

    thread = threading.Thread(target=from_outside)
    thread.start()
    async with asyncio.timeout(10):
        await run.task
    thread.join()
    assert files_below(out) == {
        event.output.name for event in run.events if isinstance(event, DocumentPublished)
    }


async def test_without_a_run_there_is_nothing_to_cancel(tmp_path: Path, out: Path) -> None:
    pipeline = Pipeline(scripted(), executor=DirectedExecutor())
    pipeline.cancel()
    run = Consumer(pipeline, books(tmp_path, out, 1))
    await run.task
    assert run.published == 1
