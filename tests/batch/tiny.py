"""Small scans, settings that read them without OCR, and short ways to run a batch in this process."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from pdfpipe.batch.events import Event
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.plan import plan
from pdfpipe.batch.report import Report, ReportBuilder
from pdfpipe.batch.work import WorkExecutor, run_job
from pdfpipe.config.folders import Configuration
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Settings

PART_SUFFIX = ".pdfpipe-part"

KEPT_ABOUT_DOCUMENTS = {".pdfpipe/journal.sqlite3", ".pdfpipe/lock"}
"""What a run leaves in the folder besides documents; while it runs, SQLite has files beside the journal."""


def scripted(*options: tuple[str, str], **settings: Any) -> Settings:
    """Settings under which pages are read by the scripted engine: three words each, or as `options` say."""
    merged = {"words": "3", **dict(options)}
    return Settings(engine="scripted", engine_options=tuple(merged.items()), jobs=1, **settings)


def write_page(path: Path, shade: int = 200) -> Path:
    """A small grey page at 300 dpi, in the format that the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", (120, 160), shade).save(path, dpi=(300, 300))
    return path


def write_pages(folder: Path, *names: str) -> Path:
    """A folder of pages that differ."""
    for number, name in enumerate(names):
        write_page(folder / name, 100 + number)
    return folder


def write_tiff(path: Path, pages: int) -> Path:
    """A TIFF file of so many pages."""
    path.parent.mkdir(parents=True, exist_ok=True)
    first, *rest = (Image.new("L", (120, 160), 100 + number) for number in range(pages))
    first.save(path, dpi=(300, 300), save_all=True, append_images=rest)
    return path


def documents(scans: Path, out: Path, settings: Settings | Configuration) -> tuple[DocumentJob, ...]:
    return plan([scans], out, settings).documents


async def events_of(
    jobs: Iterable[DocumentJob],
    settings: Settings,
    executor: WorkExecutor | None = None,
) -> list[Event]:
    """All events of a run; pages are done in this process unless an executor is given."""
    pipeline = Pipeline(settings, executor=executor or InlineExecutor(run_job))
    async with aclosing(pipeline.run(jobs)) as events:
        return [event async for event in events]


def run_batch(scans: Path, out: Path, settings: Settings | Configuration) -> Report:
    """Convert in this process."""
    jobs = documents(scans, out, settings)
    report = ReportBuilder(jobs)
    for event in asyncio.run(events_of(jobs, jobs[0].settings)):
        report.add(event)
    return report.build(1.0)


def with_settings(jobs: Iterable[DocumentJob], settings: Settings) -> tuple[DocumentJob, ...]:
    return tuple(msgspec.structs.replace(job, settings=settings) for job in jobs)


def files_below(folder: Path) -> set[str]:
    """The names of all files below a folder, hidden ones too, relative to it, but for the journal."""
    found = {
        os.path.relpath(Path(base, name), folder) for base, _, names in os.walk(folder) for name in names
    }
    return {name for name in found if not name.endswith(tuple(KEPT_ABOUT_DOCUMENTS))}


def make_older(path: Path, seconds: float = 10) -> None:
    """As if the file had been written a while ago: no test waits for a clock."""
    status = path.stat()
    earlier = status.st_mtime_ns - int(seconds * 1e9)
    os.utime(path, ns=(earlier, earlier))
