"""How much memory a worker process may use, and how much there is."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["lift_limit", "limit_memory", "machine_memory", "offer_to_the_oom_killer"]

_CGROUPS: Final = Path("/sys/fs/cgroup")
_OWN_CGROUPS: Final = Path("/proc/self/cgroup")
_OOM_SCORE: Final = Path("/proc/self/oom_score_adj")
_WORKER_SCORE: Final = 500
"""Of 1000: before any usual process, after one that offers itself even more."""


def machine_memory() -> int | None:
    """Bytes of memory that this process could have: the machine's, or its control group's if that is less.

    None where the system does not tell.
    """
    limits = list(_cgroup_limits())
    with contextlib.suppress(ValueError, OSError, AttributeError):
        limits.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    return min(limits, default=None)


def _cgroup_limits() -> Iterator[int]:
    """The limits of this process's control group and those above it (cgroup-v2, memory.max; v1 too)."""
    try:
        lines = _OWN_CGROUPS.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        name = "memory.limit_in_bytes" if controllers else "memory.max"
        root = _CGROUPS / controllers
        folder = root / group.strip("/")
        # In a container, the group is the root of what can be seen, whatever it is called outside.
        for place in {root, folder, *(above for above in folder.parents if above.is_relative_to(root))}:
            with contextlib.suppress(OSError, ValueError):
                yield int((place / name).read_text())


def limit_memory(limit: int) -> None:
    """Have allocations fail in this process beyond so many bytes.

    What counts is memory that is private and writable (Linux 4.7, RLIMIT_DATA); address space that a
    runtime reserves without using it, and files that are mapped, do not.  Systems that do not count it that
    way limit less, or nothing.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def lift_limit() -> None:
    """Leave room for last words."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def offer_to_the_oom_killer() -> None:
    """Where memory runs out for the whole machine, let Linux end this process before others."""
    with contextlib.suppress(OSError, ValueError):
        if int(_OOM_SCORE.read_text()) < _WORKER_SCORE:
            _OOM_SCORE.write_text(str(_WORKER_SCORE))
