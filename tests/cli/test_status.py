"""``pdfpipe status``, while a batch runs, after it, and after it was killed."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

from tests.batch.journal.folders import journal_of, run_journaled, write
from tests.batch.tiny import make_older, scripted, write_page, write_pages
from tests.cli.command import PATIENCE, long_books, pdfpipe, short_books, start
from tests.execution.watching import wait_until


def status(out: Path) -> tuple[int, dict[str, Any]]:
    done = pdfpipe("status", out, "--json")
    return done.returncode, json.loads(done.stdout)


def test_a_finished_batch(tmp_path: Path) -> None:
    scans, out = write_pages(tmp_path / "scans" / "a", "1.png", "2.png").parent, tmp_path / "out"
    for page in (scans / "a").iterdir():
        make_older(page)
    run_journaled(scans, out)
    write(out, "UPDATE pages SET confidence = 0.42")
    done = pdfpipe("status", out)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[0].startswith(f"{out}: finished on 20")
    assert lines[1].split() == ["documents", "1", "published"]
    assert lines[2].split() == ["pages", "2", "of", "2", "done"]
    assert f"  a.pdf page 1 ({scans}/a/1.png): 42%, 3 words" in lines

    run_journaled(scans, out)
    code, found = status(out)
    assert (code, found["state"], found["documents"]) == (0, "finished", {"up to date": 1})
    assert [(page["page"], page["confidence"]) for page in found["least_confident"]] == [(1, 0.42), (2, 0.42)]


def test_what_failed_is_told_with_its_reason_and_by_the_exit_code(tmp_path: Path) -> None:
    scans, out = write_pages(tmp_path / "scans" / "a", "1.png", "2.png").parent, tmp_path / "out"
    run_journaled(scans, out, scripted(("raise", "2.png")))
    code, found = status(out)
    assert code == found["exit_code"] == 5
    ((page, stage),) = [(one["page"], one["stage"]) for one in found["without_text"]]
    assert (page, stage) == (2, "recognize")

    write_page(scans / "b" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    run_journaled(scans, out, scripted(("raise", "2.png")))
    done = pdfpipe("status", out)
    assert done.returncode == 4
    text = done.stdout.decode()
    assert f"Failed:\n  b.pdf: {scans}/b/1.png: page 1: " in text
    assert f"Pages without text:\n  a.pdf {scans}/a/2.png: page 2: " in text


def test_a_batch_that_runs_and_then_is_killed_and_then_goes_on(tmp_path: Path) -> None:
    scans, out = long_books(tmp_path / "scans", 6), tmp_path / "out"
    with start("convert", scans, "-o", out, "-j", "1", "--engine", "tesseract") as process:
        wait_until(lambda: any(out.glob("*.pdf")))
        code, found = status(out)
        assert (code, found["state"], found["pid"]) == (0, "running", process.pid)
        assert found["documents"]["published"] >= 1
        assert 4 <= found["pages_done"] < found["pages"] == 24
        assert found["pages_per_second"] > 0
        assert found["seconds_left"] > 0
        assert f"running, process {process.pid} on " in pdfpipe("status", out).stdout.decode()
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
    code, found = status(out)
    assert (code, found["state"], found["pid"]) == (130, "interrupted", None)
    assert "was killed; the same command goes on" in pdfpipe("status", out).stdout.decode()


def test_two_at_once_are_refused_and_the_other_is_named(tmp_path: Path) -> None:
    scans, out = short_books(tmp_path / "scans", 6), tmp_path / "out"
    with start("convert", scans, "-o", out, "-j", "1") as first:
        wait_until(lambda: journal_of(out).exists())
        second = pdfpipe("convert", scans, "-o", out)
        assert second.returncode == 6
        assert f"process {first.pid} on " in second.stderr.decode()
        single = pdfpipe("convert", scans / "book-00", "-o", out / "single.pdf")
        assert single.returncode == 0, single.stderr
        _, error = first.communicate(timeout=PATIENCE)
    assert first.returncode == 0, error


def test_ctrl_c_is_told(tmp_path: Path) -> None:
    scans, out = long_books(tmp_path / "scans", 6), tmp_path / "out"
    with start("convert", scans, "-o", out, "-j", "1", "--engine", "tesseract") as process:
        wait_until(lambda: any(out.glob("*.pdf")))
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    code, found = status(out)
    assert (code, found["state"], found["run"]["exit_code"]) == (130, "interrupted", 130)


def test_where_there_is_no_journal(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        done = pdfpipe("status", folder)
        assert done.returncode == 2
        assert f"there is no journal in {folder}" in done.stderr.decode()


def test_without_a_journal_nothing_is_kept(tmp_path: Path) -> None:
    scans, out = short_books(tmp_path / "scans", 1), tmp_path / "out"
    assert pdfpipe("convert", scans, "-o", out, "--no-journal").returncode == 0
    assert [path.name for path in out.iterdir()] == ["book-00.pdf"]
