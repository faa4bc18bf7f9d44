"""Convert a folder with a scripted text layer through the library, and watch this process's memory.

    python -m benchmarks.children.convert_scripted SCANS OUTPUT CACHE MARK...

There is a journal if OUTPUT is a folder, and a cache of readings if CACHE is not a hyphen.  Resident memory
is noted each time MARK pages are done.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import pdfpipe
from benchmarks.support.memory import peak_mib, resident_mib
from pdfpipe.model.cache_settings import CacheSettings


def main() -> None:
    scans, output, marks = Path(sys.argv[1]), Path(sys.argv[2]), {int(mark) for mark in sys.argv[4:]}
    cache = CacheSettings(folder=None if sys.argv[3] == "-" else Path(sys.argv[3]))
    samples = [(0, resident_mib(), peak_mib())]
    done = 0

    def watch(event: object) -> None:
        nonlocal done
        if isinstance(event, pdfpipe.PageDone):
            done += 1
            if done in marks:
                samples.append((done, resident_mib(), peak_mib()))

    settings = pdfpipe.Settings(engine="scripted", engine_options=(("words", "300"),), cache=cache)
    start = time.perf_counter()
    report = pdfpipe.convert_sync(scans, output, settings, on_event=watch)
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "pages": len(report.pages),
                "words": report.words,
                "from_cache": report.pages_from_cache,
                "seconds": seconds,
                "samples": samples,
                "peak_mib": peak_mib(),
                "ru_maxrss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                "bytes_out": report.bytes_out,
            }
        )
    )


if __name__ == "__main__":
    main()
