"""Events on their way from the pipeline to its consumer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from pdfpipe.batch.events import Event

__all__ = ["Outbox"]


class Outbox:
    """A queue with an end; a slow consumer slows the work down."""

    def __init__(self, room: int, record: Callable[[Event], object] | None = None) -> None:
        """`record` is called with each event before the consumer can have it."""
        self._record = record or (lambda _: None)
        self._room = asyncio.Semaphore(room)
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._ended = False

    async def put(self, event: Event, *, last: bool = False) -> None:
        """Wait for room.  After the last event no other gets through: who puts one waits to be cancelled."""
        await self._room.acquire()
        if self._ended:
            await asyncio.Event().wait()
        self._record(event)
        self._ended = last
        self._events.put_nowait(event)

    def add(self, event: Event) -> None:
        """Put an event without waiting for room, for which there is no time when a run is cancelled."""
        if not self._ended:
            self._record(event)
            self._events.put_nowait(event)

    async def take(self) -> Event | None:
        """The next event, or None when there are no more."""
        event = await self._events.get()
        self._room.release()
        return event

    def close(self) -> None:
        """No more events come."""
        self._events.put_nowait(None)
