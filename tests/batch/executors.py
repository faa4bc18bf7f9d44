"""Executors that run pages in this process, as the tests direct."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import TracebackType
from typing import Self

from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.work import Job, Outcome, run_job
from pdfpipe.errors import WorkerCrashedError
from pdfpipe.model.job import PageJob, PageResult


class DirectedExecutor:
    """Notes what it is given, and holds pages back until they are released.

    Pages are known by their numbers. `begun` and `ended` count all pages; `times_entered` and
    `times_left` the uses of the context. What is written is read back as ever.
    """

    def __init__(self, capacity: int = 2, *, held: tuple[int, ...] = (), backwards: bool = False) -> None:
        self.capacity = capacity
        self.begun: list[int] = []
        self.ended = 0
        self.times_entered = 0
        self.times_left = 0
        self.release = asyncio.Event()
        self._held = held
        self._backwards = backwards

    async def __aenter__(self) -> Self:
        self.times_entered += 1
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.times_left += 1

    async def run(self, job: Job) -> Outcome:
        if not isinstance(job, PageJob):
            return run_job(job)
        self.begun.append(job.number)
        if job.number in self._held:
            await self.release.wait()
        if self._backwards:
            # Later pages are done first.
            await asyncio.sleep(0.3 / job.number)
        result = self.result(job)
        self.ended += 1
        return result

    def result(self, job: PageJob) -> PageResult:
        return run_page(job)


class CrashingExecutor(DirectedExecutor):
    """Its worker dies so many times under the page of this file, on whichever work."""

    def __init__(self, name: str, times: int) -> None:
        super().__init__()
        self._name = name
        self._times = times
        self.attempts: Counter[str] = Counter()

    def result(self, job: PageJob) -> PageResult:
        name = job.source.path.name
        self.attempts[name] += 1
        if name == self._name and self.attempts[name] <= self._times:
            raise WorkerCrashedError("the worker process was ended by SIGTEST", "its last words")
        return run_page(job)
