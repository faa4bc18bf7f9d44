"""The order of events, the bound on pages in flight, and how a run ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, Event, PageDone
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.work import run_job
from pdfpipe.errors import MissingLanguageError, StorageError, UsageError
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.model.job import DocumentJob, PageJob, PageResult
from pdfpipe.model.settings import Settings
from tests.batch.executors import DirectedExecutor
from tests.batch.tiny import documents, events_of, files_below, scripted, write_page, write_pages
from tests.execution.watching import children, until


def three_documents(tmp_path: Path) -> Path:
    for name in ("a", "b", "c"):
        write_pages(tmp_path / "scans" / name, "1.png", "2.png")
    return tmp_path / "scans"


def one_long_document(tmp_path: Path, pages: int) -> Path:
    first = write_page(tmp_path / "scans" / "0001.png")
    for number in range(2, pages + 1):
        (first.parent / f"{number:04}.png").hardlink_to(first)
    return tmp_path / "scans"


def kinds(events: list[Event], name: str) -> list[str]:
    """The events of one document: page numbers, then how it ended."""
    return [
        str(event.page.number) if isinstance(event, PageDone) else type(event).__name__
        for event in events
        if event.document.name == name
    ]


async def test_each_document_tells_of_its_pages_in_order_and_then_that_it_is_published(
    tmp_path: Path, out: Path
) -> None:
    events = await events_of(documents(three_documents(tmp_path), out, scripted()), scripted())
    for name in ("a", "b", "c"):
        assert kinds(events, name) == ["1", "2", "DocumentPublished"]
    assert files_below(out) == {"a.pdf", "b.pdf", "c.pdf"}


async def test_pages_are_written_in_order_even_if_they_are_done_backwards(tmp_path: Path, out: Path) -> None:
    names = [f"{number}.png" for number in range(1, 8)]
    settings = scripted(("raise", "3.png"))
    jobs = documents(write_pages(tmp_path / "scans", *names), out, settings)
    events = await events_of(jobs, settings, DirectedExecutor(3, backwards=True))
    assert kinds(events, "scans") == [*"1234567", "DocumentPublished"]
    texts = [page.extract_text() for page in PdfReader(out / "scans.pdf").pages]
    assert [bool(text) for text in texts] == [True, True, False, True, True, True, True]


async def test_an_event_of_a_page_carries_its_text(tmp_path: Path, out: Path) -> None:
    settings = scripted(("words", "2"))
    events = await events_of(documents(write_pages(tmp_path / "scans", "1.png"), out, settings), settings)
    (page,) = (event for event in events if isinstance(event, PageDone))
    assert page.text is not None
    assert page.text.text == "word0 word1"
    assert page.page.words == 2
    assert page.page.confidence == pytest.approx(0.99)


async def test_a_slow_first_page_does_not_let_pages_pile_up(tmp_path: Path, out: Path) -> None:
    executor = DirectedExecutor(2, held=(1,))
    jobs = documents(one_long_document(tmp_path, 100), out, scripted())
    run = asyncio.create_task(events_of(jobs, scripted(), executor))
    await until(lambda: executor.ended >= executor.capacity)
    for _ in range(1000):
        await asyncio.sleep(0)
    assert len(executor.begun) <= 4 * executor.capacity
    executor.release.set()
    assert kinds(await run, "scans") == [*(str(number) for number in range(1, 101)), "DocumentPublished"]


async def test_documents_are_taken_only_as_fast_as_pages_are_done(tmp_path: Path, out: Path) -> None:
    (job,) = documents(write_pages(tmp_path / "scans", "1.png"), out, scripted())
    taken = 0

    def endless() -> Iterator[DocumentJob]:
        nonlocal taken
        while True:
            taken += 1
            yield DocumentJob(str(taken), out / f"{taken}.pdf", job.pages, job.settings)

    executor = DirectedExecutor(2)
    async with aclosing(Pipeline(scripted(), executor=executor).run(endless())) as events:
        published = 0
        async for event in events:
            published += isinstance(event, DocumentPublished)
            assert taken <= published + 20 * executor.capacity
            if published == 50:
                break


@pytest.mark.parametrize("languages", [("eng",), ("auto",)])
async def test_documents_that_come_one_by_one_do_not_wait_for_those_that_are_still_to_come(
    tmp_path: Path, out: Path, languages: tuple[str, ...]
) -> None:
    settings = scripted(languages=languages)
    jobs = documents(three_documents(tmp_path), out, settings)
    asked_for_more, is_closed = asyncio.Event(), False

    async def as_they_come() -> AsyncIterator[DocumentJob]:
        nonlocal is_closed
        try:
            for job in jobs[:2]:
                yield job
            await asked_for_more.wait()
            yield jobs[2]
            await asyncio.Event().wait()
        finally:
            is_closed = True

    pipeline = Pipeline(settings, executor=InlineExecutor(run_job))
    published: list[str] = []
    async with aclosing(pipeline.run(as_they_come())) as events:
        async for event in events:
            if isinstance(event, DocumentPublished):
                published.append(event.document.name)
            if len(published) == 2:
                asked_for_more.set()
            if len(published) == 3:
                break
    assert (sorted(published[:2]), published[2]) == (["a", "b"], "c")
    assert is_closed


async def test_a_slow_consumer_slows_the_work_down(tmp_path: Path, out: Path) -> None:
    executor = DirectedExecutor(2)
    jobs = documents(one_long_document(tmp_path, 100), out, scripted())
    async with aclosing(Pipeline(scripted(), executor=executor).run(jobs)) as events:
        async for _ in events:
            for _ in range(1000):
                await asyncio.sleep(0)
            assert len(executor.begun) <= 20 * executor.capacity
            break


async def test_leaving_the_loop_early_leaves_whole_documents_and_nothing_else(
    tmp_path: Path, out: Path
) -> None:
    jobs = documents(three_documents(tmp_path), out, scripted())
    executor = DirectedExecutor(1)
    published = set()
    async with aclosing(Pipeline(scripted(), executor=executor).run(jobs)) as events:
        async for event in events:
            if isinstance(event, DocumentPublished):
                published.add(event.output.name)
                break
    left = files_below(out)
    assert published <= left <= {"a.pdf", "b.pdf", "c.pdf"}
    for name in left:
        assert len(PdfReader(out / name).pages) == 2
    assert executor.times_entered == executor.times_left == 1


async def test_cancelling_the_task_ends_worker_processes_and_leaves_no_files(
    tmp_path: Path, out: Path
) -> None:
    before = children()
    settings = scripted(("hang", "2.png"))
    jobs = documents(write_pages(tmp_path / "scans", "1.png", "2.png"), out, settings)
    first = asyncio.Event()

    async def consume() -> None:
        async for _ in Pipeline(settings).run(jobs):
            first.set()

    run = asyncio.create_task(consume())
    await first.wait()
    assert children() > before
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    await until(lambda: children() == before)
    assert files_below(out) == set()


async def test_an_exception_in_the_loop_is_passed_on_and_leaves_nothing(tmp_path: Path, out: Path) -> None:
    jobs = documents(write_pages(tmp_path / "scans", "1.png", "2.png"), out, scripted())

    async def consume() -> None:
        async with aclosing(Pipeline(scripted(), executor=DirectedExecutor(held=(2,))).run(jobs)) as events:
            async for _ in events:
                raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await consume()
    assert files_below(out) == set()


async def test_a_pipeline_can_be_run_again_with_worker_processes_of_its_own(
    tmp_path: Path, out: Path
) -> None:
    pipeline = Pipeline(scripted(force=True))
    jobs = documents(write_pages(tmp_path / "scans", "1.png"), out, scripted(force=True))
    for _ in range(2):
        async with aclosing(pipeline.run(jobs)) as events:
            assert kinds([event async for event in events], "scans") == ["1", "DocumentPublished"]


async def test_a_pipeline_can_be_run_again_with_the_executor_it_was_given(tmp_path: Path, out: Path) -> None:
    executor = DirectedExecutor()
    pipeline = Pipeline(scripted(force=True), executor=executor)
    jobs = documents(write_pages(tmp_path / "scans", "1.png"), out, scripted(force=True))
    for _ in range(2):
        async with aclosing(pipeline.run(jobs)) as events:
            assert kinds([event async for event in events], "scans") == ["1", "DocumentPublished"]
    assert executor.times_entered == executor.times_left == 2


async def test_two_pipelines_run_side_by_side(tmp_path: Path, out: Path) -> None:
    jobs = documents(three_documents(tmp_path), out, scripted())
    both = await asyncio.gather(*(events_of(part, scripted()) for part in (jobs[:1], jobs[1:])))
    assert [sum(isinstance(event, DocumentPublished) for event in events) for events in both] == [1, 2]


async def test_an_up_to_date_batch_starts_no_worker(tmp_path: Path, out: Path) -> None:
    scans = three_documents(tmp_path)
    await events_of(documents(scans, out, scripted()), scripted())
    executor = DirectedExecutor()
    events = await events_of(documents(scans, out, scripted()), scripted(), executor)
    assert [type(event) for event in events] == [DocumentSkipped] * 3
    assert executor.times_entered == 0


async def test_an_up_to_date_batch_needs_no_language_model(tmp_path: Path, out: Path) -> None:
    settings = Settings(engine="tesseract", languages=("xyz",))
    jobs = documents(write_pages(tmp_path / "scans", "1.png"), out, settings)
    # As if it had been made on a machine that has the model.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pdfpipe.batch.pipeline.check_engine", lambda _: None)
        await events_of(jobs, settings, DirectedExecutor())
    assert [type(event) for event in await events_of(jobs, settings)] == [DocumentSkipped]


async def test_a_language_without_a_model_is_an_error_before_any_work(tmp_path: Path, out: Path) -> None:
    settings = Settings(languages=("xyz",))
    executor = DirectedExecutor()
    jobs = documents(write_pages(tmp_path / "scans", "1.png"), out, settings)
    with pytest.raises(MissingLanguageError, match="'xyz'"):
        await events_of(jobs, settings, executor)
    assert (executor.begun, files_below(out)) == ([], set())


async def test_an_unknown_engine_is_a_usage_error_before_any_work(tmp_path: Path, out: Path) -> None:
    settings = Settings(engine="crystal-ball")
    jobs = documents(write_pages(tmp_path / "scans", "1.png"), out, settings)
    with pytest.raises(UsageError, match="crystal-ball"):
        await events_of(jobs, settings)
    assert not out.exists()


async def test_a_document_without_pages_fails(tmp_path: Path, out: Path) -> None:
    (event,) = await events_of([DocumentJob("none", out / "none.pdf", (), scripted())], scripted())
    assert isinstance(event, DocumentFailed)
    assert "no pages" in event.failures[0].message


async def test_no_documents_give_no_events(tmp_path: Path) -> None:
    assert await events_of([], scripted()) == []


async def test_a_defect_of_an_executor_reaches_the_caller_and_leaves_nothing(
    tmp_path: Path, out: Path
) -> None:
    class Defective(DirectedExecutor):
        def result(self, job: PageJob) -> PageResult:
            raise ZeroDivisionError("a defect")

    jobs = documents(three_documents(tmp_path), out, scripted())
    executor = Defective()
    with pytest.raises(ZeroDivisionError, match="a defect"):
        await events_of(jobs, scripted(), executor)
    assert files_below(out) == set()
    assert executor.times_left == 1


async def test_failing_fast_stops_at_the_first_document_that_fails(tmp_path: Path, out: Path) -> None:
    scans = three_documents(tmp_path)
    (scans / "b" / "1.png").write_text("not an image")
    settings = scripted(fail_fast=True)
    executor = InlineExecutor(run_job)
    events = await events_of(documents(scans, out, settings), settings, executor)
    assert isinstance(events[-1], DocumentFailed)
    assert events[-1].document.name == "b"
    assert "c.pdf" not in files_below(out)
    assert not any(name.startswith(".") for name in files_below(out))


async def test_otherwise_the_others_go_on(tmp_path: Path, out: Path) -> None:
    scans = three_documents(tmp_path)
    (scans / "b" / "1.png").write_text("not an image")
    events = await events_of(documents(scans, out, scripted()), scripted())
    assert kinds(events, "b") == ["1", "2", "DocumentFailed"]
    assert files_below(out) == {"a.pdf", "c.pdf"}


async def test_an_output_that_cannot_be_begun_ends_the_run(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr("pdfpipe.batch.writing.DocumentTask", no_room)
    with pytest.raises(StorageError, match="the disk is full"):
        await events_of(documents(three_documents(tmp_path), out, scripted()), scripted())
    assert files_below(out) == set()
