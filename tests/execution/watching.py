"""Wait for what happens in other processes."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable

import psutil  # type: ignore[import-untyped]

PATIENCE = 60.0
"""Seconds until something that never happens has failed: far longer than any slow machine needs."""


def wait_until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        time.sleep(0.01)


async def until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"it did not happen within {seconds} s"
        await asyncio.sleep(0.01)


def children() -> set[int]:
    """The processes below this one that live; a dead one that nobody waited for counts too."""
    return {process.pid for process in psutil.Process().children(recursive=True)}


def is_alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def members(group: int) -> set[int]:
    """The processes of a process group that live."""
    found = set()
    for pid in psutil.pids():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if os.getpgid(pid) == group and is_alive(pid):
                found.add(pid)
    return found


def open_descriptors() -> int:
    return int(psutil.Process().num_fds())


def environment_of(pid: int) -> dict[str, str]:
    return dict(psutil.Process(pid).environ())


def kill(pid: int) -> None:
    """End a process that a test has started, unless it is gone."""
    if is_alive(pid):
        os.kill(pid, signal.SIGKILL)
