"""Inputs that cannot be read any more, outputs that cannot be written, and clocks that are set back."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest

import pdfpipe
from pdfpipe.imaging import load
from tests.batch.tiny import files_below, run_batch, scripted, write_page, write_pages
from tests.cli.command import pdfpipe as command
from tests.cli.command import without_privileges


def test_a_disk_that_fails_while_documents_are_planned_fails_one_alone(tmp_path: Path) -> None:
    memory = Path("/proc/self/mem")
    if not memory.exists():
        pytest.skip("needs /proc, where a file can be had whose reading is an error")
    write_page(tmp_path / "scans" / "good" / "1.png")
    (tmp_path / "scans" / "bad").mkdir()
    (tmp_path / "scans" / "bad" / "1.png").symlink_to(memory)
    report = run_batch(tmp_path / "scans", tmp_path / "out", scripted())
    assert files_below(tmp_path / "out") == {"good.pdf"}
    assert "Input/output error" in report.failed[0].failures[0].message


def test_a_disk_that_fails_while_a_page_is_read_fails_its_document_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_pages(tmp_path / "scans" / "bad", "1.png", "2.png")
    write_page(tmp_path / "scans" / "good" / "1.png")
    decode = load._decode

    def failing(stream: Any, source: Any, *rest: Any) -> Any:
        if source.path == tmp_path / "scans" / "bad" / "2.png":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return decode(stream, source, *rest)

    monkeypatch.setattr(load, "_decode", failing)
    report = run_batch(tmp_path / "scans", tmp_path / "out", scripted())
    assert files_below(tmp_path / "out") == {"good.pdf"}
    (failure,) = report.failed[0].failures
    assert (failure.page, failure.path) == (2, tmp_path / "scans" / "bad" / "2.png")
    assert "the disk, or the way to it, fails" in failure.message


def test_an_output_folder_that_is_read_only_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    scan = write_page(tmp_path / "page.png")
    out = tmp_path / "out"
    out.mkdir(mode=0o555)
    done = command("convert", scan, "-o", out / "page.pdf", before_start=without_privileges())
    assert done.returncode in (4, 6)
    assert b"there is no permission to write there" in done.stderr
    assert files_below(out) == set()


def test_a_clock_that_was_set_back_hides_no_change(tmp_path: Path) -> None:
    scans, out, settings = write_pages(tmp_path / "scans", "1.png", "2.png"), tmp_path / "out", scripted()
    tomorrow = time.time() + 86_400
    for name in ("1.png", "2.png"):
        os.utime(scans / name, (tomorrow, tomorrow))
    assert pdfpipe.convert_sync(scans, out, settings).exit_code == 0
    assert pdfpipe.convert_sync(scans, out, settings).exit_code == 0
    before = (out / "scans.pdf").read_bytes()
    # Changed after the clock was set back: its time is earlier than it was.
    write_page(scans / "2.png", 7)
    report = pdfpipe.convert_sync(scans, out, settings)
    assert [document.output for document in report.published] == [out / "scans.pdf"]
    assert (out / "scans.pdf").read_bytes() != before
    assert len(pdfpipe.convert_sync(scans, out, settings).failed) == 0
