"""``pdfpipe watch`` as a user and as systemd run it: what it prints, how it stops, what a kill leaves."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.batch.tiny import files_below, write_page
from tests.cli.command import PATIENCE, environment, long_books, pdfpipe, short_books, start
from tests.execution.watching import members, wait_until
from tests.support import SCANS

QUICK = ("--settle", "0.2", "--interval", "0.05", "--engine", "tesseract")
PROMISE = 5.0
UNIT = Path(__file__).parents[2] / "docs" / "examples" / "watch" / "pdfpipe-watch.service"


def pdfs(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.pdf")}


def test_a_line_for_each_document_goes_to_standard_output_and_the_exit_code_is_that_of_convert(
    tmp_path: Path,
) -> None:
    folder, out = short_books(tmp_path / "in", 1), tmp_path / "out"
    (folder / "bad.tif").write_bytes(b"no image")
    done = pdfpipe("watch", folder, out, "--once", *QUICK, "--log-json", tmp_path / "log")
    assert done.returncode == 4
    lines = done.stdout.decode().splitlines()
    assert [line.split()[:2] for line in lines if not line.startswith(" ")] == [
        ["FAILED", str(out / "bad.pdf")],
        ["published", str(out / "book-00.pdf")],
    ]
    assert done.stderr.decode().startswith(f"watching {folder}, PDFs go to {out}; originals go to ")
    assert files_below(folder) == {
        "failed/bad.tif",
        "failed/bad.tif.reason.txt",
        "done/book-00/png-1bit.png",
        "done/book-00/jpeg-grey.jpg",
    }
    log = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    kinds = [entry["event"] for entry in log]
    assert (kinds[0], kinds[-1]) == ("watching", "watch-ended")
    assert {"document-failed", "document-published", "moved", "page-done"} <= set(kinds)
    assert (log[-1]["exit_code"], log[-1]["published"], log[-1]["failed"]) == (4, 1, 1)
    assert pdfpipe("watch", folder, out, "--once", *QUICK).returncode == 0, "nothing is left to do"
    status = pdfpipe("status", out)
    assert b"1 published" in status.stdout
    assert b"bad.pdf: " in status.stdout, "what failed is listed until it is mended"
    retry = pdfpipe("retry", out)
    assert (retry.returncode, b"put their originals into the folder" in retry.stderr) == (2, True)


def test_two_in_one_output_folder_are_refused_with_the_process_of_the_other(tmp_path: Path) -> None:
    folder, other, out = tmp_path / "in", tmp_path / "other", tmp_path / "out"
    folder.mkdir()
    other.mkdir()
    with start("watch", folder, out, *QUICK) as process:
        wait_until(lambda: (out / ".pdfpipe" / "journal.sqlite3").exists())
        done = pdfpipe("watch", other, out, *QUICK)
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert done.returncode == 6
    assert str(process.pid) in done.stderr.decode()


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)], ids=["SIGTERM", "SIGINT"]
)
def test_a_signal_in_the_middle_of_a_page_stops_it_and_the_next_start_goes_on(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    folder, out = long_books(tmp_path / "in", 2), tmp_path / "out"
    with start("watch", folder, out, *QUICK) as process:
        wait_until(lambda: pdfs(out))
        began = time.monotonic()
        os.killpg(process.pid, number)
        _, error = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < PROMISE
    assert process.returncode == code
    assert b"Traceback" not in error
    wait_until(lambda: not members(process.pid), seconds=5)
    # The second was in the middle of it, unless the machine was too busy to send the signal in time.
    both = {"book-00.pdf", "book-01.pdf"}
    made = {name: (out / name).stat().st_mtime_ns for name in files_below(out)}
    assert made
    assert made.keys() <= both

    with start("watch", folder, out, *QUICK) as process:
        wait_until(lambda: pdfs(out) == both and not any(folder.glob("book-*")))
        process.kill()
    assert pdfs(out) == both
    assert {name: (out / name).stat().st_mtime_ns for name in made} == made


def test_killed_again_and_again_it_makes_each_document_once_and_loses_none(tmp_path: Path) -> None:
    books = 5
    env = environment(SOURCE_DATE_EPOCH="1700000000")
    scans, out = short_books(tmp_path / "in", books), tmp_path / "out"
    whole = tmp_path / "whole"
    assert pdfpipe("convert", scans, "-o", whole, "--engine", "tesseract", env=env).returncode == 0

    def kill_when(enough: int, delay: float) -> None:
        with start("watch", scans, out, *QUICK, env=env) as process:
            wait_until(lambda: len(pdfs(out)) >= enough)
            time.sleep(delay)
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate(timeout=PATIENCE)

    for enough, delay in ((1, 0.0), (2, 0.005), (4, 0.02)):
        kill_when(enough, delay)
        for pdf in pdfs(out):
            assert (out / pdf).read_bytes() == (whole / pdf).read_bytes(), "what is there is whole"
    assert pdfpipe("watch", scans, out, "--once", *QUICK, env=env).returncode == 0
    assert files_below(out) == files_below(whole)
    assert all((out / name).read_bytes() == (whole / name).read_bytes() for name in files_below(whole))
    assert files_below(scans) == {
        f"done/book-{book:02}/{page}" for book in range(books) for page in ("png-1bit.png", "jpeg-grey.jpg")
    }


def test_it_takes_what_comes_while_it_runs_in_whichever_way_it_comes(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    with start("watch", folder, out, *QUICK, "-q") as process:
        copied = folder / "copied.tif"
        with copied.open("wb", buffering=0) as stream:
            whole = (SCANS / "minutes.tif").read_bytes()
            for begin in range(0, len(whole), len(whole) // 4 + 1):
                stream.write(whole[begin : begin + len(whole) // 4 + 1])
                time.sleep(0.1)
        shutil.copy(SCANS / "letter.tif", tmp_path / "renamed.tif")
        (tmp_path / "renamed.tif").rename(folder / "renamed.tif")
        short_books(folder, 1)
        wait_until(lambda: len(pdfs(out)) == 3)
        wait_until(lambda: {path.name for path in folder.iterdir()} == {"done"})
        process.terminate()
        output, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, output, error) == (0, b"", b"")
    assert {name: len(PdfReader(out / name).pages) for name in pdfs(out)} == {
        "copied.pdf": 3,
        "renamed.pdf": 1,
        "book-00.pdf": 2,
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing", "out"), "cannot watch"),
        (("in", "in"), "read again"),
        (("in", "out", "--settle", "-1"), "settle"),
        (("in", "out", "--interval", "0"), "interval"),
        (("in", "out", "--done", "keep", "--done-folder", "x"), "done_folder goes with done 'move'"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_done(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    write_page(tmp_path / "in" / "a.png")
    done = pdfpipe("watch", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr.decode()
    assert files_below(tmp_path) == {"in/a.png"}


def test_systemd_takes_the_unit_file() -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing: apt-get install systemd")
    done = subprocess.run(
        [analyze, "verify", "--man=no", "--recursive-errors=no", UNIT],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    complaints = [
        line for line in done.stderr.splitlines() if UNIT.name in line and "not executable" not in line
    ]
    assert complaints == []
