"""Have a written document read back by the workers, some pages each, before it is published."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from pdfpipe.batch.publication import Publication
from pdfpipe.batch.turns import Turns
from pdfpipe.errors import WorkerCrashedError
from pdfpipe.model.job import Failure, Stage
from pdfpipe.model.proof import Fault, ProofJob, ProofResult

__all__ = ["prove"]

_MOST_PAGES: Final = 64
"""Of one job: few enough to share a long document among the workers, enough to be worth opening it."""

_ADVICE: Final = (
    "so the document was not published; run the same command again, and report it if this happens again"
)
_MOST_FAULTS: Final = 20
"""Told of one document; if much is wrong, a few pages say it."""


async def prove(file: Publication, turns: Turns) -> tuple[bytes, list[Failure]]:
    """The digests of all pages of a finished document, and what is wrong with it.

    Raises:
        StorageError: what is expected of it cannot be read.

    """
    pages_each = max(1, min(_MOST_PAGES, -(-file.pages // turns.capacity)))
    starts = range(0, file.pages, pages_each) or range(1)
    at_once = asyncio.Semaphore(turns.capacity)

    async def prove_from(start: int) -> ProofResult:
        async with at_once:  # what is expected is read when its turn comes, so that it does not pile up
            job = file.proof(start, min(start + pages_each, file.pages))
            return await _read_back(job, turns)

    async with asyncio.TaskGroup() as group:
        proofs = [group.create_task(prove_from(start)) for start in starts]
    results = [proof.result() for proof in proofs]
    faults = dict.fromkeys(fault for result in results for fault in result.faults)
    failures = [
        Failure(Stage.PROVE, f"the proof failed: {fault.message}", file.target, fault.page)
        for fault in list(faults)[:_MOST_FAULTS]
    ]
    if failures:
        failures.append(Failure(Stage.PROVE, _ADVICE, file.target))
    return b"".join(result.digests for result in results), failures


async def _read_back(job: ProofJob, turns: Turns) -> ProofResult:
    """Run one job; where the worker dies or is too slow, again with each page by itself."""
    try:
        return await turns.proof(job)
    except WorkerCrashedError:
        results = [await _read_page_back(job, index, turns) for index in range(len(job.expected))]
    faults = tuple(fault for result in results for fault in result.faults)
    return ProofResult(faults, b"".join(result.digests for result in results))


async def _read_page_back(job: ProofJob, index: int, turns: Turns) -> ProofResult:
    number = job.first + index
    page = msgspec.structs.replace(job, first=number, expected=job.expected[index : index + 1])
    try:
        return await turns.proof(page)
    except WorkerCrashedError as error:
        return ProofResult((Fault(f"it cannot be read back: {error.args[0]}", number),), b"")
