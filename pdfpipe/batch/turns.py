"""Whose turn it is at the workers: many jobs side by side, one page alone, no page during a pause."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from pdfpipe.model.job import PageJob, PageResult
from pdfpipe.model.pdf_page import Grafted
from pdfpipe.model.proof import ProofJob, ProofResult

if TYPE_CHECKING:
    from pdfpipe.batch.graft_task import GraftJob
    from pdfpipe.batch.work import WorkExecutor

__all__ = ["Turns"]


class Turns:
    """Lets jobs through to an executor; none waits inside for anything but the executor.

    A pause has a holder, so that one who goes on does not end another's pause.  It holds back pages;
    proofs go on, so that what has been read is published.
    """

    def __init__(self, executor: WorkExecutor) -> None:
        self._executor = executor
        self._running = 0
        self._is_alone = False
        self._waiting_for_all = 0
        self._pauses: set[object] = set()
        self._change = asyncio.Event()

    @property
    def capacity(self) -> int:
        """How many jobs run side by side."""
        return self._executor.capacity

    async def page(self, job: PageJob) -> PageResult:
        """Run a page beside others; see `pdfpipe.execution.base.Executor.run` for what is raised."""
        async with self._turn(lambda: not self._pauses and self._has_room):
            return cast("PageResult", await self._executor.run(job))

    async def page_alone(self, job: PageJob) -> PageResult:
        """As `page`, while nothing else runs: what is short for many may suffice for one."""
        self._waiting_for_all += 1
        try:
            turn = self._turn(lambda: not self._pauses and not self._running)
            async with turn:
                self._is_alone = True
                try:
                    return cast("PageResult", await self._executor.run(job))
                finally:
                    self._is_alone = False
        finally:
            self._waiting_for_all -= 1
            self._changed()

    async def proof(self, job: ProofJob) -> ProofResult:
        """Run a proof beside others, and beside pages."""
        async with self._turn(lambda: self._has_room):
            return cast("ProofResult", await self._executor.run(job))

    async def graft(self, job: GraftJob) -> Grafted:
        """Put a PDF together beside others, and beside pages."""
        async with self._turn(lambda: self._has_room):
            return cast("Grafted", await self._executor.run(job))

    def pause(self, holder: object) -> None:
        """Let no more pages through until the same holder goes on."""
        self._pauses.add(holder)

    def go_on(self, holder: object) -> None:
        """End the holder's pause, if there is one."""
        self._pauses.discard(holder)
        self._changed()

    @property
    def _has_room(self) -> bool:
        """Whether a job beside others may begin; it is not to overtake a page that waits to be alone."""
        is_waited_for = self._waiting_for_all > 0 and not self._pauses
        return not self._is_alone and not is_waited_for and self._running < self.capacity

    @asynccontextmanager
    async def _turn(self, may_begin: Callable[[], bool]) -> AsyncIterator[None]:
        while not may_begin():
            await self._change.wait()
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._changed()

    def _changed(self) -> None:
        """Have all who wait look again, in the order in which they came."""
        self._change.set()
        self._change = asyncio.Event()
