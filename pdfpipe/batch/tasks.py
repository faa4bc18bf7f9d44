"""Tools for asyncio: let an action end, tell what went wrong among many tasks, take items as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from pdfpipe.errors import PdfpipeError

__all__ = ["most_telling", "one_by_one", "uninterrupted"]

_T = TypeVar("_T")


async def uninterrupted(action: Callable[[], _T], hurry: Callable[[], object] | None = None) -> _T:
    """Write in a thread, for the disk may be slow; wait for the end even if cancelled, after `hurry`.

    A document is published whole or not at all, and no thread is left writing to a discarded file.
    """
    writing = asyncio.ensure_future(asyncio.to_thread(action))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        if hurry is not None:
            hurry()
        with suppress(Exception):
            await writing
        raise


def most_telling(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The one exception to raise for a group: ours before others."""
    errors = [
        most_telling(error) if isinstance(error, BaseExceptionGroup) else error for error in group.exceptions
    ]
    return next((error for error in errors if isinstance(error, PdfpipeError)), errors[0])


async def one_by_one(items: Iterable[_T] | AsyncIterable[_T]) -> AsyncGenerator[_T, None]:
    """The items of either kind of iterable; a generator of them is closed with this one."""
    if not isinstance(items, AsyncIterable):
        for item in items:
            yield item
        return
    try:
        async for item in items:
            yield item
    finally:
        if isinstance(items, AsyncGenerator):
            await items.aclose()
