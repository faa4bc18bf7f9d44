"""Watch a folder: what arrives and settles becomes documents, in one pipeline that stays warm."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, Event
from pdfpipe.batch.left_out import lacks_pages, may_lack_pages
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.tasks import uninterrupted
from pdfpipe.batch.watch.arrivals import Arrival
from pdfpipe.batch.watch.disposal import Disposal
from pdfpipe.batch.watch.folders import Folders, watched_alone
from pdfpipe.batch.watch.hot_folder import HotFolder
from pdfpipe.batch.watch.intake import Intake, TakenIn
from pdfpipe.batch.watch.notices import Notice, NoticeKind
from pdfpipe.batch.watch.output_names import OutputNames
from pdfpipe.batch.watch.reasons import is_known_failure, reason_beside
from pdfpipe.batch.watch.stacks import Outcome, Stacks
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import StorageError, UsageError
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.names import shown
from pdfpipe.model.settings import Grouping
from pdfpipe.model.watch_settings import Done, WatchSettings

if TYPE_CHECKING:
    from pdfpipe.batch.journal import Journal
    from pdfpipe.batch.work import WorkExecutor

__all__ = ["WatchEvent", "Watcher"]

WatchEvent = Event | Notice

_T = TypeVar("_T")

_LEISURE: Final = 20
"""How many times longer than a look at the folder the pause after it is at least: looks take a twentieth."""

_WARM_SECONDS: Final = 300.0
"""How long worker processes are kept when nothing comes; they hold a few hundred megabytes each."""

_LONGEST_WAIT: Final = 300.0
"""Seconds between two attempts at an output that cannot be written, at most."""

_TICK: Final = 0.01


class Watcher:
    """Makes documents of what arrives in a folder until its task is cancelled.

    `on_event` is called with the events of the documents and with `Notice`.  When the watch ends, documents
    that are published stay; nothing half-written does.
    """

    def __init__(
        self,
        root: Path,
        output: Path,
        configure: Callable[[], Configuration],
        settings: WatchSettings = WatchSettings(),  # noqa: B008 - frozen
        *,
        on_event: Callable[[WatchEvent], object],
        executor: WorkExecutor | None = None,
        warm_seconds: float = _WARM_SECONDS,
    ) -> None:
        """Check the folders and settings.

        `configure` reads the settings afresh, since each pdfpipe.toml may change meanwhile.  `executor` is
        that of `Pipeline`; it is left after `warm_seconds` without work.

        Raises:
            UsageError: folders or settings make no sense.
            MissingDependencyError, MissingLanguageError: the engine cannot be made.

        """
        self._folders = Folders.of(root, output, settings)
        self._configure = configure
        self._settings = settings
        self._tell = on_event
        self._executor = executor
        self._warm_seconds = warm_seconds
        self._names = OutputNames(mirrors=settings.done is Done.KEEP)
        self._intake = Intake(self._folders, self._names)
        self._run_settings = configure().of_folder(self._folders.root, self._folders.root).settings
        self._intake.check(self._run_settings)
        self._folder = HotFolder(self._folders.root, self._folders.skipped, settings.settle)
        self._disposal = Disposal(self._folders, settings)
        self._thread = ThreadPoolExecutor(1, "pdfpipe-watch")
        self._documents: dict[Path, TakenIn] = {}
        """Those under way, by output."""
        self._stacks = Stacks()
        self._journal: Journal | None = None
        self._troubles: set[tuple[NoticeKind, str]] = set()
        self._first_look: float | None = None
        self._looked_for = 0.0
        self._is_over = False

    async def run(self, journal: Journal | None = None) -> None:
        """Watch; with `WatchSettings.once`, end when what has settled is done.

        A `journal` is that of `Pipeline`.

        Raises:
            UsageError: another process takes originals out of the folder.
            StorageError: with `once`, the outputs cannot be written, or the folder is gone.

        """
        self._journal = journal
        try:
            with watched_alone(self._folders.root):
                await self._in_thread(self._disposal.take_over)
                await self._in_thread(self._folder.withhold, self._disposal.owed_names)
                self._tell(Notice(NoticeKind.WATCHING, self._greeting()))
                await self._sessions()
        finally:
            self._intake.stop()
            self._disposal.stop()
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def _sessions(self) -> None:
        wait = self._settings.interval
        while not self._is_over:
            try:
                await self._session()
                wait = self._settings.interval
            except StorageError as error:
                if self._settings.once:
                    raise
                reason = str(error).partition("; ")[0]
                self._trouble(NoticeKind.WAITING, f"{reason}; waiting, and going on when it can be")
                await self._give_back()
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)

    async def _session(self) -> None:
        """Run one pipeline, for as long as its workers are to be kept."""
        pipeline = Pipeline(self._run_settings, executor=self._executor, journal=self._journal)
        async with aclosing(pipeline.run(self._jobs())) as events:
            async for event in events:
                match event:
                    case DocumentPublished() | DocumentSkipped():
                        self._tell(event)
                        self._resolved(NoticeKind.WAITING, NoticeKind.GOING_ON, "PDFs can be written again")
                        document = self._documents.pop(event.document.output)
                        lacks = (
                            lacks_pages(event.pages)
                            if isinstance(event, DocumentPublished)
                            else may_lack_pages(document.job)
                        )
                        await self._end(document, Outcome(lacks_pages=lacks))
                    case DocumentFailed():
                        await self._failed(event, self._documents.pop(event.document.output))
                    case _:
                        self._tell(event)

    async def _jobs(self) -> AsyncGenerator[DocumentJob, None]:
        """What arrives, until nothing more has come for a while."""
        last_work: float | None = None
        while True:
            began = time.monotonic()
            await self._settle_debts()
            for arrival, configuration in await self._look():
                async for job in self._take(arrival, configuration):
                    yield job
                    last_work = time.monotonic()
            now = time.monotonic()
            if self._settings.once and self._looked_for >= self._settings.settle:
                self._leave()
                return
            if self._documents:
                last_work = now
            elif last_work is not None and now - last_work > self._warm_seconds:
                return
            await asyncio.sleep(self._pause(now - began))

    def _pause(self, seconds: float) -> float:
        """How long to wait after a look that took so many seconds."""
        pause = max(self._settings.interval, _LEISURE * seconds)
        return (
            min(pause, max(self._settings.settle - self._looked_for, _TICK)) if self._settings.once else pause
        )

    async def _look(self) -> list[tuple[Arrival, Configuration]]:
        """What is to be read now."""
        root = shown(self._folders.root)
        try:
            ready, configuration = await self._in_thread(self._look_now)
        except OSError as error:
            told = f"{root} is gone: {error.strerror or error}"
            if self._settings.once:
                raise StorageError(told) from error
            self._trouble(NoticeKind.GONE, f"{told}; waiting for it")
            return []
        except UsageError as error:
            self._trouble(
                NoticeKind.MISCONFIGURED, f"{error}; nothing is read until that is mended", str(error)
            )
            return []
        self._resolved(NoticeKind.GONE, NoticeKind.BACK, f"{root} is there again")
        self._resolved(NoticeKind.MISCONFIGURED, NoticeKind.GOING_ON, "the settings make sense again")
        for folder, reason in self._folder.unreadable.items():
            self._trouble(NoticeKind.UNREADABLE, f"{shown(folder)} cannot be read: {reason}", folder)
        return [(arrival, configuration) for arrival in ready]

    def _look_now(self) -> tuple[list[Arrival], Configuration]:
        root = self._folders.root
        now = time.monotonic()
        configuration = self._configure()

        def grouping(folder: str) -> Grouping:
            try:
                return configuration.of_folder(root / folder, root).settings.grouping
            except UsageError:  # told when what is in it is planned
                return Grouping.FOLDER

        ready = self._folder.look(grouping, now)
        if ready:
            configuration.of_folder(root, root)
        if self._first_look is None:
            self._first_look = now
        self._looked_for = now - self._first_look
        return ready, configuration

    async def _take(
        self, arrival: Arrival, configuration: Configuration
    ) -> AsyncGenerator[DocumentJob, None]:
        """The documents of an arrival that are to be made."""
        found = await self._in_thread(self._intake.take, arrival, configuration)
        if found is None:
            return
        documents, ignored = found
        for path in ignored:
            self._tell(Notice(NoticeKind.PASSED_OVER, f"passed over, no page image: {shown(path)}"))
        await self._in_thread(self._folder.begin, arrival, len(documents))
        self._stacks.begin(documents)
        to_make = []
        for document in documents:
            if document.is_made:
                skipped = DocumentSkipped(document.job)
                if self._journal is not None:
                    self._journal.record(skipped)
                self._tell(skipped)
                await self._end(document, Outcome(lacks_pages=may_lack_pages(document.job)))
            elif self._folders.failed is None and await self._in_thread(is_known_failure, document.originals):
                await self._end(document, Outcome(is_known=True))
            else:
                to_make.append(document)
        if self._journal is not None and to_make:
            self._journal.plan((document.job for document in to_make), are_all=False)
        for document in to_make:
            self._documents[document.job.output] = document
            yield document.job

    async def _failed(self, event: DocumentFailed, document: TakenIn) -> None:
        if not await self._in_thread(document.originals.are_unchanged):
            name = shown(document.originals.root / document.originals.name)
            self._tell(Notice(NoticeKind.CHANGED, f"{name} has changed while it was read, and is read again"))
            await self._end(document, Outcome(has_changed=True))
            return
        self._tell(event)
        await self._end(document, Outcome(event.failures))

    async def _end(self, document: TakenIn, outcome: Outcome) -> None:
        """A document has come to its end; its originals too, unless they are those of others under way."""
        whole = self._stacks.end(document, outcome)
        if whole is None or whole.has_changed:
            await self._close(document, again=outcome.has_changed)
            return
        if whole.failures:
            await self._dispose(partial(self._disposal.failed, document.originals, whole.failures))
        elif not whole.is_known:
            action = partial(self._disposal.published, document.originals, lacks_pages=whole.lacks_pages)
            await self._dispose(action)
        await self._close(document, failed=whole.is_failure)

    async def _dispose(self, action: Callable[[], Notice | None]) -> None:
        """Do with the originals as the settings say."""
        notice = await uninterrupted(action, self._disposal.stop)
        if notice is not None:
            self._tell(notice)
            if notice.kind is NoticeKind.NOT_MOVED:
                await self._in_thread(self._folder.withhold, self._disposal.owed_names)

    async def _close(self, document: TakenIn, *, failed: bool = False, again: bool = False) -> None:
        """A document of an arrival is done with."""
        if failed and self._folders.failed is None:
            reason = str(reason_beside(document.originals.name))
            await self._in_thread(self._folder.remember_reason, document.arrival, reason)
        await self._in_thread(self._names.release, document.job.output)
        await self._in_thread(self._folder.end, document.arrival, again)

    async def _give_back(self) -> None:
        """Take what was under way for not read."""
        for output in self._documents:
            await self._in_thread(self._names.release, output)
        self._documents.clear()
        self._stacks.clear()
        self._disposal.go_on()
        await self._in_thread(self._folder.withhold, self._disposal.owed_names)
        await self._in_thread(self._folder.give_back)

    async def _settle_debts(self) -> None:
        owed = self._disposal.owed_names
        if not owed:
            return
        for notice in await uninterrupted(self._disposal.settle_debts, self._disposal.stop):
            self._tell(notice)
        await self._in_thread(self._folder.release, set(owed) - set(self._disposal.owed_names))

    def _leave(self) -> None:
        self._is_over = True
        if self._folder.unsettled:
            names = ", ".join(shown(name) for name in self._folder.unsettled)
            self._tell(Notice(NoticeKind.UNSETTLED, f"still being written, left for the next time: {names}"))

    def _trouble(self, kind: NoticeKind, message: str, about: str = "") -> None:
        """Tell of something that lasts, once."""
        if (kind, about) not in self._troubles:
            self._troubles.add((kind, about))
            self._tell(Notice(kind, message))

    def _resolved(self, kind: NoticeKind, news: NoticeKind, message: str) -> None:
        """Tell that it is over, if it was told of."""
        lasting = {trouble for trouble in self._troubles if trouble[0] is kind}
        if lasting:
            self._troubles -= lasting
            self._tell(Notice(news, message))

    def _greeting(self) -> str:
        folders, parts = self._folders, []
        if folders.done is not None:
            parts.append(f"originals go to {shown(folders.done)}")
        elif self._settings.done is Done.DELETE:
            parts.append("originals are deleted once their PDF is published")
        if folders.failed is not None:
            parts.append(f"those of which none can be made to {shown(folders.failed)}")
        told = f"watching {shown(folders.root)}, PDFs go to {shown(folders.output)}"
        return "; ".join([told, *parts])

    async def _in_thread(self, action: Callable[..., _T], *arguments: object) -> _T:
        """Do what waits for disks and remembers what was seen, one thing after the other."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(action, *arguments))
