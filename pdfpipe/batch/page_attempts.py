"""What is tried in turn on a page under which worker processes die or hang."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pdfpipe.batch.turns import Turns
from pdfpipe.errors import PdfpipeError, WorkerCrashedError, WorkerTimeoutError
from pdfpipe.model.job import Failure, PageJob, PageResult, PageWork, Stage
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.auto.plugin import usable_engines
from pdfpipe.ocr.engine import EngineSpec

__all__ = ["run_with_attempts"]


async def run_with_attempts(turns: Turns, job: PageJob) -> PageResult:
    """Run the page task; where the worker dies, once more while nothing else runs, then with each of several
    engines alone, at last without any.  What hung is not tried again as it was: it would hang again.

    A page that another attempt saves says so in its notes; one without text has the failure beside its
    image.
    """
    crashed: WorkerCrashedError | None = None
    tries = 0
    for attempt in _attempts(job):
        if attempt == job and isinstance(crashed, WorkerTimeoutError):
            continue
        tries += 1
        try:
            # What hung does so whoever is beside it, and would keep all others waiting.
            beside_others = crashed is None or isinstance(crashed, WorkerTimeoutError)
            result = await (turns.page(attempt) if beside_others else turns.page_alone(attempt))
        except WorkerCrashedError as error:
            crashed = error
            continue
        result = msgspec.structs.replace(result, attempts=tries)
        if crashed is None or result.failure is not None:
            return result
        if attempt.work is PageWork.WITHOUT_TEXT and job.work is PageWork.FULL:
            return msgspec.structs.replace(result, failure=_failure(job, crashed))
        return msgspec.structs.replace(result, notes=(*result.notes, _how_read(attempt, job, crashed)))
    assert crashed is not None  # noqa: S101 - for mypy
    return PageResult(job.number, job.source, failure=_failure(job, crashed), attempts=tries)


def _attempts(job: PageJob) -> Iterator[PageJob]:
    yield job
    yield job
    if job.work is PageWork.FULL:
        for settings in _each_engine_alone(job.settings):
            yield msgspec.structs.replace(job, settings=settings)
        yield msgspec.structs.replace(job, work=PageWork.WITHOUT_TEXT)


def _each_engine_alone(settings: Settings) -> list[Settings]:
    if settings.engine != "auto":
        return []
    try:
        engines = [spec.name for spec in usable_engines(EngineSpec.from_settings(settings))]
    except PdfpipeError:  # what is wrong has been told when the engine was to be made
        return []
    if len(engines) < 2:
        return []
    return [msgspec.structs.replace(settings, engines=(name,)) for name in engines]


def _how_read(attempt: PageJob, job: PageJob, crashed: WorkerCrashedError) -> str:
    if attempt == job:
        return f"done on a second try, with nothing beside it: at first {crashed.args[0]}"
    return f"read by {attempt.settings.engines[0]} alone: with the other engines {crashed.args[0]}"


def _failure(job: PageJob, error: WorkerCrashedError) -> Failure:
    message, *last_words = error.args
    return Failure(
        Stage.WORKER,
        f"{message}, and again on a second try, alone"
        if not isinstance(error, WorkerTimeoutError)
        else message,
        job.source.path,
        job.number,
        "\n".join(last_words),
    )
