"""Warm engines that share some pages through a queue and write nothing: seconds for reading them all.

    python -m benchmarks.children.bare_engines WORKERS MODEL PAGE...

Each engine reads the first page before the clock starts.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.support.bare import BareEngine


def work(model: Path, first: Path, ready: Any, pages: Any, done: Any) -> None:
    engine = BareEngine(model)
    engine.read(first)
    ready.put(True)
    while (page := pages.get()) is not None:
        done.put(len(engine.read(page)))


def main() -> None:
    workers, model, paths = int(sys.argv[1]), Path(sys.argv[2]), [Path(path) for path in sys.argv[3:]]
    context = multiprocessing.get_context("spawn")
    ready, pages, done = context.Queue(), context.Queue(), context.Queue()
    processes = [
        context.Process(target=work, args=(model, paths[0], ready, pages, done)) for _ in range(workers)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        ready.get()
    start = time.perf_counter()
    for path in paths:
        pages.put(path)
    characters = sum(done.get() for _ in paths)
    seconds = time.perf_counter() - start
    for _ in processes:
        pages.put(None)
    for process in processes:
        process.join()
    print(json.dumps({"seconds": seconds, "characters": characters}))


if __name__ == "__main__":
    main()
