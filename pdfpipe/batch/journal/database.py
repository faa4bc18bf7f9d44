"""Open a journal's database: make it, migrate it, set it aside if it is damaged; and tell what fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pdfpipe.batch.journal import schema
from pdfpipe.errors import DiskFullError, NewerJournalError, StorageError
from pdfpipe.model.names import shown

__all__ = ["close", "damage_told", "errors_told", "is_damage", "open_to_read", "open_to_write", "transaction"]

_PATIENCE: Final = 5.0
"""Seconds to wait for another program that writes to the database."""

_BESIDE: Final = ("-wal", "-shm", "-journal")

_REASONS: Final = {
    sqlite3.SQLITE_FULL: "the disk is full; free some space and run the same command again",
    sqlite3.SQLITE_READONLY: "there is no permission to write there, or the file system is read-only",
    sqlite3.SQLITE_CANTOPEN: "there is no permission to open it",
    sqlite3.SQLITE_BUSY: "another program is writing to it; close that and run the same command again",
    sqlite3.SQLITE_CORRUPT: "it is damaged; run the same command again, and it is made anew",
    sqlite3.SQLITE_NOTADB: "it is damaged; run the same command again, and it is made anew",
}
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class _DamagedError(sqlite3.DatabaseError):
    """What is there is no journal."""


def open_to_write(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """The journal at `path`, of this version, made if it is missing; where a damaged one was set aside.

    Raises:
        NewerJournalError: it is of a newer pdfpipe.
        StorageError: it cannot be written.

    """
    with errors_told(path):
        try:
            return _opened(path), None
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        aside = _set_aside(path)
        return _opened(path), aside


def open_to_read(path: Path) -> sqlite3.Connection:
    """The journal at `path`, which is not changed, as this version's; another process may be writing it.

    Raises:
        NewerJournalError: it is of a newer pdfpipe.
        StorageError: it cannot be read.

    """
    with damage_told(path):
        # As a URI of the absolute path: names may have any character.
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, check_same_thread=False)
        try:
            version = _checked_version(connection, path)
            if version == len(schema.MIGRATIONS):
                return connection
            copy = sqlite3.connect(":memory:", isolation_level=None)
            connection.backup(copy)
        except BaseException:
            connection.close()
            raise
        connection.close()
        _migrate(copy, version)
        return copy


def close(connection: sqlite3.Connection) -> None:
    """Close a journal that was written, as one file that can be read from a read-only disk too."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA busy_timeout = 0")
        # Fails while somebody reads it, and then stays for the next run.
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written within, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def errors_told(path: Path) -> Iterator[None]:
    """SQLite's errors as a StorageError that says what to do; a DiskFullError where there is no room."""
    try:
        yield
    except sqlite3.Error as error:
        kind = DiskFullError if _primary(error) == sqlite3.SQLITE_FULL else StorageError
        raise kind(f"cannot write {shown(path)}: {_reason(error)}") from error


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """SQLite's errors as a StorageError, for one who only reads."""
    try:
        yield
    except sqlite3.Error as error:
        if is_damage(error):
            message = (
                f"{shown(path)} is damaged: the next pdfpipe convert into this folder sets it aside and "
                "makes it anew from the documents"
            )
            raise StorageError(message) from error
        raise StorageError(f"cannot read {shown(path)}: {error}") from error


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the database is to blame, and not the disk or the moment."""
    return isinstance(error, _DamagedError) or _primary(error) in _DAMAGE


def _primary(error: sqlite3.Error) -> int:
    """The error's code without what narrows it down (sqlite.org/rescode.html)."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _reason(error: sqlite3.Error) -> str:
    return _REASONS.get(_primary(error), str(error))


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=_PATIENCE, check_same_thread=False)
    try:
        version = _checked_version(connection, path)
        _check_all(connection)
        with suppress(sqlite3.OperationalError):  # not on every file system; then it goes on as it is
            connection.execute("PRAGMA journal_mode = WAL")
        # With a log, a power cut loses the last records at most; without one, it may lose the file.
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")
        _migrate(connection, version)
    except BaseException:
        connection.close()
        raise
    return connection


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the schema; 0 for an empty database, which is what a killed process may leave."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not names and version == 0:
        return 0
    if application != schema.APPLICATION_ID or version < 1:
        raise _DamagedError("it is another program's database")
    if version > len(schema.MIGRATIONS):
        raise NewerJournalError(
            f"{shown(path)} is of a newer pdfpipe (version {version} of its tables, and this one knows "
            f"{len(schema.MIGRATIONS)}): update pdfpipe, or convert without it by --no-journal"
        )
    if not names.issuperset(schema.TABLES):
        raise _DamagedError("tables are missing")
    return version


def _check_all(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise _DamagedError(found)


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Bring the schema from a version to this one's, all at once or not at all."""
    if version == len(schema.MIGRATIONS):
        return
    with transaction(connection):
        for script in schema.MIGRATIONS[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS)}")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _set_aside(path: Path) -> Path:
    """Rename a damaged journal, with the files that belong to it."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    aside, number = path.with_name(f"journal.damaged-{stamp}"), 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"journal.damaged-{stamp}-{number}")
    try:
        path.rename(aside)
        for tail in _BESIDE:
            with suppress(FileNotFoundError):
                path.with_name(path.name + tail).rename(aside.with_name(aside.name + tail))
    except OSError as error:
        raise StorageError(
            f"{shown(path)} is damaged and cannot be set aside: {error.strerror or error}"
        ) from error
    return aside
