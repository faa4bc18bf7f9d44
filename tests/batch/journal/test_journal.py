"""What is in the journal after a run, and what the next run makes of it."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader

from pdfpipe.batch import freshness
from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, PageDone
from pdfpipe.batch.freshness import digest
from pdfpipe.batch.journal import Journal, RunCommand, kept_journal, open_reader
from pdfpipe.batch.journal.values import BatchState, DocumentState
from pdfpipe.errors import ExitCode, StorageError
from tests.batch.executors import CrashingExecutor, DirectedExecutor
from tests.batch.journal.folders import COMMAND, journal_of, rows, run_journaled
from tests.batch.tiny import documents, files_below, make_older, scripted, write_page, write_pages


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    for name in ("a", "b", "deep/c"):
        for page in write_pages(tmp_path / "scans" / name, "1.png", "2.png").iterdir():
            make_older(page)
    return tmp_path / "scans"


def test_it_says_what_was_made_of_what(scans: Path, out: Path) -> None:
    run_journaled(scans, out)
    assert rows(
        out, "SELECT output, name, state, pages, bytes_in, languages, kind FROM documents ORDER BY output"
    ) == [
        (output, name, "published", 2, sum(p.stat().st_size for p in folder.iterdir()), "eng", "PDF/A-2u")
        for output, name, folder in (
            ("a.pdf", "a", scans / "a"),
            ("b.pdf", "b", scans / "b"),
            ("deep/c.pdf", "c", scans / "deep" / "c"),
        )
    ]
    (size, mtime_ns, made_as), *_ = rows(out, "SELECT size, mtime_ns, digest FROM documents ORDER BY output")
    status = (out / "a.pdf").stat()
    assert (size, mtime_ns) == (status.st_size, status.st_mtime_ns)
    assert made_as == digest(documents(scans, out, scripted())[0])
    pages = rows(
        out,
        "SELECT number, path, p.size, p.state, words, round(confidence, 2), seconds"
        " FROM pages AS p JOIN documents ON id = document WHERE output = 'deep/c.pdf' ORDER BY number",
    )
    for number, page in enumerate(pages, 1):
        scan = scans / "deep" / "c" / f"{number}.png"
        assert page[:6] == (number, str(scan), scan.stat().st_size, "read", 3, 0.99)
        assert {"load", "recognize", "encode"} <= json.loads(page[6]).keys()


def test_it_says_who_ran_what_and_how_it_ended(scans: Path, out: Path) -> None:
    run_journaled(scans, out)
    ((state, pid, command, arguments, folder, code, error),) = rows(
        out, "SELECT state, pid, command, arguments, working_folder, exit_code, error FROM runs"
    )
    assert (state, pid, code, error) == ("ended", os.getpid(), 0, None)
    assert (command, json.loads(arguments), folder) == ("convert", ["--", "scans"], "/somewhere")


def test_it_says_what_failed_and_why(scans: Path, out: Path) -> None:
    (scans / "b" / "2.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    (scans / "1.tif").write_bytes(b"II*\0")
    run_journaled(scans, out, scripted(("raise", "1.png")))
    assert rows(out, "SELECT output, state FROM documents ORDER BY output") == [
        ("a.pdf", "published"),
        ("b.pdf", "failed"),
        ("deep/c.pdf", "published"),
        ("scans.pdf", "failed"),
    ]
    found = rows(
        out,
        "SELECT output, page, stage FROM failures JOIN documents AS d ON d.id = document"
        " ORDER BY output, page",
    )
    assert found == [
        ("a.pdf", 1, "recognize"),
        ("b.pdf", 1, "recognize"),
        ("b.pdf", 2, "load"),
        ("deep/c.pdf", 1, "recognize"),
        ("scans.pdf", 1, "plan"),
    ]
    states = rows(
        out, "SELECT number, p.state FROM pages AS p JOIN documents ON id = document WHERE output = 'b.pdf'"
    )
    assert states == [(1, "without text"), (2, "failed")]


def test_it_says_how_often_a_page_was_tried(tmp_path: Path, out: Path) -> None:
    write_pages(tmp_path / "scans", "1.png", "2.png")
    run_journaled(tmp_path / "scans", out, executor=CrashingExecutor("2.png", 1))
    assert rows(out, "SELECT number, attempts, state FROM pages") == [(1, 1, "read"), (2, 2, "read")]
    ((content_hash, from_cache),) = rows(out, "SELECT DISTINCT length(content_hash), from_cache FROM pages")
    assert content_hash >= 32
    assert from_cache == 0


def test_a_second_run_opens_no_output(scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_journaled(scans, out)

    def opened(path: Path) -> None:
        pytest.fail(f"{path} was opened")

    monkeypatch.setattr(freshness, "read_marker", opened)
    executor = DirectedExecutor()
    events = run_journaled(scans, out, executor=executor)
    assert [type(event) for event in events] == [DocumentSkipped] * 3
    assert executor.times_entered == 0
    assert rows(out, "SELECT DISTINCT state, run, made_by FROM documents") == [("up to date", 2, 1)]
    assert rows(out, "SELECT count(*), min(run), max(run) FROM pages") == [(6, 1, 1)]


def test_a_document_that_is_another_one_than_was_recorded_is_looked_at_itself(scans: Path, out: Path) -> None:
    run_journaled(scans, out)
    (out / "a.pdf").write_bytes(b"%PDF-1.4 somebody else's")
    (out / "b.pdf").unlink()
    os.utime(out / "deep" / "c.pdf")
    failed, published, skipped = (
        event for event in run_journaled(scans, out) if not isinstance(event, PageDone)
    )
    assert isinstance(failed, DocumentFailed)
    assert "--force" in failed.failures[0].message
    assert isinstance(skipped, DocumentSkipped) or isinstance(published, DocumentSkipped)
    assert len(PdfReader(out / "b.pdf").pages) == 2
    mtime_ns = (out / "deep" / "c.pdf").stat().st_mtime_ns
    assert rows(out, "SELECT mtime_ns FROM documents WHERE output = 'deep/c.pdf'") == [(mtime_ns,)]


def test_of_runs_that_were_killed_before_they_could_tell_the_last_one_s_pages_stay(
    scans: Path, out: Path
) -> None:
    run_journaled(scans, out)
    of_first = rows(out, "SELECT * FROM pages")
    for pdf in out.rglob("*.pdf"):
        pdf.unlink()
    run_journaled(scans, out)
    with closing(sqlite3.connect(journal_of(out))) as database, database:
        database.executemany(f"INSERT INTO pages VALUES ({', '.join('?' * len(of_first[0]))})", of_first)
        database.execute("UPDATE documents SET made_by = NULL, digest = NULL, size = NULL, mtime_ns = NULL")
    assert {type(event) for event in run_journaled(scans, out)} == {DocumentSkipped}
    assert rows(out, "SELECT run, count(*) FROM pages GROUP BY run") == [(2, 6)]
    assert rows(out, "SELECT DISTINCT made_by FROM documents") == [(2,)]


def test_a_run_that_was_killed_amid_a_document_has_not_made_the_one_that_stands(
    scans: Path, out: Path
) -> None:
    run_journaled(scans, out)
    with closing(sqlite3.connect(journal_of(out))) as database, database:
        database.execute("UPDATE pages SET run = 0 WHERE number = 2")
        (begun,) = database.execute("SELECT count(*) FROM pages WHERE run = 1").fetchone()
        rest = "number, path, frame, size, mtime_ns, content_hash, state, attempts, words, confidence"
        rest += ", from_cache, seconds, finished"
        database.execute(f"INSERT INTO pages SELECT document, 1, {rest} FROM pages WHERE run = 0")
        database.execute("UPDATE documents SET mtime_ns = 1")
    assert begun == 3
    assert {type(event) for event in run_journaled(scans, out)} == {DocumentSkipped}
    assert rows(out, "SELECT run, count(*) FROM pages GROUP BY run") == [(1, 6)]
    assert rows(out, "SELECT DISTINCT made_by FROM documents") == [(1,)]


@pytest.mark.parametrize("change", ["scan", "settings", "sidecar"])
def test_what_has_changed_is_made_again(scans: Path, out: Path, change: str) -> None:
    settings = scripted()
    run_journaled(scans, out, settings)
    if change == "scan":
        write_page(scans / "a" / "2.png", 17)
    elif change == "settings":
        settings = scripted(("words", "4"))
    else:
        from pdfpipe.model.sidecar import Sidecar

        settings = scripted(sidecars=(Sidecar.TEXT,))
        run_journaled(scans, out, settings)
        (out / "a.txt").unlink()
    events = run_journaled(scans, out, settings)
    made = {event.document.name for event in events if isinstance(event, DocumentPublished)}
    assert made == ({"a", "b", "c"} if change == "settings" else {"a"})


def test_the_pages_of_the_document_that_stands_are_kept_until_another_stands(scans: Path, out: Path) -> None:
    run_journaled(scans, out, scripted(("raise", "2.png")))
    (scans / "a" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    run_journaled(scans, out, scripted())
    of_a = "FROM pages AS p JOIN documents AS d ON d.id = p.document WHERE d.output = 'a.pdf'"
    found = rows(out, f"SELECT p.run, number, p.state {of_a} ORDER BY p.run, number")
    assert found[:3] == [(1, 1, "read"), (1, 2, "without text"), (2, 1, "failed")]
    assert found[3] in [(2, 2, "checked"), (2, 2, "read")], "it may have been under way already"
    write_page(scans / "a" / "1.png")
    run_journaled(scans, out, scripted())
    assert rows(out, f"SELECT p.run, number, p.state {of_a}") == [(3, 1, "read"), (3, 2, "read")]
    assert rows(out, "SELECT count(*) FROM failures") == [(0,)]


def test_documents_that_the_same_command_makes_no_more_are_forgotten_unless_they_stand(
    scans: Path, out: Path
) -> None:
    write_page(scans / "x" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    run_journaled(scans, out)
    other = RunCommand("convert", ("--", "others"), Path("/somewhere"))
    (scans / "y").mkdir()
    (scans / "y" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    run_journaled(scans / "y", out, command=other)
    for name in ("a", "x", "y"):
        for page in (scans / name).iterdir():
            page.unlink()
    run_journaled(scans, out)
    assert dict(rows(out, "SELECT output, state FROM documents")) == {
        "a.pdf": "published",
        "b.pdf": "up to date",
        "deep/c.pdf": "up to date",
        "y.pdf": "failed",
    }


def test_names_that_are_no_utf_8_are_kept_as_they_are(tmp_path: Path, out: Path) -> None:
    name = os.fsdecode(b"\xe4kte")
    make_older(write_page(tmp_path / "scans" / name / "1.png"))
    run_journaled(tmp_path / "scans", out)
    assert rows(out, "SELECT output FROM documents") == [(b"\xe4kte.pdf",)]
    assert {type(event) for event in run_journaled(tmp_path / "scans", out)} == {DocumentSkipped}


def test_a_document_made_better_stands_for_that_of_the_batch(scans: Path, out: Path) -> None:
    run_journaled(scans, out)
    jobs = documents(scans, out, scripted())
    better = tuple(
        msgspec.structs.replace(job, settings=scripted(("words", "9")), stands_for=digest(job))
        for job in jobs[:1]
    )
    run_journaled(scans, out, jobs=better)
    assert {type(event) for event in run_journaled(scans, out)} == {DocumentSkipped}
    assert "word8" in PdfReader(out / "a.pdf").pages[0].extract_text()
    write_page(scans / "a" / "1.png", 33)
    events = run_journaled(scans, out)
    assert [event.document.name for event in events if isinstance(event, DocumentPublished)] == ["a"]


def test_a_run_that_is_stopped_says_so(scans: Path, out: Path) -> None:
    def be_stopped() -> None:
        with kept_journal(out, COMMAND, print) as journal:
            assert journal is not None
            journal.plan(documents(scans, out, scripted()))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_stopped()
    with open_reader(out) as reader:
        status = reader.status()
    assert status.state is BatchState.INTERRUPTED
    assert status.documents == {DocumentState.WAITING: 3}
    assert status.run is not None
    assert (status.run.exit_code, status.run.error) == (130, "KeyboardInterrupt")
    assert status.exit_code is ExitCode.INTERRUPTED


def test_a_killed_process_loses_no_record(scans: Path, out: Path) -> None:
    """The record is with the system before the consumer hears of the event."""
    program = """
