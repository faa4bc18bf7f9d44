"""Wait for room on a full disk: writing goes on at the byte where it stopped, and nothing is done twice."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pdfpipe.batch.disk_space import free_bytes
from pdfpipe.batch.events import DiskFree, DiskFull, Event
from pdfpipe.batch.turns import Turns
from pdfpipe.model.job import DocumentJob

__all__ = ["DocumentRoom", "FullDisk"]

_SECONDS_BETWEEN_TRIES: Final = 1.0
"""Whether there is room, a try tells best: free blocks say nothing of quotas and of other limits."""


class FullDisk:
    """The waiting of all documents of one run; it is told of once, and no page is begun meanwhile."""

    def __init__(self, turns: Turns, tell: Callable[[Event], None]) -> None:
        """`tell` and `turns` are called in the event loop that runs now; files are written in threads."""
        self._turns = turns
        self._tell = tell
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting = 0
        self._given_up = threading.Event()

    def give_up(self) -> None:
        """Have all who wait fail, now and later."""
        self._given_up.set()

    def wait(self, job: DocumentJob, target: Path, error: OSError, *, first: bool) -> None:
        """Wait for a while, in a thread that writes; raises the error where the run has given up."""
        if first:
            with self._lock:
                self._waiting += 1
                if self._waiting == 1:
                    self._loop.call_soon_threadsafe(self._is_full, job, target, error)
        if self._given_up.wait(_SECONDS_BETWEEN_TRIES):
            raise error

    def end_wait(self, job: DocumentJob) -> None:
        """A document does not wait any more."""
        with self._lock:
            self._waiting -= 1
            if not self._waiting:
                self._loop.call_soon_threadsafe(self._is_free, job)

    def _is_full(self, job: DocumentJob, target: Path, error: OSError) -> None:
        self._turns.pause(self)
        reason = error.strerror or str(error)
        self._tell(DiskFull(job, f"{reason[:1].lower()}{reason[1:]}", free_bytes(target.parent)))

    def _is_free(self, job: DocumentJob) -> None:
        if not self._given_up.is_set():
            self._turns.go_on(self)
            self._tell(DiskFree(job))


class DocumentRoom:
    """`pdfpipe.storage.Room` of one document, which is written by one thread at a time."""

    def __init__(self, disk: FullDisk, job: DocumentJob) -> None:
        self._disk = disk
        self._job = job
        self._waits = False

    def wait(self, target: Path, error: OSError) -> None:
        """Return when another try is worth it; raises the error where the run is over."""
        first, self._waits = not self._waits, True
        self._disk.wait(self._job, target, error, first=first)

    def end_wait(self) -> None:
        """There was room, or something else is in the way; nothing if there was no wait."""
        if self._waits:
            self._waits = False
            self._disk.end_wait(self._job)
