"""Ctrl-C and SIGTERM: it ends at once, and leaves only whole files.

The promise is 2 seconds; the tests allow for a busy machine.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.batch.tiny import files_below
from tests.cli.command import PATIENCE, long_books, pdfpipe, short_books, start
from tests.execution.watching import members, wait_until

PROMISE_AND_MARGIN = 4.0


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    return long_books(tmp_path / "scans", 15)


@pytest.fixture
def running(scans: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The command in the middle of its work: some documents are published, most are not."""
    with start("convert", scans, "-o", tmp_path / "out", "--report", tmp_path / "report.json") as process:
        try:
            wait_until(lambda: any((tmp_path / "out").glob("*.pdf")))
            yield process
        finally:
            process.kill()


def assert_stops_cleanly(process: subprocess.Popen[bytes], began: float, out: Path) -> None:
    _, error = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < PROMISE_AND_MARGIN
    assert process.returncode == 130
    assert "interrupted" in error.decode()
    assert b"Traceback" not in error
    wait_until(lambda: not members(process.pid), seconds=5)
    left = files_below(out)
    assert left
    assert all(name.endswith(".pdf") and not name.startswith(".") for name in left)
    for name in left:
        assert len(PdfReader(out / name).pages) == 4
    assert len(left) < 15, "it was to be stopped in the middle"


def test_ctrl_c_ends_it(running: subprocess.Popen[bytes], tmp_path: Path) -> None:
    began = time.monotonic()
    os.killpg(running.pid, signal.SIGINT)
    assert_stops_cleanly(running, began, tmp_path / "out")
    assert (tmp_path / "report.json").exists(), "what was done until then is reported"


def test_sigterm_to_the_command_alone_ends_it(running: subprocess.Popen[bytes], tmp_path: Path) -> None:
    began = time.monotonic()
    running.terminate()
    assert_stops_cleanly(running, began, tmp_path / "out")


def test_an_impatient_user_who_presses_ctrl_c_again_and_again_does_no_harm(
    running: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    began = time.monotonic()
    for _ in range(20):
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGINT)
        time.sleep(0.005)
    assert_stops_cleanly(running, began, tmp_path / "out")


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.5])
def test_ctrl_c_while_workers_start_leaves_nothing(scans: Path, tmp_path: Path, delay: float) -> None:
    with start("convert", scans, "-o", tmp_path / "out") as process:
        time.sleep(delay)
        began = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < PROMISE_AND_MARGIN
    # Before Python has come to the first line of pdfpipe, the signal ends it as it ends any program.
    assert process.returncode in (130, -signal.SIGINT, 1)
    wait_until(lambda: not members(process.pid), seconds=5)
    assert not any(name.startswith(".") for name in files_below(tmp_path / "out"))


def test_ctrl_c_does_not_end_what_a_shell_has_put_into_the_background(tmp_path: Path) -> None:
    scans, out = short_books(tmp_path / "scans", 3), tmp_path / "out"
    with start("convert", scans, "-o", out, "-j", "1", heeds_ctrl_c=False) as process:
        wait_until(lambda: any(out.glob("*.pdf")))
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert files_below(out) == {f"book-{number:02}.pdf" for number in range(3)}


def test_after_ctrl_c_the_same_command_goes_on(tmp_path: Path) -> None:
    scans, out = short_books(tmp_path / "scans", 6), tmp_path / "out"
    with start("convert", scans, "-o", out, "-j", "1") as process:
        wait_until(lambda: any(out.glob("*.pdf")))
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    made = {path: path.stat().st_mtime_ns for path in out.glob("*.pdf")}
    assert pdfpipe("convert", scans, "-o", out).returncode == 0
    assert files_below(out) == {f"book-{number:02}.pdf" for number in range(6)}
    assert {path: path.stat().st_mtime_ns for path in made} == made
