"""Run jobs one after another in a thread of this process, for debugging."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

from pdfpipe.errors import WorkerMemoryError, ran_out_of_memory
from pdfpipe.execution.base import Task, WarmUp

__all__ = ["InlineExecutor"]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")


class InlineExecutor(Generic[JobT, ResultT]):
    """One thread.  A crash of the task is a crash of this process, and a running job cannot be ended."""

    capacity = 1

    def __init__(self, task: Task[JobT, ResultT], warm_up: WarmUp | None = None) -> None:
        self._task = task
        self._warm_up = warm_up
        self._thread: ThreadPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdfpipe")
        if self._warm_up is not None:
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._warm_up)
            except BaseException:
                self._thread.shutdown(wait=False)
                raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=True, cancel_futures=True)

    async def run(self, job: JobT) -> ResultT:
        """Run the task on one job; see `pdfpipe.execution.base.Executor`."""
        if self._thread is None:
            raise RuntimeError("the executor has not been entered")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._task, job)
        except Exception as error:
            if ran_out_of_memory(error):
                raise WorkerMemoryError("there was not enough memory for it") from error
            raise
