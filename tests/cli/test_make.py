"""The example archive of docs/make.md under the real make, and what ``--depfile`` refuses."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.batch.tiny import files_below, make_older, write_page, write_pages
from tests.cli.command import PATIENCE, environment, pdfpipe
from tests.support import require_tool

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "examples" / "archive" / "Makefile"
ODD = "it's $5, 100% #1: (a;b)=c"


def make(folder: Path, *arguments: str) -> None:
    command = shlex.join([sys.executable, "-m", "pdfpipe"])
    done = subprocess.run(
        [require_tool("make"), f"PDFPIPE={command}", "ARGS=--engine tesseract", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=environment(PYTHONPATH=str(EXAMPLE.parents[3])),
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def made_since(folder: Path, before: dict[str, int]) -> set[str]:
    """The documents that are other files than they were; publishing replaces the file."""
    return {name for name, file in documents(folder).items() if before.get(name) != file}


def documents(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_ino for path in (folder / "out").glob("*.pdf")}


def test_the_archive_makes_exactly_what_is_out_of_date(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    scans = tmp_path / "scans"
    for name in ("letters [1]", "two words", ODD):
        write_pages(scans / name, "1.png", "2 b.png")
    # As in an archive, the scans have been there for a while.
    for path in [*scans.rglob("*"), scans]:
        make_older(path)
    make(tmp_path, "-j2")
    first = documents(tmp_path)
    assert set(first) == {"letters [1]", "two words", ODD}

    make(tmp_path)
    assert made_since(tmp_path, first) == set()

    (scans / "two words" / "1.png").touch()
    make(tmp_path)
    assert made_since(tmp_path, first) == {"two words"}

    second = documents(tmp_path)
    (scans / ODD / "2 b.png").unlink()
    make(tmp_path)
    assert made_since(tmp_path, second) == {ODD}

    third = documents(tmp_path)
    write_page(scans / "letters [1]" / "3.png")
    make(tmp_path)
    assert made_since(tmp_path, third) == {"letters [1]"}

    fourth = documents(tmp_path)
    make(tmp_path)
    assert made_since(tmp_path, fourth) == set()


def test_a_file_that_changes_nothing_does_not_make_make_run_for_ever(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    scan = write_page(tmp_path / "scans" / "a" / "1.png")
    for path in (scan, scan.parent):
        make_older(path)
    make(tmp_path)
    before = documents(tmp_path)
    (scan.parent / "notes.txt").write_text("no page image")
    asked = [require_tool("make"), "-q"]
    assert subprocess.run(asked, cwd=tmp_path, check=False).returncode == 1
    make_older(scan.parent, -0.001)
    make(tmp_path)
    assert made_since(tmp_path, before) == set(), "it was up to date"
    assert subprocess.run(asked, cwd=tmp_path, check=False).returncode == 0


def test_a_file_that_is_no_depfile_is_not_replaced_by_one(tmp_path: Path) -> None:
    write_page(tmp_path / "page.png")
    (tmp_path / "Makefile").write_text("all:\n\techo mine\n")
    done = pdfpipe("convert", "page.png", "-o", "out", "--depfile", "Makefile", cwd=tmp_path)
    assert done.returncode == 2
    assert b"is no depfile of pdfpipe's" in done.stderr
    assert files_below(tmp_path) == {"page.png", "Makefile"}


def test_a_name_that_make_cannot_spell_is_refused_before_the_work(tmp_path: Path) -> None:
    write_page(tmp_path / "two\nlines" / "1.png")
    done = pdfpipe("convert", "two\nlines", "-o", "out", "--depfile", "a.d", cwd=tmp_path)
    assert done.returncode == 2
    assert rb"two\nlines" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_depfile_goes_with_files_only(tmp_path: Path) -> None:
    done = pdfpipe("convert", "-", "-o", "out.pdf", "--depfile", "a.d", stdin=b"II*", cwd=tmp_path)
    assert done.returncode == 2
    assert b"--depfile" in done.stderr


def test_a_dry_run_writes_no_depfile(tmp_path: Path) -> None:
    write_page(tmp_path / "page.png")
    done = pdfpipe("convert", "page.png", "-o", "out", "--depfile", "a.d", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0
    assert files_below(tmp_path) == {"page.png"}
