"""Put files on the disk while whoever wrote them goes on: that may take as long as to read a page."""

from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

__all__ = ["sync_and_close"]

_MOST_WAITING: Final = 8
_places = threading.BoundedSemaphore(_MOST_WAITING)


def sync_and_close(descriptor: int) -> None:
    """Have an open file put on the disk soon, and closed; at once where many are waiting.

    When it has been renamed before, its new name is on the disk then too, on the usual file systems.  That
    the disk fails is not told: the file is found damaged, or not at all.
    """
    if not _places.acquire(blocking=False):
        _sync(descriptor)
        return
    try:
        _thread().submit(_sync_and_make_room, descriptor)
    except RuntimeError:  # the interpreter is ending
        _sync_and_make_room(descriptor)


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="pdfpipe-sync")


def _sync_and_make_room(descriptor: int) -> None:
    try:
        _sync(descriptor)
    finally:
        _places.release()


def _sync(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.fsync(descriptor)
    with contextlib.suppress(OSError):
        os.close(descriptor)
