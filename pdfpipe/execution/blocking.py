"""Calls into worker processes for programs that have no event loop, or cannot await in theirs."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from types import TracebackType
from typing import Generic, Self, TypeVar

from pdfpipe.errors import WorkerCrashedError
from pdfpipe.execution.base import Task
from pdfpipe.execution.processes import ProcessExecutor

__all__ = ["BlockingCalls"]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")
_T = TypeVar("_T")


class BlockingCalls(Generic[JobT, ResultT]):
    """Worker processes that run a task, started when they are needed; a context manager.

    An event loop in a thread of its own talks to it, so that this may be used wherever threads may.
    """

    def __init__(
        self,
        task: Task[JobT, ResultT],
        workers: int = 1,
        *,
        seconds: float | None = None,
        memory: int | None = None,
    ) -> None:
        """`seconds` and `memory`, in bytes, limit each call; see `ProcessExecutor`."""
        self._executor: ProcessExecutor[JobT, ResultT] = ProcessExecutor(
            task, workers, job_seconds=seconds, memory=memory
        )
        self._workers = workers
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(
            self._executor.__aexit__(kind, error, traceback), self._loop
        ).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def __call__(self, job: JobT) -> ResultT:
        """Run the task on a job; what it raises is raised here.

        Raises:
            WorkerCrashedError: the process died under it, or needed too long or too much; the next call has
                another.

        """
        return self._begun(job).result()

    def each(self, jobs: Iterable[JobT]) -> Iterator[ResultT | WorkerCrashedError]:
        """What comes of each job, in their order, or how the process died under it; some run side by side.

        Jobs are taken only as fast as results are; what else the task raises is raised here.
        """
        begun: deque[Future[ResultT]] = deque()
        for job in jobs:
            if len(begun) >= 2 * self._workers:
                outcome = _outcome(begun.popleft())
                yield outcome
            begun.append(self._begun(job))
        while begun:
            outcome = _outcome(begun.popleft())
            yield outcome

    def _begun(self, job: JobT) -> Future[ResultT]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="pdfpipe", daemon=True)
            self._thread.start()
            asyncio.run_coroutine_threadsafe(self._executor.__aenter__(), self._loop).result()
        return asyncio.run_coroutine_threadsafe(self._executor.run(job), self._loop)


def _outcome(begun: Future[_T]) -> _T | WorkerCrashedError:
    try:
        return begun.result()
    except WorkerCrashedError as error:
        return error
