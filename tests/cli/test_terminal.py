"""A bar for people, plain lines for logs."""

from __future__ import annotations

import contextlib
import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.batch.tiny import write_page, write_pages
from tests.cli.command import PATIENCE, environment, pdfpipe

ESCAPE = b"\x1b["


def on_a_terminal(*arguments: str | Path) -> tuple[int, bytes]:
    """What the command writes to a terminal."""
    primary, secondary = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "pdfpipe", *arguments],
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env=environment(TERM="xterm-256color", COLUMNS="100"),
    ) as process:
        os.close(secondary)
        seen = b""
        # A terminal whose other end is closed raises EIO.
        with contextlib.suppress(OSError):
            while chunk := os.read(primary, 65536):
                seen += chunk
        os.close(primary)
        return process.wait(PATIENCE), seen


def test_a_terminal_gets_a_bar_and_the_lines_above_it(tmp_path: Path) -> None:
    code, seen = on_a_terminal(
        "convert", write_pages(tmp_path / "scans", "1.png", "2.png"), "-o", tmp_path / "out"
    )
    assert code == 0
    assert ESCAPE in seen
    assert b"0/2" in seen
    assert b"0/1 document" in seen
    assert b"published" in seen
    assert b"mean confidence" not in seen.split(b"published")[0]


def test_a_pipe_gets_plain_lines_without_a_bar(tmp_path: Path) -> None:
    done = pdfpipe("convert", write_pages(tmp_path / "scans", "1.png", "2.png"), "-o", tmp_path / "out")
    told = done.stdout + done.stderr
    assert ESCAPE not in told
    assert b"\r" not in told
    assert b"0/2" not in told
    assert done.stderr.startswith(b"published")


def test_names_are_not_taken_for_markup(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "[bold red]scans", "1.png")
    _, seen = on_a_terminal("convert", scans, "-o", tmp_path / "out", "-v")
    assert b"[bold red]scans.pdf" in seen


def test_control_characters_in_names_do_not_reach_the_terminal(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "evil\x1b]0;owned\x07", "1.png")
    _, seen = on_a_terminal("convert", scans, "-o", tmp_path / "out", "-v")
    assert b"\x1b]0;owned" not in seen
    assert rb"evil\x1b]0;owned\x07.pdf" in seen


def test_a_pdf_is_not_written_to_a_terminal(tmp_path: Path) -> None:
    code, seen = on_a_terminal("convert", write_page(tmp_path / "page.png"), "-o", "-")
    assert code == 2
    assert b"redirect standard output" in seen
    assert b"%PDF" not in seen


def test_quiet_draws_no_bar(tmp_path: Path) -> None:
    code, seen = on_a_terminal("convert", write_page(tmp_path / "page.png"), "-o", tmp_path / "out", "-q")
    assert (code, seen) == (0, b"")
