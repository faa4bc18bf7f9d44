"""Tasks for executors, in a module that imports nothing heavy, for workers import it."""

from __future__ import annotations

import time
from typing import NamedTuple

__all__ = ["Job", "reply"]


class Job(NamedTuple):
    """Take `seconds`, then answer with `size` bytes."""

    seconds: float
    size: int


def reply(job: Job) -> bytes:
    """Do it."""
    if job.seconds:
        time.sleep(job.seconds)
    return bytes(job.size)
