"""What every executor must do. An author of another one derives `ExecutorContract` and overrides `make`.

::

    class TestMyExecutor(ExecutorContract):
        def make(self, task, warm_up=None):
            return MyExecutor(task, warm_up)
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pdfpipe.errors import PageLoadError, WorkerMemoryError
from pdfpipe.execution.base import Executor
from tests.contracts import tasks

_PATIENCE = 60
"""Seconds until something that never happens has failed: far longer than any slow machine needs."""


class ExecutorContract:
    """One test a promise of `pdfpipe.execution.base.Executor`."""

    def make(
        self, task: Callable[[Any], Any], warm_up: Callable[[], None] | None = None
    ) -> Executor[Any, Any]:
        raise NotImplementedError

    async def test_a_job_gives_what_the_task_returns(self) -> None:
        async with self.make(tasks.square) as executor:
            assert await executor.run(12) == 144

    async def test_each_caller_gets_the_result_of_its_own_job(self) -> None:
        delays = [0.2, 0.0, 0.1, 0.0, 0.05, 0.0]
        async with self.make(tasks.sleep_then_echo) as executor:
            assert await asyncio.gather(*map(executor.run, delays)) == delays

    async def test_hundreds_of_jobs_can_wait_at_once(self) -> None:
        numbers = list(range(400))
        random.Random(1).shuffle(numbers)
        async with asyncio.timeout(_PATIENCE), self.make(tasks.square) as executor:
            results = await asyncio.gather(*map(executor.run, numbers))
        assert results == [number * number for number in numbers]

    async def test_twenty_megabytes_go_in_and_come_out_unharmed(self) -> None:
        page = random.Random(2).randbytes(20_000_000)
        async with asyncio.timeout(_PATIENCE), self.make(tasks.echo) as executor:
            assert await executor.run(page) == page
            assert await executor.run(b"") == b""

    async def test_what_the_task_raises_is_raised_to_the_caller(self) -> None:
        async with self.make(tasks.fail_on_odd) as executor:
            with pytest.raises(ValueError, match=tasks.REASON) as caught:
                await executor.run(3)
            assert caught.value.args == (tasks.REASON, 3)
            assert await executor.run(4) == 4

    async def test_errors_of_pdfpipe_keep_their_class(self) -> None:
        async with self.make(tasks.cannot_load) as executor:
            with pytest.raises(PageLoadError, match=tasks.REASON):
                await executor.run(None)

    async def test_failed_jobs_do_not_disturb_those_beside_them(self) -> None:
        async with self.make(tasks.fail_on_odd) as executor:
            results = await asyncio.gather(*map(executor.run, range(50)), return_exceptions=True)
        assert results[::2] == list(range(0, 50, 2))
        assert all(isinstance(result, ValueError) for result in results[1::2])

    @pytest.mark.parametrize("how", ["unpicklable result", "unpicklable exception", "one-way exception"])
    async def test_what_cannot_be_sent_neither_hangs_nor_stops_the_next_job(self, how: str) -> None:
        async with asyncio.timeout(_PATIENCE), self.make(tasks.misbehave) as executor:
            outcome = await asyncio.gather(executor.run(how), return_exceptions=True)
            if how.endswith("exception"):
                assert isinstance(outcome[0], Exception)
                assert tasks.REASON in str(outcome[0]), "the reason got lost on the way"
            assert await executor.run("next") == "next"

    @pytest.mark.parametrize("how", ["plainly", "taken for a failure"])
    async def test_lack_of_memory_is_told_as_such_and_the_next_job_runs(self, how: str) -> None:
        async with asyncio.timeout(_PATIENCE), self.make(tasks.run_out_of_memory) as executor:
            with pytest.raises(WorkerMemoryError, match="memory"):
                await executor.run(how)
            assert await executor.run("next") == "next"

    async def test_as_many_jobs_run_side_by_side_as_the_capacity_says(self, tmp_path: Path) -> None:
        async with asyncio.timeout(_PATIENCE), self.make(tasks.meet) as executor:
            place = tmp_path, executor.capacity
            seen = await asyncio.gather(*(executor.run(place) for _ in range(executor.capacity)))
        assert seen == [executor.capacity] * executor.capacity

    async def test_no_more_jobs_run_than_the_capacity_says(self, tmp_path: Path) -> None:
        files = [tmp_path / str(number) for number in range(20)]
        async with self.make(tasks.touch_slowly) as executor:
            running = [asyncio.create_task(executor.run(file)) for file in files]
            await _until(lambda: any(tmp_path.iterdir()))
            assert len(list(tmp_path.iterdir())) <= executor.capacity
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def test_leaving_the_context_ends_all_calls_and_starts_no_waiting_job(self, tmp_path: Path) -> None:
        files = [tmp_path / str(number) for number in range(20)]
        async with self.make(tasks.touch_slowly) as executor:
            calls = [asyncio.create_task(executor.run(file)) for file in files]
            await _until(lambda: any(tmp_path.iterdir()))
        begun = len(list(tmp_path.iterdir()))
        _, pending = await asyncio.wait(calls, timeout=5)
        for call in pending:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        assert len(list(tmp_path.iterdir())) == begun <= executor.capacity
        assert not pending

    async def test_a_context_left_by_an_exception_passes_it_on(self) -> None:
        async def leave() -> None:
            async with self.make(tasks.square) as executor:
                await executor.run(1)
                raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            await leave()

    async def test_an_executor_can_be_entered_again(self) -> None:
        executor = self.make(tasks.square)
        for _ in range(3):
            async with executor:
                results = await asyncio.gather(*map(executor.run, range(8)), return_exceptions=True)
            assert results == [number * number for number in range(8)]

    async def test_it_can_be_entered_and_left_without_a_job(self) -> None:
        async with self.make(tasks.square):
            pass

    async def test_a_job_that_nobody_waits_for_leaves_its_place_to_others(self, tmp_path: Path) -> None:
        async with asyncio.timeout(_PATIENCE), self.make(tasks.touch_slowly) as executor:
            calls = [asyncio.create_task(executor.run(tmp_path / str(n))) for n in range(executor.capacity)]
            await _until(lambda: any(tmp_path.iterdir()))
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            await asyncio.gather(*(executor.run(tmp_path / "again") for _ in range(executor.capacity + 1)))
        assert (tmp_path / "again").exists()

    async def test_the_warm_up_comes_before_the_first_job(self, tmp_path: Path) -> None:
        async with self.make(tasks.count_warm, partial(tasks.warm_up, tmp_path)) as executor:
            assert await executor.run(tmp_path) >= 1
            await asyncio.gather(*(executor.run(tmp_path) for _ in range(20)))
        assert tasks.count_warm(tmp_path) <= executor.capacity, "it is to be called once a worker"

    async def test_a_warm_up_that_fails_is_raised_and_no_job_runs(self, tmp_path: Path) -> None:
        async with asyncio.timeout(_PATIENCE):
            with pytest.raises(PageLoadError, match=tasks.REASON):
                async with self.make(tasks.touch_slowly, tasks.broken_warm_up) as executor:
                    await executor.run(tmp_path / "ran")
        assert not (tmp_path / "ran").exists()


async def _until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.01)
