"""How much memory this process has and had."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

__all__ = ["peak_mib", "resident_mib"]

_STATUS = Path("/proc/self/status")


def peak_mib() -> float:
    """The most memory this process has had resident, in MiB.

    Linux keeps in `ru_maxrss` also what the process had before exec, which is its parent's size:
    the high-water mark of the address space itself is in /proc.
    """
    if _STATUS.exists():
        return _from_status("VmHWM")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def resident_mib() -> float:
    """What is resident now, in MiB; the peak where the system does not say."""
    return _from_status("VmRSS") if _STATUS.exists() else peak_mib()


def _from_status(key: str) -> float:
    found = re.search(rf"^{key}:\s+(\d+) kB", _STATUS.read_text(), re.MULTILINE)
    return int(found[1]) / 2**10 if found else 0.0