import asyncio, os, signal, sys
from pathlib import Path
from pdfpipe.batch.events import DocumentPublished
from pdfpipe.batch.journal import Journal
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.work import run_job
from pdfpipe.execution.inline import InlineExecutor
from tests.batch.journal.folders import COMMAND
from tests.batch.tiny import documents, scripted

async def main(scans, out):
    jobs = documents(scans, out, scripted())
    journal = Journal(out, COMMAND)
    journal.plan(jobs)
    async for event in Pipeline(scripted(), executor=InlineExecutor(run_job), journal=journal).run(jobs):
        if isinstance(event, DocumentPublished):
            os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
"""
    root = Path(__file__).parents[3]
    subprocess.run([sys.executable, "-c", program, scans, out], cwd=root, check=False, timeout=60)
    with open_reader(out) as reader:
        status = reader.status()
    assert status.state is BatchState.INTERRUPTED
    assert status.documents[DocumentState.PUBLISHED] >= 1
    published = {str(name) for (name,) in rows(out, "SELECT output FROM documents WHERE state = 'published'")}
    assert published <= files_below(out)
    run_journaled(scans, out)
    assert files_below(out) == {"a.pdf", "b.pdf", "deep/c.pdf"}
    assert rows(out, "SELECT state FROM runs ORDER BY id") == [("killed",), ("ended",)]


def test_a_full_disk_ends_the_run_with_whole_documents(
    scans: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = Journal.plan

    def on_a_full_disk(journal: Journal, jobs: object) -> None:
        begun(journal, jobs)  # type: ignore[arg-type]
        (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
        journal._database.execute(f"PRAGMA max_page_count = {pages}")

    for number in range(60):
        (scans / "a" / f"x{number}.png").hardlink_to(scans / "a" / "1.png")
    monkeypatch.setattr(Journal, "plan", on_a_full_disk)
    with pytest.raises(StorageError, match="the disk is full"):
        run_journaled(scans, out)
    for name in files_below(out):
        PdfReader(out / name)
        assert not Path(name).name.startswith(".")


def test_events_of_documents_that_were_not_planned_are_kept_too(scans: Path, out: Path) -> None:
    journal = Journal(out, COMMAND)
    jobs = documents(scans, out, scripted())

    async def run() -> None:
        from pdfpipe.batch.pipeline import Pipeline
        from pdfpipe.batch.work import run_job
        from pdfpipe.execution.inline import InlineExecutor

        pipeline = Pipeline(scripted(), executor=InlineExecutor(run_job), journal=journal)
        async for _ in pipeline.run(jobs):
            pass

    asyncio.run(run())
    journal.end(ExitCode.OK)
    assert rows(out, "SELECT count(*) FROM documents WHERE state = 'published'") == [(3,)]
    assert journal_of(out).is_file()
