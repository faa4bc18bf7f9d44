"""Threads that read images, each with warm engines of its own; shared by all that read in this process.

An engine is used by one thread at a time and takes long to load, so a thread keeps those that it used
last.  The threads wait when there is nothing to do, and end with the interpreter.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import make_engine

__all__ = ["awaitable", "pool", "processors", "warm_engine_of_thread"]

_KEPT: Final = 2
"""Engines that a thread keeps: some take hundreds of megabytes."""

_Result = TypeVar("_Result")
_local = threading.local()


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1))


@cache
def pool(threads: int) -> ThreadPoolExecutor:
    """The pool of so many threads, made on first use; threads start as they are needed."""
    return ThreadPoolExecutor(threads, thread_name_prefix="pdfpipe-ocr")


def warm_engine_of_thread(spec: EngineSpec) -> Engine:
    """The engine of the calling thread for `spec`.

    Raises:
        UsageError, MissingDependencyError, MissingLanguageError: it cannot be made.

    """
    engines: OrderedDict[EngineSpec, Engine] = _local.__dict__.setdefault("engines", OrderedDict())
    if spec not in engines:
        while len(engines) >= _KEPT:
            engines.popitem(last=False)
        engines[spec] = make_engine(spec)
    engines.move_to_end(spec)
    return engines[spec]


def awaitable(work: Future[_Result]) -> asyncio.Future[_Result]:
    """The work as a future of the running event loop.

    Cancelling it takes work that has not begun off the queue; of work that has, the result is dropped.
    Other than with `asyncio.wrap_future`, work may go on after its loop is closed.
    """
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[_Result] = loop.create_future()

    def settle() -> None:
        if waiting.cancelled():
            return
        try:
            waiting.set_result(work.result())
        except CancelledError:
            waiting.cancel()
        except BaseException as error:  # noqa: BLE001 - whoever awaits it gets it
            waiting.set_exception(error)

    def done(_: Future[_Result]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle)

    def cancelled(future: asyncio.Future[_Result]) -> None:
        if future.cancelled():
            work.cancel()

    waiting.add_done_callback(cancelled)
    work.add_done_callback(done)
    return waiting


def submit(threads: int, function: Callable[[], _Result]) -> Future[_Result]:
    """Start the work as soon as a thread is free."""
    return pool(threads).submit(function)
