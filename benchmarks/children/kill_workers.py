"""Run jobs on an executor while its workers are killed at random; say what became of each job.

    python -m benchmarks.children.kill_workers EXECUTOR WORKERS JOBS SEED

Each job takes 50 ms and returns 100 KB.  Every 0.1 to 0.3 s a worker is sent SIGKILL.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from importlib import import_module
from typing import Any

from benchmarks.support.executors import executors
from benchmarks.support.tasks import Job

psutil: Any = import_module("psutil")  # it has no types

_JOB = Job(0.05, 100_000)


async def kill_at_random(chance: random.Random, kills: list[int]) -> None:
    parent = psutil.Process()
    while True:
        await asyncio.sleep(chance.uniform(0.1, 0.3))
        workers = [
            process
            for process in parent.children(recursive=True)
            if process.status() != psutil.STATUS_ZOMBIE
            and "resource_tracker" not in " ".join(process.cmdline())
        ]
        if workers:
            victim = chance.choice(workers)
            victim.kill()
            kills.append(victim.pid)


async def main() -> None:
    name, workers, jobs, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    kills: list[int] = []
    async with executors()[name](workers) as run:
        await asyncio.gather(*(run(Job(0, 0)) for _ in range(4 * workers)))
        window = asyncio.Semaphore(3 * workers)

        async def one() -> bytes:
            async with window:
                return await run(_JOB)

        start = time.perf_counter()
        killer = asyncio.create_task(kill_at_random(random.Random(seed), kills))
        ends = await asyncio.gather(*(one() for _ in range(jobs)), return_exceptions=True)
        seconds = time.perf_counter() - start
        killer.cancel()
    print(
        json.dumps(
            {
                "returned": sum(isinstance(end, bytes) and len(end) == _JOB.size for end in ends),
                "raised": Counter(type(end).__name__ for end in ends if isinstance(end, BaseException)),
                "kills": len(kills),
                "seconds": seconds,
            }
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
