"""Journals of other versions, and damaged ones."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from pdfpipe.batch.events import DocumentSkipped, PageDone
from pdfpipe.batch.journal import Journal, open_reader, schema
from pdfpipe.batch.journal.values import DocumentState
from pdfpipe.errors import ExitCode, NewerJournalError, StorageError
from pdfpipe.model.fault_settings import FaultSettings, OnFullDisk
from tests.batch.journal.folders import COMMAND, journal_of, rows, run_journaled, write
from tests.batch.tiny import make_older, scripted, write_pages


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    for name in ("a", "b"):
        for page in write_pages(tmp_path / "scans" / name, "1.png", "2.png").iterdir():
            make_older(page)
    return tmp_path / "scans"


@pytest.fixture
def out(tmp_path: Path, scans: Path) -> Path:
    run_journaled(scans, tmp_path / "out")
    return tmp_path / "out"


def test_it_is_one_file_that_says_what_it_is(out: Path) -> None:
    assert rows(out, "PRAGMA application_id") == [(int.from_bytes(b"pdfp"),)]
    assert rows(out, "PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert rows(out, "PRAGMA integrity_check") == [("ok",)]
    assert {path.name for path in journal_of(out).parent.iterdir()} == {"journal.sqlite3", "lock"}


@pytest.fixture
def newer_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """This pdfpipe, some versions later."""
    later = (
        "ALTER TABLE documents ADD COLUMN shelf TEXT;\nUPDATE documents SET shelf = 'top; shelf';",
        "CREATE TABLE shelves (name TEXT);",
    )
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *later))


def test_an_older_journal_is_migrated_and_keeps_what_it_says(
    out: Path, scans: Path, newer_program: None
) -> None:
    before = rows(out, "SELECT output, digest FROM documents ORDER BY output")
    events = run_journaled(scans, out)
    assert [type(event) for event in events] == [DocumentSkipped, DocumentSkipped]
    assert rows(out, "PRAGMA user_version") == [(len(schema.MIGRATIONS),)]
    assert rows(out, "SELECT output, digest FROM documents ORDER BY output") == before
    assert rows(out, "SELECT DISTINCT shelf FROM documents") == [("top; shelf",)]
    assert rows(out, "SELECT count(*) FROM runs") == [(2,)]


def test_an_older_journal_is_read_without_being_changed(out: Path, newer_program: None) -> None:
    before = journal_of(out).read_bytes()
    with open_reader(out) as journal:
        assert journal.status().documents == {DocumentState.PUBLISHED: 2}
    assert journal_of(out).read_bytes() == before


def test_a_migration_that_fails_changes_nothing(
    out: Path, newer_program: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(out, "SELECT sql FROM sqlite_schema")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "SELECT * FROM nowhere;"))
    with pytest.raises(StorageError, match="nowhere"):
        Journal(out, COMMAND)
    assert rows(out, "SELECT sql FROM sqlite_schema") == before
    assert rows(out, "PRAGMA user_version") == [(1,)]


def test_a_newer_journal_is_refused_and_left_alone(out: Path) -> None:
    write(out, "PRAGMA user_version = 99")
    before = journal_of(out).read_bytes()
    with pytest.raises(NewerJournalError, match=r"update pdfpipe, or .* --no-journal") as told:
        Journal(out, COMMAND)
    assert told.value.exit_code is ExitCode.MISSING_DEPENDENCY
    with pytest.raises(NewerJournalError), open_reader(out):
        pass
    assert journal_of(out).read_bytes() == before


def no_database(path: Path) -> None:
    path.write_bytes(b"all is well\n" * 1000)


def truncated(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def overwritten(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xa5" * 8192)


def of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 1")


def without_a_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE failures")


@pytest.mark.parametrize("damage", [no_database, truncated, overwritten, of_another_program, without_a_table])
def test_a_damaged_journal_is_set_aside_and_made_anew_from_the_documents(
    out: Path, scans: Path, damage: Callable[[Path], None]
) -> None:
    published = {path: path.stat().st_mtime_ns for path in out.glob("*.pdf")}
    damage(journal_of(out))
    damaged = journal_of(out).read_bytes()
    if damage not in (of_another_program, without_a_table):
        with pytest.raises(StorageError, match="damaged"), open_reader(out) as reader:
            reader.status()
    journal = Journal(out, COMMAND)
    assert journal.set_aside is not None
    assert re.fullmatch(r"journal\.damaged-\d{8}T\d{6}", journal.set_aside.name)
    assert journal.set_aside.read_bytes() == damaged
    journal.end(ExitCode.OK)
    assert rows(out, "SELECT output, state FROM documents ORDER BY output") == [
        ("a.pdf", "published"),
        ("b.pdf", "published"),
    ]
    assert {type(event) for event in run_journaled(scans, out)} == {DocumentSkipped}
    assert {path: path.stat().st_mtime_ns for path in published} == published


def test_two_damaged_journals_of_one_second_are_both_kept(out: Path) -> None:
    for number in range(2):
        journal_of(out).write_bytes(b"%d no database" % number * 100)
        Journal(out, COMMAND).end(ExitCode.OK)
    kept = sorted(journal_of(out).parent.glob("journal.damaged-*"))
    assert [path.read_bytes()[:1] for path in kept] == [b"0", b"1"]


def test_an_empty_file_is_what_a_process_leaves_that_was_killed_at_once(out: Path, scans: Path) -> None:
    journal_of(out).write_bytes(b"")
    assert {type(event) for event in run_journaled(scans, out)} == {DocumentSkipped}
    assert not list(journal_of(out).parent.glob("journal.damaged-*"))


def test_a_run_that_waits_for_room_records_what_there_was_no_room_for_with_the_next(
    out: Path, scans: Path
) -> None:
    settings = scripted(force=True, faults=FaultSettings(on_full_disk=OnFullDisk.PAUSE))
    events = run_journaled(scans, out, settings)
    event = next(event for event in events if isinstance(event, PageDone))
    journal = Journal(out, COMMAND)
    (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
    journal._database.execute(f"PRAGMA max_page_count = {pages}")
    for number in range(1, 301):
        page = msgspec.structs.replace(event.page, number=number)
        journal.record(msgspec.structs.replace(event, page=page))
    assert 0 < len(journal._unwritten) < 300
    journal._database.execute("PRAGMA max_page_count = 100000")
    journal.end(ExitCode.OK)
    assert rows(out, "SELECT count(*) FROM pages WHERE run = 3") == [(300,)]


def test_a_full_disk_is_told_and_what_was_recorded_stays(out: Path, scans: Path) -> None:
    events = run_journaled(scans, out, scripted(force=True))
    event = next(event for event in events if isinstance(event, PageDone))
    journal = Journal(out, COMMAND)
    (pages,) = journal._database.execute("PRAGMA page_count").fetchone()
    journal._database.execute(f"PRAGMA max_page_count = {pages}")

    def record_many() -> None:
        for number in range(10_000):
            page = msgspec.structs.replace(event.page, number=number)
            journal.record(msgspec.structs.replace(event, page=page))

    with pytest.raises(StorageError, match=r"journal\.sqlite3: the disk is full; free some space"):
        record_many()
    journal.close()
    assert rows(out, "PRAGMA integrity_check") == [("ok",)]
    assert rows(out, "SELECT count(*) FROM documents WHERE state = 'published'") == [(2,)]
