"""Batches with a journal, and what the shell of SQLite would show of it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any

from pdfpipe.batch.events import Event
from pdfpipe.batch.journal import Journal, RunCommand
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.work import WorkExecutor, run_job
from pdfpipe.errors import ExitCode
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Settings
from tests.batch.tiny import documents, scripted

COMMAND = RunCommand("convert", ("--", "scans"), Path("/somewhere"))


def journal_of(out: Path) -> Path:
    return out / ".pdfpipe" / "journal.sqlite3"


def rows(out: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query gives, from the file as any program reads it."""
    with closing(sqlite3.connect(journal_of(out))) as connection:
        return connection.execute(query, values).fetchall()


def write(out: Path, query: str) -> None:
    with closing(sqlite3.connect(journal_of(out))) as connection, connection:
        connection.executescript(query)


def run_journaled(
    scans: Path,
    out: Path,
    settings: Settings | None = None,
    *,
    command: RunCommand = COMMAND,
    executor: WorkExecutor | None = None,
    jobs: tuple[DocumentJob, ...] | None = None,
) -> list[Event]:
    """Convert in this process and keep the journal; returns the events."""
    planned = jobs if jobs is not None else documents(scans, out, settings or scripted())
    return asyncio.run(_run(planned, out, command, executor))


async def _run(
    jobs: tuple[DocumentJob, ...], out: Path, command: RunCommand, executor: WorkExecutor | None
) -> list[Event]:
    journal = Journal(out, command)
    try:
        journal.plan(jobs)
        pipeline = Pipeline(jobs[0].settings, executor=executor or InlineExecutor(run_job), journal=journal)
        async with aclosing(pipeline.run(jobs)) as stream:
            events = [event async for event in stream]
        journal.end(ExitCode.OK)
    finally:
        journal.close()
    return events
