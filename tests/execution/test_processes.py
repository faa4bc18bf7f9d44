"""What `ProcessExecutor` promises beyond the contract: no dead, lost or left-over process does harm."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import warnings
from pathlib import Path
from typing import Any, TypeGuard

import pytest

from pdfpipe.errors import WorkerCrashedError, WorkerTimeoutError
from pdfpipe.execution.processes import ProcessExecutor
from tests.contracts import tasks as contract_tasks
from tests.execution import tasks
from tests.execution.watching import PATIENCE, children, is_alive, kill, open_descriptors, until


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("SIGKILL", "was ended by SIGKILL"),
        ("SIGSEGV", "was ended by SIGSEGV"),
        ("SIGTERM", "was ended by SIGTERM"),
        ("exit", "left with exit code 7"),
        ("sys.exit", "left with exit code 9"),
    ],
)
async def test_a_dead_worker_fails_its_job_and_tells_how_it_ended_and_what_it_said(
    how: str, told: str
) -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.die, 1) as executor:
        with pytest.raises(WorkerCrashedError) as caught:
            await executor.run(how)
    message, last_words = caught.value.args
    assert told in message
    assert tasks.LAST_WORDS in last_words


async def test_how_a_worker_ended_is_told_truly_every_time() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.die, 2) as executor:
            jobs = (executor.run("SIGSEGV" if number % 2 else "exit") for number in range(30))
            errors = await asyncio.gather(*jobs, return_exceptions=True)
    told = {(number % 2, error.args[0]) for number, error in enumerate(errors) if is_crash(error)}
    assert told == {
        (0, "the worker process left with exit code 7"),
        (1, "the worker process was ended by SIGSEGV"),
    }


async def test_a_job_that_takes_too_long_is_ended_and_tells_where_it_was() -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.sleep, 1, job_seconds=0.4) as executor:
        (worker,) = {await executor.run(0), await executor.run(0)}
        with pytest.raises(WorkerTimeoutError, match=r"longer than 0\.4 s") as caught:
            await executor.run(3600)
        assert "in sleep" in caught.value.args[1]
        assert await executor.run(0) != worker
        await until(lambda: not is_alive(worker))


async def test_the_time_of_a_job_does_not_count_waiting_or_the_warm_up() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        ProcessExecutor(tasks.sleep, 1, tasks.slow_warm_up, job_seconds=0.8) as executor,
    ):
        assert len(set(await asyncio.gather(*(executor.run(0.3) for _ in range(4))))) == 1


async def test_a_timeout_that_the_task_itself_raises_is_passed_on() -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.time_out, 1, job_seconds=30) as executor:
        with pytest.raises(TimeoutError, match="of its own"):
            await executor.run(None)


def is_crash(error: object) -> TypeGuard[WorkerCrashedError]:
    return isinstance(error, WorkerCrashedError)


async def test_a_worker_killed_between_two_jobs_is_replaced() -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.own_pid, 1) as executor:
        first = await executor.run(None)
        os.kill(first, signal.SIGKILL)
        await until(lambda: not is_alive(first))
        outcomes = await asyncio.gather(executor.run(None), return_exceptions=True)
        assert is_crash(outcomes[0]) or outcomes[0] != first
        assert await executor.run(None) != first


async def test_a_crash_harms_no_other_job_and_a_fresh_worker_takes_over() -> None:
    jobs = ["live", "live", "SIGKILL", "live", "exit", "live", "live", "SIGSEGV", "live"]
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.die, 2) as executor:
        outcomes = await asyncio.gather(*map(executor.run, jobs), return_exceptions=True)
        again = await asyncio.gather(*(executor.run("live") for _ in range(8)))
    for job, outcome in zip(jobs, outcomes, strict=True):
        assert isinstance(outcome, int) if job == "live" else is_crash(outcome)
    assert len(set(again)) <= executor.capacity


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_workers_killed_at_random_leave_every_job_with_a_result_or_an_error(seed: int) -> None:
    chance = random.Random(seed)
    before = children()
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.sleep_a_moment, 3) as executor:
        jobs = [asyncio.create_task(executor.run(number)) for number in range(200)]
        killed = 0
        while not all(job.done() for job in jobs):
            await asyncio.sleep(chance.uniform(0, 0.1))
            victims = sorted(children() - before)
            if victims and killed < 25:
                os.kill(chance.choice(victims), signal.SIGKILL)
                killed += 1
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    crashed = [outcome for outcome in outcomes if is_crash(outcome)]
    assert all(is_crash(outcome) or outcome == number for number, outcome in enumerate(outcomes))
    assert len(crashed) <= killed
    assert children() == before


async def test_a_cancelled_job_ends_its_worker_at_once_and_the_place_is_free(tmp_path: Path) -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.note_pid_and_sleep, 1) as executor:
        job = asyncio.create_task(executor.run(tmp_path / "first"))
        await until((tmp_path / "first").exists)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        await until(lambda: not is_alive(int((tmp_path / "first").read_text())), seconds=10)
        other = asyncio.create_task(executor.run(tmp_path / "second"))
        await until((tmp_path / "second").exists)
        other.cancel()


@pytest.mark.parametrize("turns", range(8))
async def test_a_job_cancelled_twice_still_gives_its_place_back(tmp_path: Path, turns: int) -> None:
    async with ProcessExecutor(tasks.note_pid_and_sleep, 1) as executor:
        job = asyncio.create_task(executor.run(tmp_path / "first"))
        await until((tmp_path / "first").exists)
        job.cancel()
        for _ in range(turns):
            await asyncio.sleep(0)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        assert job.cancelled()
        other = asyncio.create_task(executor.run(tmp_path / "second"))
        await until((tmp_path / "second").exists, seconds=10)
        other.cancel()


@pytest.mark.parametrize("turns", range(12))
async def test_a_job_cancelled_while_its_worker_starts_leaves_no_process(turns: int) -> None:
    before = children()
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.own_pid, 1) as executor:
        job = asyncio.create_task(executor.run(None))
        for _ in range(turns):
            await asyncio.sleep(0)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        assert await executor.run(None) > 0
    assert children() == before


async def test_a_worker_may_talk_as_much_as_it_likes() -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.chatter, 1) as executor:
        assert await executor.run(8) == 8
        assert await executor.run(0) == 0


async def test_a_job_that_reads_standard_input_finds_it_empty() -> None:
    async with ProcessExecutor(tasks.read_standard_input, 1) as executor:
        job = asyncio.create_task(executor.run(None))
        await asyncio.wait([job], timeout=5)
        assert job.done(), "the job waits for input that is the pipe of jobs"
        assert await job == ""


@pytest.mark.parametrize("how", ["unpicklable result", "unpicklable exception", "one-way exception"])
async def test_what_cannot_be_sent_does_not_cost_the_worker(how: str) -> None:
    before = children()
    async with asyncio.timeout(PATIENCE), ProcessExecutor(contract_tasks.misbehave, 1) as executor:
        await executor.run("ready")
        worker = children() - before
        (outcome,) = await asyncio.gather(executor.run(how), return_exceptions=True)
        assert not is_crash(outcome)
        await executor.run("next")
        assert children() - before == worker


async def test_a_crashed_workers_own_child_holds_nothing_up(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    async with ProcessExecutor(tasks.die_with_a_child_of_its_own, 1) as executor:
        job = asyncio.create_task(executor.run(file))
        done, _ = await asyncio.wait([job], timeout=10)
        kill(int(file.read_text()))
        outcomes = await asyncio.gather(job, return_exceptions=True)
    assert done, "the executor waited for a pipe that the child held open"
    assert is_crash(outcomes[0])


async def test_one_job_starts_one_worker() -> None:
    before = children()
    async with ProcessExecutor(tasks.own_pid, 3) as executor:
        assert children() == before
        await executor.run(None)
        await executor.run(None)
        assert len(children() - before) == 1


async def test_nothing_is_left_of_an_executor() -> None:
    async def use() -> None:
        async with ProcessExecutor[Any, Any](tasks.die, 3) as executor:
            jobs = ["live"] * 6 + ["exit"]
            await asyncio.gather(*map(executor.run, jobs), return_exceptions=True)
            busy = asyncio.create_task(executor.run("live"))
            await asyncio.sleep(0)
            busy.cancel()
            await asyncio.gather(busy, return_exceptions=True)

    await use()  # what Python itself keeps open from the first use on is no leak
    gc.collect()
    before, descriptors = children(), open_descriptors()
    for _ in range(5):
        await use()
    gc.collect()
    assert children() == before
    assert open_descriptors() <= descriptors
