"""The contract that every executor keeps."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self, TypeVar

__all__ = ["Executor", "Task", "WarmUp"]

JobT_contra = TypeVar("JobT_contra", contravariant=True)
ResultT_co = TypeVar("ResultT_co", covariant=True)

Task = Callable[[JobT_contra], ResultT_co]
"""A plain function of a module, from a picklable job to a picklable result."""

WarmUp = Callable[[], None]
"""Called once in each worker before its first job; may be a `functools.partial` of such a function."""


class Executor(Protocol[JobT_contra, ResultT_co]):
    """Runs one task on many jobs.  Use it as an asynchronous context manager.

    Leaving the context ends all work that is under way, at once.
    """

    @property
    def capacity(self) -> int:
        """How many jobs run side by side."""
        ...

    async def run(self, job: JobT_contra) -> ResultT_co:
        """Run the task on one job; waits for a free place.

        What the task raises is raised here.  Cancelling the call ends the job.  Where the time of a job is
        limited, one with an attribute `patience` may take so many times as long.

        Raises:
            WorkerCrashedError: the process that ran the job died, or was ended because the job took too
                long; the executor goes on.
            WorkerMemoryError: there was not enough memory for the job, whatever its task made of that.

        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...
