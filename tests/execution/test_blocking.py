"""Calls into a worker process without an event loop, and from within one."""

from __future__ import annotations

import pytest

from pdfpipe.errors import PageLoadError, WorkerCrashedError, WorkerTimeoutError
from pdfpipe.execution.blocking import BlockingCalls
from tests.contracts import tasks as contract_tasks
from tests.execution import tasks
from tests.execution.watching import children, is_alive, wait_until


def test_a_crash_fails_its_call_and_the_next_has_another_process() -> None:
    before = children()
    with BlockingCalls(tasks.die) as calls:
        assert children() == before, "nothing is started before it is needed"
        first = calls("live")
        assert calls("live") == first
        with pytest.raises(WorkerCrashedError, match="SIGSEGV"):
            calls("SIGSEGV")
        assert calls("live") != first
    assert children() == before


def test_a_call_that_takes_too_long_is_ended() -> None:
    with BlockingCalls(tasks.sleep, seconds=0.4) as calls:
        worker = calls(0)
        with pytest.raises(WorkerTimeoutError):
            calls(3600)
    wait_until(lambda: not is_alive(worker))


async def test_it_works_inside_a_running_loop_and_raises_what_the_task_raises() -> None:
    with BlockingCalls(contract_tasks.cannot_load) as calls, pytest.raises(PageLoadError):
        calls(None)


def test_many_jobs_run_side_by_side_and_come_in_order_whichever_of_them_dies() -> None:
    before = children()
    jobs = iter(["live", "SIGSEGV", "live", "live", "exit", "live", *["live"] * 20])
    with BlockingCalls(tasks.die, 2) as calls:
        outcomes = calls.each(jobs)
        found = [next(outcomes) for _ in range(6)]
        assert len(list(jobs)) >= 14, "jobs are taken only as fast as results are"
        outcomes.close()  # type: ignore[attr-defined]
    assert [isinstance(outcome, WorkerCrashedError) for outcome in found] == [
        False, True, False, False, True, False,
    ]  # fmt: skip
    assert children() == before
