"""The asynchronous pipeline: pages of many documents in flight, documents published as they finish.

One feeder takes documents in order and sends their pages to the executor; one task a document
receives the results in page order and writes them.  A page holds a permit of the window from its
dispatch until it is written, so memory does not grow with the batch, however slow one page is.

Documents whose languages are to be found out are asked for them some documents ahead of the feeder, so
that workers have pages to read meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.batch.assembly import Assembler, Assembly
from pdfpipe.batch.events import DocumentFailed, DocumentSkipped, Event, PageDone, PageSummary
from pdfpipe.batch.freshness import Standing, standing
from pdfpipe.batch.language_choice import FALLBACK, detect, is_auto, with_languages
from pdfpipe.batch.obstacles import foreign
from pdfpipe.batch.outbox import Outbox
from pdfpipe.batch.page_attempts import run_with_attempts
from pdfpipe.batch.tasks import most_telling, one_by_one
from pdfpipe.batch.turns import Turns
from pdfpipe.batch.workers import worker_processes
from pdfpipe.batch.writing import Writing
from pdfpipe.errors import DocumentError, PdfpipeError
from pdfpipe.model.job import DocumentJob, Failure, PageJob, PageWork, Stage
from pdfpipe.model.language import LanguageGuess
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine
from pdfpipe.storage import storage_error

if TYPE_CHECKING:
    from pdfpipe.batch.journal import Journal
    from pdfpipe.batch.work import WorkExecutor

__all__ = ["Pipeline"]

Jobs = Iterable[DocumentJob] | AsyncIterable[DocumentJob]

_Ahead = asyncio.Queue[tuple[DocumentJob, asyncio.Task[LanguageGuess] | None] | None]
"""Documents before their pages are sent, and who finds out their languages; None after the last."""

_WINDOW_A_WORKER: Final = 3
"""Pages in flight for each worker: one being read, one waiting, one waiting to be written."""


class Pipeline:
    """Converts documents and tells what happens as events.

    What concerns a document is in its job's settings; the pipeline's own say how many workers there
    are and whether the first failure ends the run.

    ::

        pipeline = Pipeline(settings)
        async with aclosing(pipeline.run(plan.documents)) as events:
            async for event in events:
                ...

    Leaving the loop early, or cancelling the task it runs in, stops all work at once; published
    documents stay, nothing else does.  A pipeline can be run again.

    `pause`, `resume` and `cancel` are for other tasks of the same event loop; from another thread by
    its `call_soon_threadsafe`.
    """

    def __init__(
        self,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        *,
        executor: WorkExecutor | None = None,
        journal: Journal | None = None,
    ) -> None:
        """`executor` is entered and left by each run; None for worker processes as `settings.jobs` says.
        A `journal` hears of each event before the consumer does, and tells what is up to date.
        """
        self._settings = settings
        self._executor = executor
        self._journal = journal
        self._runs: set[_Run] = set()
        self._is_paused = False

    def pause(self) -> None:
        """Send no more pages to the workers; those under way are finished, and documents whose pages are all
        read are published.  It holds for runs that are begun later as well, until `resume`.
        """
        self._is_paused = True
        for run in self._runs:
            run.turns.pause(self)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._is_paused = False
        for run in self._runs:
            run.turns.go_on(self)

    def cancel(self) -> None:
        """Stop all work at once, as leaving the loop does: `run` gives the events that there are already, and
        ends.  Published documents stay, nothing else does.  Without a run, nothing happens.
        """
        for run in self._runs:
            run.cancel()

    async def run(self, jobs: Jobs) -> AsyncGenerator[Event, None]:
        """Convert the documents, taking from `jobs` only as fast as pages are done.

        An asynchronous iterable may take its time: what has come is worked on meanwhile.
        After `cancel` it ends without an error, and without an event for documents that were not done.

        Raises:
            UsageError, MissingDependencyError, MissingLanguageError: before any page is read.
            StorageError: the outputs cannot be written; the run is over.

        """
        executor = self._executor or worker_processes(self._settings)
        run = _Run(self._settings, executor, self._journal)
        if self._is_paused:
            run.turns.pause(self)
        work = run.start(jobs)
        self._runs.add(run)
        try:
            while (event := await run.outbox.take()) is not None:
                yield event
            if not (run.is_cancelled and work.cancelled()):
                await work
        finally:
            self._runs.discard(run)
            work.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await work


class _FailFast(Exception):
    """A document failed and the settings say to stop there."""


class _Run:
    """The state of one run."""

    def __init__(self, settings: Settings, executor: WorkExecutor, journal: Journal | None) -> None:
        self._recorded = journal.recorded if journal is not None else lambda _: None
        self.outbox = Outbox(4 * executor.capacity, journal.record if journal is not None else None)
        self.turns = Turns(executor)
        self.is_cancelled = False
        self._settings = settings
        self._executor = executor
        self._work: asyncio.Task[None] | None = None
        self._assembler = Assembler(Writing(settings, self.turns, self.outbox), self.turns, self.outbox)
        self._window = asyncio.Semaphore(_WINDOW_A_WORKER * executor.capacity + 1)
        self._assemblies: set[Assembly] = set()
        self._checked: set[EngineSpec] = set()
        self._open_documents = asyncio.Semaphore(2 * executor.capacity + 2)

    def start(self, jobs: Jobs) -> asyncio.Task[None]:
        """Begin to work; the outbox is closed when that is over."""
        self._work = asyncio.create_task(self._do(jobs))
        self._work.add_done_callback(lambda _: self.outbox.close())
        return self._work

    def cancel(self) -> None:
        """Stop all work."""
        self.is_cancelled = True
        if self._work is not None:
            self._work.cancel()

    async def _do(self, jobs: Jobs) -> None:
        """Feed all documents and wait for them."""
        try:
            async with AsyncExitStack() as stack, asyncio.TaskGroup() as tasks:
                await self._feed(jobs, stack, tasks)
        except BaseExceptionGroup as group:
            error = most_telling(group)
            if not isinstance(error, _FailFast):
                raise error from None
        finally:
            # A task that was cancelled before its first step has not cleaned up after itself.
            for assembly in self._assemblies:
                assembly.task.discard()

    async def _feed(self, jobs: Jobs, stack: AsyncExitStack, tasks: asyncio.TaskGroup) -> None:
        entered = False
        # As many documents as there are workers are asked for their languages ahead of being sent.
        ahead = _Ahead(self._executor.capacity)
        tasks.create_task(self._send_all(ahead, tasks))
        async with aclosing(one_by_one(jobs)) as source:
            async for job in source:
                if not await self._needs_work(job):
                    continue
                try:
                    self._check(job.settings)
                except PdfpipeError as error:
                    if not entered:
                        raise
                    await self._fail(job, [Failure.of(Stage.PLAN, error, job.output)])
                    continue
                if not entered:
                    await stack.enter_async_context(self._executor)
                    entered = True
                asked = tasks.create_task(detect(job, self.turns.page)) if is_auto(job.settings) else None
                await ahead.put((job, asked))
        await ahead.put(None)

    async def _send_all(self, ahead: _Ahead, tasks: asyncio.TaskGroup) -> None:
        while (document := await ahead.get()) is not None:
            await self._send(*document, tasks)

    def _check(self, settings: Settings) -> None:
        """Whether the engine can be made; in which languages may still be open."""
        spec = EngineSpec.from_settings(with_languages(settings))
        if spec not in self._checked:
            check_engine(spec)
            self._checked.add(spec)

    async def _send(
        self, job: DocumentJob, asked: asyncio.Task[LanguageGuess] | None, tasks: asyncio.TaskGroup
    ) -> None:
        """Send out the pages of a document, in its languages."""
        guess = self._usable(await asked, job) if asked is not None else None
        settings = job.settings if guess is None else with_languages(job.settings, guess.languages)
        await self._open_documents.acquire()
        try:
            assembly = await self._assembler.begin(job, settings.languages, guess)
        except DocumentError as error:
            self._open_documents.release()
            await self._fail(job, [Failure.of(Stage.PUBLISH, error, job.output)], language=guess)
            return
        self._assemblies.add(assembly)
        tasks.create_task(self._assemble(assembly))
        for number, source in enumerate(job.pages, 1):
            await self._window.acquire()
            work = PageWork.CHECK if assembly.failures else PageWork.FULL
            page = PageJob(source, number, settings, work)
            assembly.pages.put_nowait(tasks.create_task(run_with_attempts(self.turns, page)))
        assembly.pages.put_nowait(None)

    def _usable(self, guess: LanguageGuess, job: DocumentJob) -> LanguageGuess:
        """The guess, or the default languages where no engine can be made for those guessed."""
        try:
            self._check(with_languages(job.settings, guess.languages))
        except PdfpipeError as error:
            evidence = f"{guess.evidence}; {error}"
            return msgspec.structs.replace(guess, languages=FALLBACK, confidence=0.0, evidence=evidence)
        return guess

    async def _needs_work(self, job: DocumentJob) -> bool:
        """Whether the document is to be converted; tells of it where it is not."""
        if job.failure is not None or not job.pages:
            await self._fail(job, [job.failure or Failure(Stage.PLAN, "it has no pages")])
            return False
        try:
            stands = standing(job, recorded=self._recorded(job))
        except OSError as error:
            await self._fail(job, [Failure.of(Stage.PUBLISH, storage_error(job.output, error), job.output)])
            return False
        if stands is Standing.UP_TO_DATE and not job.settings.force:
            await self.outbox.put(DocumentSkipped(job))
            return False
        if stands is Standing.FOREIGN and not job.settings.force:
            await self._fail(job, [foreign(job)])
            return False
        return True

    async def _assemble(self, assembly: Assembly) -> None:
        """Write the pages of one document as they come, and publish it."""
        try:
            while (page := await assembly.pages.get()) is not None:
                result = await page
                try:
                    summary = await self._assembler.add(assembly, result)
                finally:
                    self._window.release()
                text = result.content.text if result.content is not None else None
                await self.outbox.put(PageDone(assembly.job, summary, text, result.thumbnail))
            if not await self._assembler.finish(assembly):
                await self._fail(
                    assembly.job, assembly.failures, assembly.summaries.packed(), assembly.language
                )
        finally:
            assembly.task.discard()
            self._assemblies.discard(assembly)
            self._open_documents.release()

    async def _fail(
        self,
        job: DocumentJob,
        failures: list[Failure],
        pages: Sequence[PageSummary] = (),
        language: LanguageGuess | None = None,
    ) -> None:
        stop = self._settings.fail_fast
        await self.outbox.put(DocumentFailed(job, tuple(failures), pages, language), last=stop)
        if stop:
            raise _FailFast
