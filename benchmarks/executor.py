"""pdfpipe's worker processes against those of concurrent.futures and pebble, all used from asyncio.

* *Latency*: one trivial job after another, each awaited; median of 1,000.
* *Throughput*: 3,000 trivial jobs, and 200 results of 1 MB, three in flight for each worker.
* *Faults*: 200 jobs of 50 ms with results of 100 KB while a worker is sent SIGKILL every 0.1 to 0.3 s.
  A job that had the killed worker may fail; any other failure is a job lost to someone else's
  crash.  Each run is a process of its own and is given 60 s: what is not over then hangs.

Workers are warm when the clock starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.support.executors import Run, executors
from benchmarks.support.model import Options, Result, Table
from benchmarks.support.process import environment, processors, spread
from benchmarks.support.tasks import Job

_RUNS = 5
_SINGLE, _MANY, _LARGE, _MEGABYTE = 1_000, 3_000, 200, 1_000_000
_FAULT_JOBS, _FAULT_LIMIT_SECONDS = 200, 60
_ROOT = Path(__file__).parents[1]


def run(options: Options) -> Result:
    workers, runs = processors(), options.runs or _RUNS
    names = list(executors())
    notes = [f"{workers} workers each; concurrent.futures and pebble start theirs by spawn"]
    if "pebble" not in names:
        notes.append("pebble is not installed: not compared (pip install pebble)")

    speeds: dict[str, list[tuple[float, float, float]]] = {name: [] for name in names}
    faults: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for seed in range(runs):
        for name in names:
            speeds[name].append(asyncio.run(_speed(name, workers)))
            faults[name].append(_under_fire(name, workers, seed))
            print(f"  run {seed + 1}/{runs}  {name}: {faults[name][-1]}", file=sys.stderr, flush=True)

    speed_rows = []
    for name, figures in speeds.items():
        latencies, trivial, large = zip(*figures, strict=True)
        speed_rows.append([name, spread(latencies, 0), spread(trivial, 0), spread(large, 0)])
    return Result(
        [
            Table(
                f"speed; median (range) of {runs} runs in turn",
                ["executor", "round trip, µs", "trivial jobs/s", "1 MB results/s"],
                speed_rows,
            ),
            Table(
                f"{_FAULT_JOBS} jobs while workers are killed at random; sums over {runs} runs",
                [
                    "executor",
                    "workers killed",
                    "returned",
                    "failed",
                    "failed beyond kills",
                    "hung runs",
                    "raised",
                ],
                [_fault_row(name, figures) for name, figures in faults.items()],
            ),
        ],
        notes=notes,
        data={"speed": speeds, "faults": faults},
    )


async def _speed(name: str, workers: int) -> tuple[float, float, float]:
    """Microseconds of a round trip, trivial jobs a second, results of 1 MB a second."""
    async with executors()[name](workers) as run_job:
        await asyncio.gather(*(run_job(Job(0.05, 0)) for _ in range(4 * workers)))
        trips = []
        for _ in range(_SINGLE):
            start = time.perf_counter()
            await run_job(Job(0, 0))
            trips.append(time.perf_counter() - start)
        trivial = await _rate(run_job, Job(0, 0), _MANY, 3 * workers)
        large = await _rate(run_job, Job(0, _MEGABYTE), _LARGE, 3 * workers)
    return median(trips) * 1e6, trivial, large


async def _rate(run_job: Run, job: Job, count: int, in_flight: int) -> float:
    window = asyncio.Semaphore(in_flight)

    async def one() -> None:
        async with window:
            await run_job(job)

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(count)))
    return count / (time.perf_counter() - start)


def _under_fire(name: str, workers: int, seed: int) -> dict[str, Any]:
    """What became of the jobs, or that they hang."""
    command = [sys.executable, "-m", "benchmarks.children.kill_workers"]
    process = subprocess.Popen(
        [*command, name, str(workers), str(_FAULT_JOBS), str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
        cwd=_ROOT,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=_FAULT_LIMIT_SECONDS)
        figures: dict[str, Any] = json.loads(output) if process.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        figures = {"hung": True}
    finally:
        # The session is the child's own: this ends it and whatever workers it has left behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    return figures or {"died": process.returncode}


def _fault_row(name: str, figures: list[dict[str, Any]]) -> list[str]:
    ended = [run for run in figures if "returned" in run]
    raised: Counter[str] = Counter()
    for run_figures in ended:
        raised.update(run_figures["raised"])
    beyond = sum(max(0, sum(run["raised"].values()) - run["kills"]) for run in ended)
    return [
        name,
        str(sum(run["kills"] for run in ended)),
        f"{sum(run['returned'] for run in ended)} of {_FAULT_JOBS * len(figures)}",
        str(raised.total()),
        str(beyond),
        f"{sum('hung' in run for run in figures)} of {len(figures)}",
        ", ".join(f"{kind} {count}" for kind, count in raised.items()) or "nothing",
    ]
