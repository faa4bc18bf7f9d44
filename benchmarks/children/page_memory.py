"""Do one page in this process; prints its private, writable memory as JSON.  Arguments: engine, image.

That memory, VmData, is what --page-memory limits; it is looked at every 5 ms.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from pathlib import Path

from pdfpipe.batch.page_task import run_page, warm_up
from pdfpipe.model.job import PageJob, PageSource
from pdfpipe.model.settings import Settings


def main() -> None:
    settings = Settings(engine=sys.argv[1], max_image_mpixels=300)
    warm_up(settings)
    warm = _data_bytes()
    most = [warm]
    threading.Thread(target=_watch, args=(most,), daemon=True).start()
    start = time.perf_counter()
    result = run_page(PageJob(PageSource(Path(sys.argv[2])), 1, settings))
    failure = result.failure.message if result.failure is not None else None
    seconds = time.perf_counter() - start
    print(json.dumps({"warm": warm, "most": max(most), "seconds": seconds, "failure": failure}))


def _watch(most: list[int]) -> None:
    while True:
        most[0] = max(most[0], _data_bytes())
        time.sleep(0.005)


def _data_bytes() -> int:
    found = re.search(r"^VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    main()
