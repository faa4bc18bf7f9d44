"""How far a run is and how long it will take, from its events: all that a progress bar needs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, Event, PageDone
from pdfpipe.model.job import DocumentJob

__all__ = ["Progress", "ProgressTracker"]

_REMEMBERED: Final = 64
"""Pages by which the speed is told: enough to even out pages of different size, few enough to follow it."""


class Progress(msgspec.Struct, frozen=True):
    """Where a run stands.

    Pages are done when they were read, when their document was up to date, and when it failed before they
    were read; documents when they were published, skipped or failed.  `pages_per_second` is of the pages
    read lately; it and `seconds_left` are None until two pages have been read.
    """

    documents: int
    documents_done: int
    pages: int
    pages_done: int
    pages_read: int
    seconds: float
    pages_per_second: float | None = None
    seconds_left: float | None = None


class ProgressTracker:
    """Follows the events of one run.

    ::

        tracker = ProgressTracker(plan.documents)
        async for event in events:
            tracker.add(event)
            print(tracker.now.pages_done, tracker.now.seconds_left)
    """

    def __init__(self, planned: Iterable[DocumentJob], clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` tells seconds; the run begins now."""
        jobs = list(planned)
        self._documents, self._pages = len(jobs), sum(len(job.pages) for job in jobs)
        self._documents_done = self._pages_done = self._pages_read = 0
        self._clock = clock
        self._start = clock()
        self._read_at: deque[float] = deque(maxlen=_REMEMBERED)

    def add(self, event: Event) -> None:
        """Take one event into account."""
        match event:
            case PageDone():
                self._pages_done += 1
                self._pages_read += 1
                self._read_at.append(self._clock())
            case DocumentPublished():
                self._documents_done += 1
            case DocumentSkipped():
                self._documents_done += 1
                self._pages_done += len(event.document.pages)
            case DocumentFailed():
                self._documents_done += 1
                self._pages_done += len(event.document.pages) - len(event.pages)

    @property
    def now(self) -> Progress:
        """Where the run stands at this moment."""
        speed = self._speed()
        left = self._pages - self._pages_done
        return Progress(
            documents=self._documents,
            documents_done=self._documents_done,
            pages=self._pages,
            pages_done=self._pages_done,
            pages_read=self._pages_read,
            seconds=self._clock() - self._start,
            pages_per_second=speed,
            seconds_left=left / speed if speed else None,
        )

    def _speed(self) -> float | None:
        """Pages a second since the first page remembered: the start of the engines does not count."""
        if len(self._read_at) < 2:
            return None
        seconds = self._clock() - self._read_at[0]
        return (len(self._read_at) - 1) / seconds if seconds > 0 else None
