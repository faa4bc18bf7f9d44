"""The log for programs: a JSON object a line, each as it happens."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.batch.tiny import write_page, write_pages
from tests.cli.command import PATIENCE, files_of_at_most, long_books, pdfpipe, start
from tests.support import SCANS

QUICK = ("--engine", "tesseract")


def lines(log: bytes) -> list[dict[str, Any]]:
    assert log.endswith(b"\n")
    return [json.loads(line) for line in log.splitlines()]


def test_every_event_is_a_line_with_its_time_and_the_progress(tmp_path: Path) -> None:
    (tmp_path / "scans" / "good").mkdir(parents=True)
    (tmp_path / "scans" / "good" / "1.png").symlink_to(SCANS / "formats" / "png-1bit.png")
    write_page(tmp_path / "scans" / "good" / "2.png")
    (write_pages(tmp_path / "scans" / "bad", "1.png") / "1.png").write_text("not an image")
    arguments = ("convert", "scans", "-o", "out", *QUICK, "--log-json", "logs/run.jsonl")
    assert pdfpipe(*arguments, cwd=tmp_path).returncode == 4
    log = tmp_path / "logs" / "run.jsonl"
    found = lines(log.read_bytes())
    kinds = [line["event"] for line in found]
    assert (kinds[0], kinds[-1]) == ("run-started", "run-ended")
    assert sorted(kinds[1:-1]) == ["document-failed", "document-published", *["page-done"] * 3]
    assert (found[0]["documents"], found[0]["pages"]) == (2, 3)
    for line in found:
        assert abs(datetime.now(UTC) - datetime.fromisoformat(line["time"])) < timedelta(minutes=5)
    read, blank = (line for line in found if line["event"] == "page-done" and "good" in line["document"])
    assert (read["page"], read["file"], read["failure"]) == (1, "scans/good/1.png", None)
    assert read["words"] > 10
    assert read["confidence"] > 0.8
    assert read["seconds"] > read["preprocessing_seconds"]["measures"] > 0
    assert blank["needs_a_look"] == ["no text found: the page is blank"]
    (failed,) = (line for line in found if line["event"] == "document-failed")
    assert failed["failures"][0]["file"] == "scans/bad/1.png"
    assert found[-2]["progress"]["pages_done"] == found[-2]["progress"]["pages"] == 3
    assert (found[-1]["exit_code"], found[-1]["published"], found[-1]["failed"]) == (4, 1, 1)

    assert pdfpipe(*arguments, cwd=tmp_path).returncode == 4
    again = lines(log.read_bytes())
    assert again[: len(found)] == found, "a second run is appended"
    assert "document-skipped" in [line["event"] for line in again[len(found) :]]


def test_it_goes_to_standard_output_and_the_table_elsewhere(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    done = pdfpipe("convert", page, "-o", tmp_path / "out", *QUICK, "--log-json", "-")
    assert [line["event"] for line in lines(done.stdout)][-1] == "run-ended"
    assert b"pages needing a look" in done.stderr


def test_it_does_not_share_standard_output_with_a_pdf() -> None:
    done = pdfpipe("convert", "-", "-o", "-", "--log-json", "-", stdin=b"II*")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"standard output" in done.stderr


@pytest.mark.parametrize("content", [b"my notes\n", b"%PDF-1.7"])
def test_a_file_that_is_no_log_is_not_appended_to(tmp_path: Path, content: bytes) -> None:
    page = write_page(tmp_path / "page.png")
    (tmp_path / "mine").write_bytes(content)
    done = pdfpipe("convert", page, "-o", tmp_path / "out", "--log-json", tmp_path / "mine")
    assert done.returncode == 2
    assert b"is no log of pdfpipe's" in done.stderr
    assert (tmp_path / "mine").read_bytes() == content
    assert not (tmp_path / "out").exists()


def test_a_log_that_cannot_be_opened_stops_before_the_work(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    done = pdfpipe("convert", page, "-o", tmp_path / "out", "--log-json", page / "log")
    assert done.returncode == 6
    assert not (tmp_path / "out").exists()


def test_a_log_that_cannot_grow_costs_no_document(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    log = tmp_path / "log"
    log.write_bytes(b'{"event":"run-started"}\n' + b'{"event":"page-done"}\n' * 10_000)
    size = log.stat().st_size
    done = pdfpipe(
        *("convert", page, "-o", tmp_path / "out", *QUICK, "--log-json", log),
        before_start=files_of_at_most(size + 10),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(b"no more is logged") == 1
    assert (tmp_path / "out" / "page.pdf").exists()


def test_an_interrupted_run_says_so(tmp_path: Path) -> None:
    log = tmp_path / "log"
    scans = long_books(tmp_path / "scans", 5)
    with start("convert", scans, "-o", tmp_path / "out", *QUICK, "--log-json", log) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
    last = lines(log.read_bytes())[-1]
    assert (last["event"], last["exit_code"]) == ("run-ended", 130)
    assert last["unfinished"] > 0
