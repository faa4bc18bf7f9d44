"""``pdfpipe retry``: exactly what came out badly is made again, by the command that made it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.batch.journal.folders import rows, run_journaled, write
from tests.batch.tiny import files_below, make_older, scripted, write_page, write_pages
from tests.cli.command import PATIENCE, environment, long_books, pdfpipe, start
from tests.cli.test_exit_codes import unreadable_for_tesseract
from tests.execution.watching import wait_until
from tests.support import SCANS

BROKEN = b"\x89PNG\r\n\x1a\n but no more"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A folder with scans of three documents, of which one is damaged, converted from within."""
    for name in ("good", "bad"):
        write_pages(tmp_path / "scans" / name, "1.png")
    unreadable_for_tesseract(tmp_path / "scans" / "unread" / "1.tif")
    (tmp_path / "scans" / "bad" / "1.png").write_bytes(BROKEN)
    for page in tmp_path.glob("scans/*/*"):
        make_older(page)
    done = pdfpipe("convert", "scans", "-o", "out", "--engine", "tesseract", "--title", "T", cwd=tmp_path)
    assert done.returncode == 4, done.stderr
    return tmp_path


def made(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in out.glob("*.pdf")}


def test_what_failed_and_what_could_not_be_read_is_made_again_and_nothing_else(archive: Path) -> None:
    before = made(archive / "out")
    write_page(archive / "scans" / "bad" / "1.png")
    elsewhere = archive / "elsewhere"
    elsewhere.mkdir()
    done = pdfpipe("retry", "../out", "--report", "again.json", cwd=elsewhere)
    assert done.returncode == 5, done.stderr
    after = made(archive / "out")
    assert set(after) == {"good.pdf", "bad.pdf", "unread.pdf"}
    assert after["good.pdf"] == before["good.pdf"]
    assert after["unread.pdf"] != before["unread.pdf"]
    metadata = PdfReader(archive / "out" / "bad.pdf").metadata
    assert metadata is not None
    assert metadata.title == "T", "the options of the command count again"
    assert (elsewhere / "again.json").exists()

    write_page(archive / "scans" / "unread" / "1.tif")
    assert pdfpipe("retry", "out", cwd=archive).returncode == 0
    done = pdfpipe("retry", "out", cwd=archive)
    assert (done.returncode, done.stdout) == (0, b"there is nothing to make again in out\n")


def test_what_still_fails_fails_again(archive: Path) -> None:
    done = pdfpipe("retry", "out", cwd=archive)
    assert done.returncode == 4
    assert b"FAILED" in done.stderr
    assert pdfpipe("status", "out", cwd=archive).returncode == 4


def test_a_file_that_another_program_has_put_in_its_place_is_never_overwritten(archive: Path) -> None:
    (archive / "out" / "bad.pdf").write_bytes(b"%PDF-1.4 somebody else's")
    (archive / "out" / "unread.pdf").write_bytes(b"%PDF-1.4 somebody else's")
    write_page(archive / "scans" / "bad" / "1.png")
    assert pdfpipe("retry", "out", cwd=archive).returncode == 4
    for name in ("bad.pdf", "unread.pdf"):
        assert (archive / "out" / name).read_bytes() == b"%PDF-1.4 somebody else's"


def test_other_options_count_in_place_of_those_before_and_a_later_run_leaves_their_work_alone(
    archive: Path,
) -> None:
    write_page(archive / "scans" / "bad" / "1.png")
    make_older(archive / "scans" / "bad" / "1.png")
    assert pdfpipe("retry", "out", "--title", "Better", cwd=archive).returncode == 5
    before = made(archive / "out")
    for name, title in (("bad", "Better"), ("unread", "Better"), ("good", "T")):
        metadata = PdfReader(archive / "out" / f"{name}.pdf").metadata
        assert metadata is not None
        assert metadata.title == title
    done = pdfpipe("convert", "scans", "-o", "out", "--engine", "tesseract", "--title", "T", cwd=archive)
    assert done.returncode == 0, done.stderr
    assert made(archive / "out") == before
    write_page(archive / "scans" / "bad" / "1.png", 7)
    assert (
        pdfpipe(
            "convert", "scans", "-o", "out", "--engine", "tesseract", "--title", "T", cwd=archive
        ).returncode
        == 0
    )
    after = made(archive / "out")
    assert {name for name in after if after[name] != before[name]} == {"bad.pdf"}


def test_pages_of_low_confidence_are_read_in_the_best_mode(tmp_path: Path) -> None:
    for name, scan in (
        ("sure", SCANS / "formats" / "png-1bit.png"),
        ("unsure", SCANS / "formats" / "jpeg-grey.jpg"),
    ):
        (tmp_path / "scans" / name).mkdir(parents=True)
        (tmp_path / "scans" / name / scan.name).symlink_to(scan)
    out = tmp_path / "out"
    assert pdfpipe("convert", "scans", "-o", "out", "--mode", "fast", cwd=tmp_path).returncode == 0
    write(out, "UPDATE pages SET confidence = 0.5 WHERE path LIKE '%unsure%'")
    before = made(out)
    done = pdfpipe("retry", "out", "--low-confidence", "80", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    after = made(out)
    assert {name for name in after if after[name] != before[name]} == {"unsure.pdf"}
    assert rows(out, "SELECT command, arguments, retries FROM runs WHERE id = 2") == [
        ("retry", '["--low-confidence=80", "--", "out"]', 1)
    ]
    ((confidence,),) = rows(out, "SELECT confidence FROM pages WHERE path LIKE '%unsure%'")
    assert confidence != 0.5


def test_after_an_interrupt_it_makes_the_rest(tmp_path: Path) -> None:
    scans, out = long_books(tmp_path / "scans", 4), tmp_path / "out"
    with start("convert", scans, "-o", out, "-j", "1", "--engine", "tesseract") as process:
        wait_until(lambda: any(out.glob("*.pdf")))
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=PATIENCE)
    before = made(out)
    assert pdfpipe("retry", out, "--failed").returncode == 0
    after = made(out)
    assert len(after) == 4
    assert before.items() <= after.items()
    assert files_below(out) == set(after)


def test_what_a_program_in_python_made_is_for_that_program_to_make_again(tmp_path: Path) -> None:
    from pdfpipe.batch.journal import RunCommand

    scans, out = write_pages(tmp_path / "scans", "1.png"), tmp_path / "out"
    run_journaled(scans, out, scripted(("raise", "1.png")), command=RunCommand("python", (), tmp_path))
    done = pdfpipe("retry", out)
    assert done.returncode == 2
    assert b"made by a program in Python: run that again" in done.stderr


def test_a_working_folder_that_is_gone(archive: Path) -> None:
    archive.rename(archive.with_name("moved"))
    done = pdfpipe("retry", archive.with_name("moved") / "out", env=environment())
    assert done.returncode == 2
    assert f"the command was given in {archive}, which is not there any more".encode() in done.stderr
    assert b"pdfpipe convert" in done.stderr
