"""Read a folder's journal: how its documents stand, and which are to be made again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pdfpipe.batch.journal import database
from pdfpipe.batch.journal.journal import HOME, JOURNAL, LOCK
from pdfpipe.batch.journal.lock import Holder, holder_of
from pdfpipe.batch.journal.schema import loaded_path
from pdfpipe.batch.journal.values import (
    BatchState,
    DocumentState,
    FailureRow,
    PageRow,
    RunCommand,
    RunRow,
    RunState,
    Status,
    ToRetry,
)
from pdfpipe.errors import UsageError
from pdfpipe.model.names import shown

__all__ = ["JournalReader", "open_reader"]

_RUN: Final = (
    "SELECT id, state, command, arguments, working_folder, others, version, pid, host, started, ended,"
    " exit_code, error, retries FROM runs"
)
_FAILURE: Final = (
    "SELECT output, stage, message, page, path FROM failures AS f JOIN documents AS d ON d.id = f.document"
)
_TO_RETRY: Final = """
SELECT coalesce(r.retries, r.id), d.output, EXISTS (
    SELECT 1 FROM pages AS p WHERE p.document = d.id AND p.run = d.made_by
    AND (:failed AND p.state = 'without text' OR p.confidence < :confidence)) AS is_poor
FROM documents AS d JOIN runs AS r ON r.id = d.run
WHERE is_poor OR :failed AND d.state IN ('failed', 'waiting')
"""
_STANDS: Final = "d.made_by IS NOT NULL"
_SPEED_FROM: Final = 64
"""Pages by which the speed is told, as in `pdfpipe.batch.progress`."""


@contextmanager
def open_reader(folder: Path) -> Iterator[JournalReader]:
    """The journal of a folder, which another process may be writing.

    Raises:
        UsageError: there is none.
        NewerJournalError: it is of a newer pdfpipe.
        StorageError: it cannot be read.

    """
    path = folder / HOME / JOURNAL
    if not path.is_file():
        reason = (
            "keeps one where it makes documents in a folder" if folder.is_dir() else "has made no such folder"
        )
        raise UsageError(f"there is no journal in {shown(folder)}: pdfpipe convert {reason}")
    connection = database.open_to_read(path)
    try:
        with database.damage_told(path):
            yield JournalReader(connection, folder)
    finally:
        connection.close()


class JournalReader:
    """Answers questions about the documents of a folder."""

    def __init__(self, connection: sqlite3.Connection, folder: Path) -> None:
        """Use `open_reader`."""
        self._database = connection
        self._folder = folder

    def last_run(self) -> RunRow | None:
        """The run that was begun last."""
        return next(self._runs("ORDER BY id DESC LIMIT 1"), None)

    def status(self, worst: int = 10) -> Status:
        """How the documents stand, with so many of the pages that are least sure."""
        run, holder = self.last_run(), holder_of(self._folder / HOME / LOCK)
        counts = self._rows("SELECT state, count(*), total(pages) FROM documents GROUP BY state")
        documents = {DocumentState(state): count for state, count, _ in counts}
        pages = {DocumentState(state): int(total) for state, _, total in counts}
        read, from_cache = self._one(
            "SELECT count(*), total(from_cache) FROM pages WHERE run = ?", run.id if run is not None else None
        )
        (of_waiting,) = self._one(
            "SELECT count(*) FROM pages AS p JOIN documents AS d ON d.id = p.document"
            " WHERE d.state = 'waiting' AND p.run = d.run"
        )
        done = sum(total for state, total in pages.items() if state is not DocumentState.WAITING) + of_waiting
        state = _state(run, holder, waiting=documents.get(DocumentState.WAITING, 0))
        speed = self._speed(run) if state is BatchState.RUNNING and run is not None else None
        return Status(
            state=state,
            run=run,
            holder=holder,
            documents=documents,
            pages=sum(pages.values()),
            pages_done=done,
            pages_read=read,
            from_cache=int(from_cache),
            pages_per_second=speed,
            seconds_left=(sum(pages.values()) - done) / speed if speed else None,
            failures=self._failures("f.run = d.run AND d.state = 'failed'"),
            without_text=self._failures(f"f.run = d.made_by AND f.page IS NOT NULL AND {_STANDS}"),
            least_confident=self._least_confident(worst),
        )

    def to_retry(self, *, failed: bool, less_confident_than: float | None) -> list[ToRetry]:
        """Documents to make again, by the runs that planned them first.

        Those that `failed`, were not come to, or have a page that could not be read; and those with a page
        of less confidence than this, 0 to 1.
        """
        found: dict[int, tuple[set[Path], set[Path]]] = {}
        values = {"failed": failed, "confidence": less_confident_than}
        for run, output, is_poor in self._database.execute(_TO_RETRY, values):
            outputs, poor = found.setdefault(run, (set(), set()))
            outputs.add(loaded_path(output))
            if is_poor:
                poor.add(loaded_path(output))
        return [
            ToRetry(next(self._runs("WHERE id = ?", run)), frozenset(outputs), frozenset(poor))
            for run, (outputs, poor) in sorted(found.items())
        ]

    def _failures(self, condition: str) -> tuple[FailureRow, ...]:
        rows = self._rows(f"{_FAILURE} WHERE {condition} ORDER BY output, page")
        return tuple(
            FailureRow(
                loaded_path(output), stage, message, page, loaded_path(path) if path is not None else None
            )
            for output, stage, message, page, path in rows
        )

    def _least_confident(self, most: int) -> tuple[PageRow, ...]:
        rows = self._rows(
            "SELECT output, number, path, confidence, words FROM pages AS p JOIN documents AS d"
            " ON d.id = p.document AND p.run = d.made_by WHERE confidence IS NOT NULL"
            " ORDER BY confidence, output, number LIMIT ?",
            most,
        )
        return tuple(
            PageRow(loaded_path(output), number, loaded_path(path), confidence, words)
            for output, number, path, confidence, words in rows
        )

    def _speed(self, run: RunRow) -> float | None:
        """Pages a second, by those read last."""
        count, first = self._one(
            "SELECT count(*), min(finished) FROM"
            " (SELECT finished FROM pages WHERE run = ? ORDER BY finished DESC LIMIT ?)",
            run.id,
            _SPEED_FROM,
        )
        if count < 2:
            return None
        seconds = (datetime.now(UTC) - datetime.fromisoformat(first)).total_seconds()
        return (count - 1) / seconds if seconds > 0 else None

    def _runs(self, condition: str, *values: Any) -> Iterator[RunRow]:
        for row in self._rows(f"{_RUN} {condition}", *values):
            (
                number,
                state,
                command,
                arguments,
                folder,
                others,
                version,
                pid,
                host,
                started,
                ended,
                code,
                error,
                retries,
            ) = row
            yield RunRow(
                number,
                RunState(state),
                RunCommand(
                    command,
                    tuple(json.loads(arguments)),
                    loaded_path(folder),
                    tuple(map(Path, json.loads(others))),
                    retries,
                ),
                version,
                Holder(pid, host),
                started,
                ended,
                code,
                error,
            )

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._database.execute(query, values).fetchall()

    def _one(self, query: str, *values: Any) -> tuple[Any, ...]:
        (row,) = self._rows(query, *values)
        return row


def _state(run: RunRow | None, holder: Holder | None, *, waiting: int) -> BatchState:
    if holder is not None:
        return BatchState.RUNNING
    was_cut_off = run is not None and run.state is not RunState.ENDED
    return BatchState.INTERRUPTED if was_cut_off or waiting else BatchState.FINISHED
