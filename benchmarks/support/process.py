"""Run programs and time them whole, from the start of the process to its end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

__all__ = [
    "Taken",
    "child",
    "convert_command",
    "environment",
    "interleaved",
    "pdfpipe_command",
    "processors",
    "seconds_of",
    "spread",
]

_ROOT = Path(__file__).parents[2]
_STAT = Path("/proc/stat")
_QUIET_SHARE, _QUIET_SECONDS = 0.02, 0.05


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pdfpipe_command() -> list[str]:
    """The installed command of the running Python, else the package itself."""
    script = Path(sys.executable).with_name("pdfpipe")
    return [str(script)] if script.exists() else [sys.executable, "-m", "pdfpipe"]


def convert_command() -> list[str]:
    """The command ``convert`` as benchmarks run it: what was read before must not make it look faster."""
    return [*pdfpipe_command(), "convert", "--no-cache"]


def environment(**variables: str) -> dict[str, str]:
    """The environment with `variables`, and without what would change pdfpipe's model or its start.

    Without compiled modules each process compiles them anew, which no installed package does.
    """
    unwanted = {"TESSDATA_PREFIX", "PYTHONDONTWRITEBYTECODE"}
    inherited = {key: value for key, value in os.environ.items() if key not in unwanted}
    return {**inherited, **variables}


def seconds_of(command: Sequence[str | Path], variables: Mapping[str, str] | None = None) -> float:
    """Wall time of a program; RuntimeError with its last words if it fails."""
    start = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment(**(variables or {})),
        cwd=_ROOT,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip()[-800:]
        raise RuntimeError(f"{Path(str(command[0])).name} failed with exit code {done.returncode}: {words}")
    return seconds


def child(module: str, *arguments: object) -> Any:
    """What a program of `benchmarks.children` prints."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.children.{module}", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment(),
        cwd=_ROOT,
        check=True,
    )
    return json.loads(done.stdout)


@dataclass(frozen=True)
class Taken:
    """The measurements by name; `others` are the CPU seconds that foreign processes used meanwhile."""

    seconds: dict[str, list[float]]
    others: dict[str, list[float]]

    @property
    def warnings(self) -> list[str]:
        """The measures during which the machine was not ours alone."""
        return [
            f"NOT QUIET: during {name} other processes used {spread(self.others[name])} CPU seconds a run"
            for name, seconds in self.seconds.items()
            if max(self.others[name]) > _QUIET_SHARE * processors() * median(seconds) + _QUIET_SECONDS
        ]


def interleaved(measures: Mapping[str, Callable[[], float]], runs: int) -> Taken:
    """Take each measure `runs` times, in turn (A B C A B C …), so that a drift of the machine hits all.

    A burst of foreign work hits one, and may flatter the others: so it is measured too.  No run is
    left out for it.
    """
    taken = Taken({name: [] for name in measures}, {name: [] for name in measures})
    for run in range(1, runs + 1):
        for name, measure in measures.items():
            all_before, own_before = _machine_cpu_seconds(), _own_cpu_seconds()
            seconds = measure()
            own, whole = _own_cpu_seconds() - own_before, _machine_cpu_seconds() - all_before
            others = max(0.0, whole - own)
            taken.seconds[name].append(seconds)
            taken.others[name].append(others)
            print(
                f"  run {run}/{runs}  {name}: {seconds:.3f}, others' CPU {others:.2f}",
                file=sys.stderr,
                flush=True,
            )
    return taken


def _machine_cpu_seconds() -> float:
    """What all processes have used since the start of the system; 0 where the system does not say."""
    if not _STAT.exists():
        return 0.0
    user, nice, system, _, _, interrupts, soft, steal = map(int, _STAT.read_text().split()[1:9])
    return (user + nice + system + interrupts + soft + steal) / os.sysconf("SC_CLK_TCK")


def _own_cpu_seconds() -> float:
    """What this process and all that it started and that have ended have used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median and range."""
    if len(values) == 1:
        return f"{values[0]:.{digits}f}"
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
