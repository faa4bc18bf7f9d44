"""Runs that are cut off: by a kill, by a full disk; and two at the same time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.batch.tiny import files_below, write_page
from tests.cli.command import PATIENCE, environment, pdfpipe, short_books, start
from tests.execution.watching import wait_until


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_below(folder)}


@pytest.mark.slow
def test_after_a_kill_a_second_run_ends_with_the_same_bytes_as_one_that_was_left_alone(
    tmp_path: Path,
) -> None:
    scans = short_books(tmp_path / "scans", 8)
    env = environment(SOURCE_DATE_EPOCH="1700000000")
    assert pdfpipe("convert", scans, "-o", tmp_path / "whole", env=env).returncode == 0

    cut = tmp_path / "cut"
    with start("convert", scans, "-o", cut, env=env) as process:
        wait_until(lambda: any(cut.glob("*.pdf")))
        process.kill()
        process.communicate(timeout=PATIENCE)
    at_the_kill = {path.name for path in cut.glob("*.pdf")}
    assert 1 <= len(at_the_kill) < 8
    whole = contents(tmp_path / "whole")
    assert all((cut / name).read_bytes() == whole[name] for name in at_the_kill), "what is there is whole"

    assert pdfpipe("convert", scans, "-o", cut, env=env).returncode == 0
    assert contents(cut) == whole, "and no part files are left"


CONVERT = f"{sys.executable} -m pdfpipe convert"


def on_a_small_disk(tmp_path: Path, script: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script while `tmp_path`/out is a real file system of 200 KB.

    Where this user may make none, only scripted errors can tell.
    """
    unshare, mount = shutil.which("unshare"), shutil.which("mount")
    if unshare is None or mount is None:
        pytest.skip("needs unshare and mount (Debian: util-linux) to make a small file system")
    out = tmp_path / "out"
    out.mkdir()
    # The file system is seen by this one process and its children, and is gone with them.
    inside = [unshare, "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    mounting = f"{mount} -t tmpfs -o size=200k none {out}"
    if subprocess.run([*inside, "sh", "-c", mounting], capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a small file system, not even in a namespace of its own")
    return subprocess.run(
        [*inside, "sh", "-c", f"{mounting}\n{script}"],
        capture_output=True,
        check=False,
        env=environment(SOURCE_DATE_EPOCH="1700000000"),
        timeout=PATIENCE,
    )


def large_book(folder: Path) -> Path:
    """Three pages, each of more bytes than a small disk has."""
    folder.mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.ppm").write_bytes(b"P6 400 400 255\n" + os.urandom(480_000))
    return folder


def test_a_full_disk_ends_the_run_and_keeps_the_old_output(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_page(tmp_path / "small" / "book" / "1.png")
    large_book(tmp_path / "large" / "book")
    script = f"""
        {CONVERT} {tmp_path}/small -o {out} -q || exit 90
        cp {out}/book.pdf {tmp_path}/old.pdf
        {CONVERT} {tmp_path}/large -o {out}
        code=$?
        cmp {out}/book.pdf {tmp_path}/old.pdf || exit 91
        ls -A {out} {out}/.pdfpipe > {tmp_path}/left
        exit $code
    """
    done = on_a_small_disk(tmp_path, script)
    assert done.returncode == 6, done.stderr
    assert b"warning: the disk may become full: about 1.5 MB" in done.stderr
    assert b"the disk is full; free some space and run the same command again" in done.stderr
    left = (tmp_path / "left").read_text().split()
    assert left == [f"{out}:", ".pdfpipe", "book.pdf", f"{out}/.pdfpipe:", "journal.sqlite3", "lock"]


def test_a_run_that_waits_for_room_goes_on_when_there_is_some(tmp_path: Path) -> None:
    large_book(tmp_path / "large" / "book")
    out = tmp_path / "out"
    script = f"""
        {CONVERT} {tmp_path}/large -o {out} --on-full-disk pause --log-json {tmp_path}/log \\
            2> {tmp_path}/said &
        while ! grep -q WAITING {tmp_path}/said; do sleep 0.1; done
        mount -o remount,size=8m {out}
        wait $! || exit 90
        ls -A {out} > {tmp_path}/left
        cp {out}/book.pdf {tmp_path}
    """
    done = on_a_small_disk(tmp_path, script)
    said = (tmp_path / "said").read_text()
    assert done.returncode == 0, said
    assert "no space left on device" in said
    assert "going on" in said
    events = [json.loads(line)["event"] for line in (tmp_path / "log").read_text().splitlines()]
    assert [event for event in events if event.startswith("disk")] == ["disk-full", "disk-free"]
    assert events.count("page-done") == 3
    assert (tmp_path / "left").read_text().split() == [".pdfpipe", "book.pdf"]
    env = environment(SOURCE_DATE_EPOCH="1700000000")
    assert pdfpipe("convert", tmp_path / "large", "-o", tmp_path / "roomy", env=env).returncode == 0
    assert (tmp_path / "roomy" / "book.pdf").read_bytes() == (tmp_path / "book.pdf").read_bytes()


def test_what_cannot_fit_is_refused_before_the_work(tmp_path: Path) -> None:
    photo = write_page(tmp_path / "scans" / "photo.jpg")
    with photo.open("ab") as stream:
        stream.truncate(900_000)
    out = tmp_path / "out"
    done = on_a_small_disk(tmp_path, f"{CONVERT} {photo} -o {out}; code=$?; ls -A {out}; exit $code")
    assert done.returncode == 6
    assert b"at least 810.0 KB, and 20" in done.stderr
    assert done.stdout == b""


def test_two_runs_into_the_same_folder_do_each_other_no_harm(tmp_path: Path) -> None:
    scans, out = short_books(tmp_path / "scans", 2), tmp_path / "out"
    env = environment(SOURCE_DATE_EPOCH="1700000000")
    runs = [start("convert", scans, "-o", out, "-j", "1", env=env) for _ in range(2)]
    codes = set()
    for run in runs:
        _, error = run.communicate(timeout=PATIENCE)
        codes.add(run.returncode)
        assert run.returncode == 0 or b"makes documents in" in error
    assert codes == {0, 6}
    assert pdfpipe("convert", scans, "-o", tmp_path / "alone", env=env).returncode == 0
    assert contents(out) == contents(tmp_path / "alone")


def test_a_stopped_run_holds_no_lock_over_the_next(tmp_path: Path) -> None:
    scans, out = short_books(tmp_path / "scans", 2), tmp_path / "out"
    with start("convert", scans, "-o", out) as process:
        wait_until(lambda: files_below(out))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    done = pdfpipe("convert", scans, "-o", out)
    assert done.returncode == 0, done.stderr
