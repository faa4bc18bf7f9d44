"""Where there is a journal, and what is told where there cannot be one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import pdfpipe
from pdfpipe.batch.journal import has_journal, kept_journal
from pdfpipe.errors import BatchRunningError
from tests.batch.journal.folders import COMMAND, journal_of, rows
from tests.batch.tiny import scripted, write_pages
from tests.support import without_root


def test_a_folder_has_one_and_a_single_document_has_none(tmp_path: Path) -> None:
    (tmp_path / "folder.pdf").mkdir()
    assert has_journal(tmp_path / "out")
    assert has_journal(tmp_path / "folder.pdf")
    assert not has_journal(tmp_path / "out.pdf")


@pytest.mark.parametrize(("output", "journal"), [("out", True), ("out", False), ("out.pdf", True)])
def test_programs_in_python_keep_one_in_a_folder_unless_told_not_to(
    tmp_path: Path, output: str, journal: bool
) -> None:
    write_pages(tmp_path / "scans", "1.png")
    pdfpipe.convert_sync(tmp_path / "scans", tmp_path / output, scripted(), journal=journal)
    kept = journal_of(tmp_path / output if output == "out" else tmp_path)
    assert kept.parent.exists() is (journal and output == "out")
    if kept.exists():
        assert rows(tmp_path / "out", "SELECT command, state, exit_code FROM runs") == [
            ("python", "ended", 0)
        ]


async def test_two_at_once_are_refused_in_one_process_too(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans", "1.png")
    with kept_journal(tmp_path / "out", COMMAND, print):
        with pytest.raises(BatchRunningError):
            await pdfpipe.convert(tmp_path / "scans", tmp_path / "out", scripted())
        report = await pdfpipe.convert(tmp_path / "scans", tmp_path / "out" / "one.pdf", scripted())
    assert len(report.published) == 1


def test_a_folder_that_cannot_be_written_has_none_and_that_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir(mode=0o555)
    tmp_path.chmod(0o755)
    told: list[str] = []
    with without_root(), kept_journal(folder, COMMAND, told.append) as journal:
        assert journal is None
    assert told == [
        f"no journal is kept: cannot write {folder}/.pdfpipe: there is no permission to write there"
    ]


def test_in_the_place_of_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("no folder")
    told: list[str] = []
    with kept_journal(tmp_path / "out", COMMAND, told.append) as journal:
        assert journal is None
    assert told == []
    write_pages(tmp_path / "scans", "1.png")
    report = asyncio.run(pdfpipe.convert(tmp_path / "scans", tmp_path / "out", scripted()))
    assert "is a file, not a folder" in report.failed[0].failures[0].message
