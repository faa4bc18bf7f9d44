"""The whole job in one call."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from contextlib import aclosing
from pathlib import Path

from pdfpipe.batch.disk_space import check_space
from pdfpipe.batch.events import Event
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.plan import plan
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.config.folders import Configuration
from pdfpipe.model.settings import Settings

__all__ = ["convert", "convert_sync"]

AnyPath = str | os.PathLike[str]


async def convert(
    scans: AnyPath | Iterable[AnyPath],
    output: AnyPath,
    settings: Settings | Configuration = Settings(),  # noqa: B008 - frozen
    *,
    on_event: Callable[[Event], object] | None = None,
) -> Report:
    """Convert files and folders of scans into searchable PDFs below `output`.

    What fails is in the report; see `pdfpipe.plan` for how files become documents and
    `pdfpipe.Pipeline` for the events.

    Raises:
        UsageError, MissingDependencyError: before anything is written.
        StorageError: the outputs cannot be written, or clearly would not fit on the disk.

    """
    paths = [Path(scans)] if isinstance(scans, str | os.PathLike) else [Path(scan) for scan in scans]
    planned = plan(paths, Path(output), settings)
    check_space(planned.documents)
    report = ReportBuilder(planned.documents)
    start = time.monotonic()
    # What concerns the whole run is alike in all; the workers load the engine of the first.
    async with aclosing(Pipeline(planned.documents[0].settings).run(planned.documents)) as events:
        async for event in events:
            report.add(event)
            if on_event is not None:
                on_event(event)
    return report.build(time.monotonic() - start)


def convert_sync(
    scans: AnyPath | Iterable[AnyPath],
    output: AnyPath,
    settings: Settings | Configuration = Settings(),  # noqa: B008 - frozen
    *,
    on_event: Callable[[Event], object] | None = None,
) -> Report:
    """`convert` for programs without an event loop."""
    return asyncio.run(convert(scans, output, settings, on_event=on_event))
