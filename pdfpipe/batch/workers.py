"""The worker processes that a run starts, with their limits."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from pdfpipe.execution.memory import machine_memory
from pdfpipe.execution.processes import ProcessExecutor
from pdfpipe.model.settings import Settings

if TYPE_CHECKING:
    from pdfpipe.batch.work import Job, Outcome, WorkExecutor

__all__ = ["memory_of_a_worker", "number_of_workers", "worker_processes"]

_SHARE_OF_MEMORY: Final = 0.8
"""The rest is for this process, and for all others of the machine."""


def worker_processes(settings: Settings) -> WorkExecutor:
    """As many as `number_of_workers`."""
    return ProcessExecutor(
        _run_job,
        number_of_workers(settings),
        partial(_warm_up, settings),
        job_seconds=settings.page_timeout or None,
        memory=memory_of_a_worker(settings),
    )


def number_of_workers(settings: Settings) -> int:
    """As many as the settings say, or one a processor that this process may use."""
    return settings.jobs or len(
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )


def _run_job(job: Job) -> Outcome:
    # In the workers: this process needs neither decoders nor engines, and starts faster without them.
    from pdfpipe.batch.work import run_job

    return run_job(job)


def _warm_up(settings: Settings) -> None:
    from pdfpipe.batch.page_task import warm_up

    warm_up(settings)


def memory_of_a_worker(settings: Settings) -> int | None:
    """Bytes that a worker may use: what is given, or what one alone could have of the machine."""
    given = settings.faults.page_memory
    if given is not None:
        return round(given * 1e6) or None
    there_is = machine_memory()
    return there_is and int(_SHARE_OF_MEMORY * there_is)
