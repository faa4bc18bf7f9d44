"""The whole job in one call."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, aclosing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pdfpipe.batch.disk_space import check_space
from pdfpipe.batch.events import Event
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.plan import Plan, plan
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.batch.tasks import uninterrupted
from pdfpipe.config.folders import Configuration
from pdfpipe.model.settings import Settings

if TYPE_CHECKING:
    from pdfpipe.batch.journal import Journal

__all__ = ["convert", "convert_sync"]

_log: Final = logging.getLogger(__name__)

AnyPath = str | os.PathLike[str]


async def convert(
    scans: AnyPath | Iterable[AnyPath],
    output: AnyPath,
    settings: Settings | Configuration = Settings(),  # noqa: B008 - frozen
    *,
    on_event: Callable[[Event], object] | None = None,
    journal: bool = True,
) -> Report:
    """Convert files and folders of scans into searchable PDFs below `output`.

    What fails is in the report; see `pdfpipe.plan` for how files become documents and
    `pdfpipe.Pipeline` for the events.  If `output` is a folder, a `journal` of what is done is kept in it,
    by which ``pdfpipe status`` tells how its documents stand; no two processes make documents there at once.

    Raises:
        UsageError, MissingDependencyError: before anything is written.
        StorageError: the outputs cannot be written, or clearly would not fit on the disk.
        BatchRunningError: another process is making documents there.

    """
    paths = [Path(scans)] if isinstance(scans, str | os.PathLike) else [Path(scan) for scan in scans]
    planned = await _planned(paths, Path(output), settings)
    check_space(planned.documents)
    builder = ReportBuilder(planned.documents)
    start = time.monotonic()
    # What concerns the whole run is alike in all; the workers load the engine of the first.
    settings_of_run = planned.documents[0].settings
    with _journal(paths, Path(output)) if journal else nullcontext() as kept:
        if kept is not None:
            kept.plan(planned.documents)
        async with aclosing(Pipeline(settings_of_run, journal=kept).run(planned.documents)) as events:
            async for event in events:
                builder.add(event)
                if on_event is not None:
                    on_event(event)
        report = builder.build(time.monotonic() - start)
        if kept is not None:
            kept.end(report.exit_code)
    return report


async def _planned(scans: list[Path], output: Path, settings: Settings | Configuration) -> Plan:
    """The plan, made in a thread, as scans may have to be looked at for it; given up when cancelled."""
    is_given_up = False

    def give_up() -> None:
        nonlocal is_given_up
        is_given_up = True

    def go_on(_done: int, _total: int) -> None:
        if is_given_up:
            raise asyncio.CancelledError

    return await uninterrupted(lambda: plan(scans, output, settings, on_look=go_on), give_up)


def _journal(scans: Iterable[Path], output: Path) -> AbstractContextManager[Journal | None]:
    from pdfpipe.batch.journal import RunCommand, kept_journal  # SQLite, which single documents do not need

    command = RunCommand("python", tuple(map(os.fspath, scans)), Path.cwd())
    return kept_journal(output, command, _log.warning)


def convert_sync(
    scans: AnyPath | Iterable[AnyPath],
    output: AnyPath,
    settings: Settings | Configuration = Settings(),  # noqa: B008 - frozen
    *,
    on_event: Callable[[Event], object] | None = None,
    journal: bool = True,
) -> Report:
    """`convert` for programs without an event loop."""
    return asyncio.run(convert(scans, output, settings, on_event=on_event, journal=journal))
