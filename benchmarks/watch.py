"""What ``pdfpipe watch`` costs while nothing comes, and how long a scan waits once it has settled.

Idle: processor time of the command with a folder of 10,000 files that it has seen already.  They are no
scans, since looking at them costs the same and reading them would take an hour.

Latency: a page is put into the folder, again and again, while the workers are warm; from the moment when
it has not changed for the settling delay to that when its PDF has its name.  Reading the page is part of
that; the bare engine's time for it is shown beside.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped]

from benchmarks.support.bare import model_file
from benchmarks.support.inputs import FIXTURES
from benchmarks.support.model import Options, Result, Table, Target
from benchmarks.support.process import child, environment, pdfpipe_command, spread

_FILES = 10_000
_IDLE_SECONDS = 20.0
_ARRIVALS = 6
_SETTLE = 1.0
_PATIENCE = 300.0


def run(options: Options) -> Result:
    empty, full = (_idle_share(options.scratch, files) for files in (0, _FILES))
    waits = {
        interval: _waits(options.scratch, interval, options.runs or _ARRIVALS) for interval in (2.0, 0.2)
    }
    page, model = FIXTURES / "scans" / "letter.tif", model_file()
    engine = float(child("bare_engines", 1, model, page)["seconds"])
    return Result(
        [
            Table(
                f"Idle for {_IDLE_SECONDS:g} s, looking every 2 s: processor time by wall time",
                ["files in the folder", "share of a processor"],
                [["0", f"{empty:.2%}"], [f"{_FILES:,}", f"{full:.2%}"]],
            ),
            Table(
                f"Seconds from settled to published, median (range), warm; engine alone {engine:.2f} s",
                ["--interval", "seconds"],
                [[f"{interval:g}", spread(seconds, 2)] for interval, seconds in waits.items()],
            ),
        ],
        [
            Target(f"idle with {_FILES:,} files", full, 0.05),
            Target(
                "settled to published, beyond engine and interval",
                median(waits[0.2]) - engine - 0.2,
                1.0,
                unit=" s",
            ),
        ],
        data={"idle": {"empty": empty, "full": full}, "waits": {str(k): v for k, v in waits.items()}},
    )


@contextmanager
def _watch(folder: Path, out: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [*pdfpipe_command(), "watch", folder, out, "--engine", "tesseract", "--no-cache", "-q", *arguments],
        stdout=subprocess.DEVNULL,
        env=environment(),
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_PATIENCE)


def _idle_share(scratch: Path, files: int) -> float:
    folder = scratch / f"idle-{files}"
    folder.mkdir()
    for number in range(files):
        (folder / f"{number:05}.txt").write_bytes(b"x")
    with _watch(folder, scratch / "out", "--settle", "0.5") as process:
        watched = psutil.Process(process.pid)
        # Until it has seen them all, and found out that there is nothing to read.
        last = -1.0
        while (now := sum(watched.cpu_times()[:2])) - last > 0.2 or now < 0.2:
            last = now
            time.sleep(4)
        begun, at_first = time.monotonic(), sum(watched.cpu_times()[:2])
        time.sleep(_IDLE_SECONDS)
        return float((sum(watched.cpu_times()[:2]) - at_first) / (time.monotonic() - begun))


def _waits(scratch: Path, interval: float, arrivals: int) -> list[float]:
    folder, out = scratch / f"in-{interval:g}", scratch / f"out-{interval:g}"
    folder.mkdir()
    waits = []
    with _watch(folder, out, "--settle", f"{_SETTLE:g}", "--interval", f"{interval:g}", "-j", "1"):
        for number in range(arrivals + 1):
            # Not in step with the looks at the folder.
            time.sleep(0.37 * (number % 5))
            scan = scratch / "scan.tif"
            shutil.copy(FIXTURES / "scans" / "letter.tif", scan)
            scan.rename(folder / f"{number}.tif")
            settled = time.monotonic() + _SETTLE
            while not (out / f"{number}.pdf").exists():
                if time.monotonic() > settled + _PATIENCE:
                    raise RuntimeError(f"nothing was published within {_PATIENCE:g} s")
                time.sleep(0.01)
            waits.append(time.monotonic() - settled)
    return waits[1:]  # the first waits for the worker to start
