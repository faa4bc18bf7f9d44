"""Calls into a worker process for programs that have no event loop, or cannot await in theirs."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Generic, Self, TypeVar

from pdfpipe.execution.base import Task
from pdfpipe.execution.processes import ProcessExecutor

__all__ = ["BlockingCalls"]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


class BlockingCalls(Generic[JobT, ResultT]):
    """One worker process that runs a task, started at the first call; a context manager.

    An event loop in a thread of its own talks to it, so that this may be used wherever threads may.
    """

    def __init__(
        self, task: Task[JobT, ResultT], *, seconds: float | None = None, memory: int | None = None
    ) -> None:
        """`seconds` and `memory`, in bytes, limit each call; see `ProcessExecutor`."""
        self._executor: ProcessExecutor[JobT, ResultT] = ProcessExecutor(
            task, 1, job_seconds=seconds, memory=memory
        )
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
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="pdfpipe", daemon=True)
            self._thread.start()
            asyncio.run_coroutine_threadsafe(self._executor.__aenter__(), self._loop).result()
        return asyncio.run_coroutine_threadsafe(self._executor.run(job), self._loop).result()
