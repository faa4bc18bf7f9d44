"""Convert a folder through the library, with or without the proof.

    python -m benchmarks.children.convert_proved proved|unproved ENGINE SCANS OUTPUT.pdf

Without it, nothing is noted of what is expected, and nothing is read back.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import pdfpipe
from benchmarks.support.memory import peak_mib
from pdfpipe.batch import assembly, document_task, publication
from pdfpipe.batch.expectations import Expectations


class _NoExpectations(Expectations):
    _pages = 0

    def __len__(self) -> int:
        return self._pages

    def add(self, _page: object) -> None:
        self._pages += 1


async def _no_proof(*_: object) -> tuple[bytes, list[Any]]:
    return b"", []


def main() -> None:
    kind, engine, scans, output = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    if kind == "unproved":
        vars(publication)["Expectations"] = _NoExpectations
        vars(document_task)["expected_page"] = lambda _: None
        vars(assembly)["prove"] = _no_proof
    options = (("words", "300"),) if engine == "scripted" else ()
    settings = pdfpipe.Settings(engine=engine, engine_options=options, force=True)
    start = time.perf_counter()
    report = pdfpipe.convert_sync(scans, output, settings)
    seconds = time.perf_counter() - start
    times = os.times()
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": times.user + times.system + times.children_user + times.children_system,
                "pages": len(report.pages),
                "failures": [str(failure) for event in report.failed for failure in event.failures],
                "peak_mib": peak_mib(),
            }
        )
    )


if __name__ == "__main__":
    main()
