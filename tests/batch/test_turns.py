"""Many pages side by side, one alone, none during a pause; and nobody waits forever."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from pdfpipe.batch.turns import Turns
from pdfpipe.batch.work import Job, Outcome
from pdfpipe.model.job import PageJob, PageResult, PageSource
from pdfpipe.model.proof import ProofJob, ProofResult
from pdfpipe.model.settings import Settings

SOURCE = PageSource(Path("page.png"))


def page(number: int) -> PageJob:
    return PageJob(SOURCE, number, Settings())


PROOF = ProofJob(Path("a.pdf"), 1, 1, ())


class Recording:
    """Notes how many jobs run when each begins and when it ends; they take so many turns of the loop."""

    def __init__(self, capacity: int = 3, turns: int = 3) -> None:
        self.capacity = capacity
        self.running: list[Job] = []
        self.begun: list[Job] = []
        self.most = 0
        self.beside: dict[int, int] = {}
        self._turns = turns

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...

    async def run(self, job: Job) -> Outcome:
        self.running.append(job)
        self.begun.append(job)
        self._look()
        try:
            for _ in range(self._turns):
                await asyncio.sleep(0)
                self._look()
        finally:
            self.running.remove(job)
        return PageResult(job.number, job.source) if isinstance(job, PageJob) else ProofResult((), b"")

    def _look(self) -> None:
        self.most = max(self.most, len(self.running))
        for job in self.running:
            if isinstance(job, PageJob):
                self.beside[job.number] = max(self.beside.get(job.number, 0), len(self.running))


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_pages_run_side_by_side_up_to_the_capacity_in_their_order() -> None:
    executor = Recording()
    turns = Turns(executor)
    results = await asyncio.gather(*(turns.page(page(number)) for number in range(20)))
    assert [result.number for result in results] == list(range(20))
    assert [job.number for job in executor.begun if isinstance(job, PageJob)] == list(range(20))
    assert executor.most == 3


async def test_a_page_alone_has_nothing_beside_it_and_waits_for_what_runs_only() -> None:
    executor = Recording()
    turns = Turns(executor)
    others = [asyncio.create_task(turns.page(page(number))) for number in range(10)]
    await asyncio.sleep(0)
    alone = asyncio.create_task(turns.page_alone(page(99)))
    proof = asyncio.create_task(turns.proof(PROOF))
    await asyncio.gather(*others, alone, proof)
    assert executor.beside[99] == 1
    order = [job.number if isinstance(job, PageJob) else "proof" for job in executor.begun]
    assert order.index(99) == 3, "those that had not begun were to wait"
    assert order[-1] == "proof"


async def test_a_page_alone_that_is_cancelled_while_it_waits_or_runs_holds_up_nobody() -> None:
    executor = Recording(turns=10)
    turns = Turns(executor)
    for wait in (0, 1, 30):
        others = [asyncio.create_task(turns.page(page(number))) for number in range(5)]
        await asyncio.sleep(0)
        alone = asyncio.create_task(turns.page_alone(page(99)))
        for _ in range(wait):
            await asyncio.sleep(0)
        alone.cancel()
        async with asyncio.timeout(5):
            results = await asyncio.gather(*others, turns.proof(PROOF))
        assert len(results) == 6
        assert alone.done(), "cancelled, or over before that"


async def test_a_pause_holds_back_pages_and_lets_proofs_through() -> None:
    executor = Recording()
    turns = Turns(executor)
    first = asyncio.create_task(turns.page(page(1)))
    await asyncio.sleep(0)
    turns.pause("user")
    turns.pause("disk")
    others = [asyncio.create_task(turns.page(page(2))), asyncio.create_task(turns.page_alone(page(3)))]
    assert (await first).number == 1, "what runs is finished"
    await turns.proof(PROOF)
    for holder in ("user", "nobody"):
        turns.go_on(holder)
        await settle()
        assert len(executor.begun) == 2
    turns.go_on("disk")
    await asyncio.gather(*others)
    assert executor.beside[3] == 1


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_comes_and_goes_all_end_and_who_asked_to_be_alone_was(seed: int) -> None:
    chance = random.Random(seed)
    executor = Recording(capacity=chance.randint(1, 4), turns=chance.randint(0, 4))
    turns = Turns(executor)
    calls: list[asyncio.Task[object]] = []
    alone = set()
    for number in range(60):
        match chance.randrange(4):
            case 0:
                alone.add(number)
                calls.append(asyncio.create_task(turns.page_alone(page(number))))
            case 1:
                calls.append(asyncio.create_task(turns.proof(PROOF)))
            case _:
                calls.append(asyncio.create_task(turns.page(page(number))))
        if chance.random() < 0.2:
            chance.choice(calls).cancel()
        if chance.random() < 0.1:
            turns.pause("user")
        if chance.random() < 0.3:
            turns.go_on("user")
        for _ in range(chance.randrange(4)):
            await asyncio.sleep(0)
    turns.go_on("user")
    async with asyncio.timeout(10):
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(one, PageResult | ProofResult | asyncio.CancelledError) for one in outcomes)
    assert executor.most <= executor.capacity
    assert {executor.beside[number] for number in alone if number in executor.beside} <= {1}
    assert not executor.running
