"""Have scans looked at by worker processes; what was seen of a scan that has not changed is remembered."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Final, Protocol

import msgspec

from pdfpipe.batch.language_choice import with_languages
from pdfpipe.batch.sheets.look_job import LookJob
from pdfpipe.batch.workers import memory_of_a_worker, number_of_workers
from pdfpipe.config.settings import with_profile
from pdfpipe.errors import WorkerCrashedError
from pdfpipe.execution.blocking import BlockingCalls
from pdfpipe.model.job import PageSource
from pdfpipe.model.preprocessing_settings import ORIENTATION
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import SheetLook, Sought
from pdfpipe.ocr.cache.fingerprint import code_digest, versions
from pdfpipe.ocr.cache.results import opened, scan_key
from pdfpipe.ocr.engine import EngineSpec

__all__ = ["OnLook", "looks"]

_CODE: Final = (
    "imaging/*.py",
    "imaging/sheets/*.py",
    "imaging/stages/blank.py",
    "imaging/stages/crop.py",
    "imaging/stages/gutter.py",
    "imaging/stages/skew.py",
    "batch/orientation.py",
    "batch/sheets/binding.py",
    "model/half.py",
    "model/sheet_look.py",
)
_LIBRARIES: Final = ("opencv-python-headless", "pillow", "zxing-cpp")


class OnLook(Protocol):
    """Hears how many scans have been looked at, and how many are to be; what it raises ends the looking."""

    def __call__(self, done: int, total: int, /) -> object:
        """So many are done."""
        ...


def looks(
    scans: Sequence[tuple[PageSource, tuple[Sought, ...], Settings]], on_look: OnLook | None = None
) -> Generator[SheetLook, None, None]:
    """What is seen on each scan of what is sought, in their order.

    Processes are started for what is not remembered.  A scan under which one dies is said not to have been
    looked at.
    """
    jobs = [_job(*scan) for scan in scans]
    remembered = [_remembered(job) for job in jobs]
    anew = [job for job, look in zip(jobs, remembered, strict=True) if look is None]
    if not anew:
        yield from (look for look in remembered if look is not None)
        return
    settings = scans[0][2]  # time, memory and processes are settings of the run, alike in all documents
    calls: BlockingCalls[LookJob, SheetLook] = BlockingCalls(
        _run_look,
        min(number_of_workers(settings), len(anew)),
        seconds=settings.page_timeout or None,
        memory=memory_of_a_worker(settings),
    )
    with calls:
        seen = _told(calls.each(anew), len(anew), on_look)
        yield from (look if look is not None else next(seen) for look in remembered)


def _told(
    outcomes: Iterable[SheetLook | WorkerCrashedError], total: int, on_look: OnLook | None
) -> Iterator[SheetLook]:
    for done, outcome in enumerate(outcomes, 1):
        if on_look is not None:
            on_look(done, total)
        yield SheetLook(failure=outcome.args[0]) if isinstance(outcome, WorkerCrashedError) else outcome


def _job(source: PageSource, sought: tuple[Sought, ...], settings: Settings) -> LookJob:
    # A worker may have another working folder.
    source = msgspec.structs.replace(source, path=source.path.absolute())
    reader = _reader(settings) if Sought.BINDING in sought else None
    job = LookJob(
        source, sought, settings.image_dpi, settings.max_image_mpixels * 1e6, settings.cache, reader
    )
    stamp = source.stamp
    if stamp is None or opened(settings.cache) is None:
        return job
    spec = EngineSpec.from_settings(reader) if reader is not None else None
    parts = (_code(), [one.value for one in sought], settings.image_dpi, spec)
    key = scan_key(repr(parts), source.path, source.frame, (stamp.size, stamp.mtime_ns))
    return msgspec.structs.replace(job, key=key)


def _reader(settings: Settings) -> Settings | None:
    """The settings to read some lines with, where scans may have to be turned."""
    settings = with_languages(settings)
    preprocessing = with_profile(settings).preprocessing
    return settings if preprocessing.is_auto or ORIENTATION in preprocessing.stages else None


def _code() -> str:
    return f"{code_digest(_CODE)} {versions(_LIBRARIES)}"


def _remembered(job: LookJob) -> SheetLook | None:
    cache = opened(job.cache)
    return cache.get(job.key, SheetLook) if cache is not None and job.key else None


def _run_look(job: LookJob) -> SheetLook:
    # In the workers: this process needs no decoders.
    from pdfpipe.batch.sheets.look_task import run_look

    return run_look(job)
