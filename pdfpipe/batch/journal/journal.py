"""The journal of a folder of documents: who writes it, and what of each event it keeps."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe._version import __version__
from pdfpipe.batch.events import (
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
    PageSummary,
)
from pdfpipe.batch.freshness import Recorded, digest
from pdfpipe.batch.journal import database
from pdfpipe.batch.journal import statements as sql
from pdfpipe.batch.journal.lock import FolderLock, Holder, is_alive
from pdfpipe.batch.journal.recovery import rebuild
from pdfpipe.batch.journal.schema import loaded_path, printable, stored_path
from pdfpipe.batch.journal.sweep import sweep, sweep_files
from pdfpipe.batch.journal.values import DocumentState, PageState, RunCommand, RunState
from pdfpipe.errors import DiskFullError, ExitCode
from pdfpipe.model.fault_settings import OnFullDisk
from pdfpipe.model.job import DocumentJob, Failure

__all__ = ["HOME", "JOURNAL", "LOCK", "Journal"]

HOME: Final = ".pdfpipe"
"""The folder, in that of the documents, of all that is kept about them."""
JOURNAL: Final = "journal.sqlite3"
LOCK: Final = "lock"

_AT_ONCE: Final = 500
"""Documents that were up to date are recorded with the next other event, but no more of them than this."""


class Journal:
    """Keeps what happens to the documents of one folder; one process at a time does.

    What is recorded is in the file at once, though not yet on the disk: a killed process loses nothing, a
    power cut perhaps the last records, of which the documents themselves then tell
    (`pdfpipe.batch.freshness`).
    """

    def __init__(self, folder: Path, command: RunCommand) -> None:
        """Take the folder's lock, open or make the journal, and begin a run in it.

        A damaged journal is set aside, as `set_aside` then says, and what a killed run has left is removed.

        Raises:
            BatchRunningError: another process is at work in the folder.
            NewerJournalError: the journal is of a newer pdfpipe.
            StorageError: the journal cannot be written.
            OSError: its folder or its lock cannot be made.

        """
        home = folder / HOME
        self._made = [one for one in (home, *home.parents) if not one.exists()]
        home.mkdir(parents=True, exist_ok=True)
        self.path = home / JOURNAL
        self._is_new = not self.path.exists()
        self._folder = folder
        self._prefix = os.path.join(folder, "")  # noqa: PTH118 - with the separator at its end
        self._command, self._is_open = command, True
        self._skipped: list[str | bytes] = []
        self._unwritten: list[Event] = []
        self._last_asked: tuple[str | bytes, Recorded | None] = (b"", None)
        self._lock = FolderLock(home / LOCK, folder)
        try:
            self._database, self.set_aside = database.open_to_write(self.path)
            try:
                with database.errors_told(self.path):
                    if self.set_aside is not None:
                        rebuild(self._database, folder)
                    self._sweep()
                    self._run = self._begin()
            except BaseException:
                database.close(self._database)
                raise
        except BaseException:
            self._lock.release()
            raise

    def plan(self, jobs: Iterable[DocumentJob], *, are_all: bool = True) -> None:
        """Documents that are to be made, or looked at.

        Where they `are_all` that the command has, those that it could not make earlier and has no more are
        forgotten.

        Raises:
            StorageError: the journal cannot be written.

        """
        rows = [(self._key(job), printable(job.name), self._run, len(job.pages)) for job in jobs]
        with database.errors_told(self.path), self._transaction():
            self._database.executemany(sql.PLAN, rows)
            if are_all and self._command.retries is None:
                self._database.execute(sql.FORGET, {"run": self._run})

    def recorded(self, job: DocumentJob) -> Recorded | None:
        """What is known of the document that stands.

        Raises:
            StorageError: the journal cannot be read.

        """
        key = self._key(job)
        with database.errors_told(self.path):
            row = self._database.execute(sql.RECORDED, (key,)).fetchone()
        self._last_asked = (key, Recorded(*row) if row is not None and None not in row[:3] else None)
        return self._last_asked[1]

    def record(self, event: Event) -> None:
        """Keep what happened, before anybody else hears of it.

        On a full disk, a run that waits for room goes on waiting: the record is written with a later one.

        Raises:
            StorageError: the journal cannot be written.

        """
        if isinstance(event, DocumentSkipped):
            self._skipped.append(self._key(event.document))
            with database.errors_told(self.path):
                self._look_again(event.document)
                if len(self._skipped) < _AT_ONCE:  # nobody waits to hear of it
                    return
        try:
            with database.errors_told(self.path), self._transaction():
                self._keep(event)
        except DiskFullError:
            if event.document.settings.faults.on_full_disk is not OnFullDisk.PAUSE:
                raise
            if isinstance(event, PageDone):
                event = PageDone(event.document, event.page)  # without its text, which may be long
            self._unwritten.append(event)

    def end(self, exit_code: ExitCode, error: BaseException | None = None) -> None:
        """The run is over, by `error` if it ended early; the journal is closed.  A second time, do nothing.

        Raises:
            StorageError: the journal cannot be written; it is closed all the same.

        """
        if not self._is_open:
            return
        try:
            with database.errors_told(self.path), self._transaction():
                self._database.execute(
                    "UPDATE runs SET state = ?, ended = ?, exit_code = ?, error = ? WHERE id = ?",
                    (
                        RunState.ENDED.value,
                        _now(),
                        int(exit_code),
                        printable(str(error) or type(error).__name__) if error is not None else None,
                        self._run,
                    ),
                )
        finally:
            self.close()

    def close(self) -> None:
        """Leave the journal and its folder to others; a second time, do nothing."""
        if self._is_open:
            self._is_open = False
            database.close(self._database)
            self._lock.release()

    def undo(self) -> None:
        """Close a journal of a run that has done nothing and leave nothing behind, if it is the first."""
        if not self._is_new or not self._is_open:
            return
        self._is_open = False
        database.close(self._database)
        with suppress(OSError):
            self.path.unlink()
            self._lock.remove()
            for folder in self._made:
                folder.rmdir()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing, with the documents that were skipped before."""
        with database.transaction(self._database):
            self._database.executemany(sql.SKIPPED, [(self._run, key) for key in self._skipped])
            for event in self._unwritten:
                self._keep(event)
            yield
        self._skipped.clear()
        self._unwritten.clear()

    def _keep(self, event: Event) -> None:
        match event:
            case PageDone():
                self._page(self._known(event.document), event.page)
            case DocumentPublished():
                self._published(self._known(event.document), event)
            case DocumentFailed():
                self._failed(self._known(event.document), event)

    def _key(self, job: DocumentJob) -> str | bytes:
        """The document's name in the journal: its place in the folder."""
        output = os.fspath(job.output)
        if output.startswith(self._prefix):
            return stored_path(output[len(self._prefix) :])
        return stored_path(os.path.relpath(output, self._folder))

    def _known(self, job: DocumentJob) -> str | bytes:
        """The name of a document that is in the journal, from now on if it was not planned."""
        key = self._key(job)
        self._database.execute(sql.NEW, (key, printable(job.name), self._run, len(job.pages)))
        return key

    def _begin(self) -> int:
        me, command = Holder.me(), self._command
        with self._transaction():
            cursor = self._database.execute(
                "INSERT INTO runs (state, started, pid, host, version, command, arguments, working_folder,"
                " others, retries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    RunState.RUNNING.value,
                    _now(),
                    me.pid,
                    me.host,
                    __version__,
                    command.name,
                    json.dumps(command.arguments),
                    stored_path(command.working_folder),
                    json.dumps([os.fspath(path) for path in command.others]),
                    command.retries,
                ),
            )
        assert cursor.lastrowid is not None  # noqa: S101 - for mypy
        return cursor.lastrowid

    def _sweep(self) -> None:
        """Clean up after runs that were killed; without a lock, only after those that are surely dead."""
        rows = self._database.execute(
            "SELECT id, pid, host, others FROM runs WHERE state = ?", (RunState.RUNNING.value,)
        ).fetchall()
        for run, pid, host, others in rows:
            if not self._lock.is_exclusive and is_alive(Holder(pid, host)):
                continue
            waiting = self._database.execute(
                "SELECT output FROM documents WHERE run = ? AND state = ?", (run, DocumentState.WAITING.value)
            )
            sweep(self._folder / loaded_path(output) for (output,) in waiting.fetchall())
            sweep_files(map(Path, json.loads(others)))
            with self._transaction():
                self._database.execute("UPDATE runs SET state = ? WHERE id = ?", (RunState.KILLED.value, run))

    def _page(self, key: str | bytes, page: PageSummary) -> None:
        source, stamp = page.source, page.source.stamp
        self._database.execute(
            sql.PAGE,
            (
                key,
                self._run,
                page.number,
                stored_path(source.path),
                source.frame,
                stamp.size if stamp is not None else None,
                stamp.mtime_ns if stamp is not None else None,
                page.content_hash or None,
                _page_state(page).value,
                page.attempts,
                page.words,
                page.confidence,
                page.from_cache,
                msgspec.json.encode({stage: round(seconds, 4) for stage, seconds in page.seconds}).decode(),
                _now(),
            ),
        )
        if page.failure is not None:
            self._failure(key, page.failure, page.number)

    def _published(self, key: str | bytes, event: DocumentPublished) -> None:
        size: int | None = None
        mtime_ns: int | None = None
        with suppress(OSError):  # somebody has moved it away already
            status = event.output.stat()
            size, mtime_ns = status.st_size, status.st_mtime_ns
        settings = event.document.settings
        languages = event.language.languages if event.language is not None else settings.languages
        self._database.execute(
            sql.PUBLISHED,
            (
                self._run,
                len(event.pages),
                _now(),
                digest(event.document),
                event.document.stands_for,
                size,
                mtime_ns,
                event.bytes_in,
                "+".join(languages),
                str(event.level or "PDF"),
                key,
            ),
        )
        self._keep_only(self._run, key)

    def _look_again(self, job: DocumentJob) -> None:
        """Bring a record up to date that did not know the document, which has told of itself."""
        key = self._key(job)
        known = self._last_asked[1] if self._last_asked[0] == key else self.recorded(job)
        with suppress(OSError):  # somebody has moved it away already
            status = job.output.stat()
            if known is None or not known.matches(status):
                self._known(job)
                self._database.execute(sql.FOUND, (digest(job), status.st_size, status.st_mtime_ns, key))
                self._settle(key)

    def _settle(self, key: str | bytes) -> None:
        """Of runs that have read the pages of a document, and were killed, the last one has made it."""
        ((run,),) = self._database.execute(sql.LAST_COMPLETE_RUN, (key,)).fetchall()
        if run is not None:
            self._database.execute(sql.MADE_BY, (run, key))
            self._keep_only(run, key)

    def _keep_only(self, run: int, key: str | bytes) -> None:
        for table in ("pages", "failures"):
            self._database.execute(f"DELETE FROM {table} WHERE {sql.NOT_OF_RUN}", (key, run))  # noqa: S608

    def _failed(self, key: str | bytes, event: DocumentFailed) -> None:
        (document,) = self._database.execute("SELECT id FROM documents WHERE output = ?", (key,)).fetchone()
        for table in ("pages", "failures"):
            self._database.execute(f"DELETE FROM {table} WHERE {sql.NOT_STANDING}", (document, self._run))  # noqa: S608
        self._database.execute(
            "UPDATE documents SET state = ? WHERE id = ?", (DocumentState.FAILED.value, document)
        )
        for failure in event.failures:
            self._failure(key, failure, failure.page)

    def _failure(self, key: str | bytes, failure: Failure, page: int | None) -> None:
        path = stored_path(failure.path) if failure.path is not None else None
        self._database.execute(
            sql.FAILURE,
            (
                key,
                self._run,
                page,
                path,
                failure.stage.value,
                printable(failure.message),
                printable(failure.detail),
            ),
        )


def _page_state(page: PageSummary) -> PageState:
    if page.dropped:
        return PageState.DROPPED
    if not page.read:
        return PageState.CHECKED
    if page.failure is None:
        return PageState.READ
    return PageState.WITHOUT_TEXT if page.dpi is not None else PageState.FAILED


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
