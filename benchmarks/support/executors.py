"""The executors to compare, behind one face: used from asyncio, `reply` as the task, workers spawned."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.support.tasks import Job, reply
from pdfpipe.execution.processes import ProcessExecutor

__all__ = ["Run", "executors"]

Run = Callable[[Job], Awaitable[bytes]]


def executors() -> dict[str, Callable[[int], AbstractAsyncContextManager[Run]]]:
    """Makers of executors with so many workers, by name; pebble only where it is installed."""
    found: dict[str, Callable[[int], AbstractAsyncContextManager[Run]]] = {
        "pdfpipe": _pdfpipe,
        "concurrent.futures": _concurrent_futures,
    }
    if find_spec("pebble") is not None:
        found["pebble"] = _pebble
    return found


@asynccontextmanager
async def _pdfpipe(workers: int) -> AsyncIterator[Run]:
    async with ProcessExecutor(reply, workers) as executor:
        yield executor.run


@asynccontextmanager
async def _concurrent_futures(workers: int) -> AsyncIterator[Run]:
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield lambda job: loop.run_in_executor(pool, reply, job)


@asynccontextmanager
async def _pebble(workers: int) -> AsyncIterator[Run]:
    pool: Any = import_module("pebble").ProcessPool(
        max_workers=workers, context=multiprocessing.get_context("spawn")
    )
    try:
        yield lambda job: asyncio.wrap_future(pool.schedule(reply, args=[job]))
    finally:
        pool.stop()
        await asyncio.to_thread(pool.join)
