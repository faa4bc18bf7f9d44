"""Workers that run out of memory: they are ended, it is told why, and nobody else is the worse for it."""

from __future__ import annotations

import asyncio
import ctypes
import os
import sys
from pathlib import Path

import pytest

from pdfpipe.errors import WorkerCrashedError, WorkerMemoryError
from pdfpipe.execution import memory
from pdfpipe.execution.processes import ProcessExecutor
from tests.execution import tasks
from tests.execution.watching import PATIENCE

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts memory by RLIMIT_DATA")
LIMIT = 300_000_000


@linux_only
@pytest.mark.parametrize("how", ["at once", "bit by bit", "taken for a failure"])
async def test_a_job_that_takes_too_much_memory_ends_its_worker_and_no_other(how: str) -> None:
    async with (
        asyncio.timeout(PATIENCE),
        ProcessExecutor(tasks.take_memory, 1, memory=LIMIT) as executor,
    ):
        worker = await executor.run("none")
        with pytest.raises(WorkerMemoryError, match=r"more than the 300 MB .*--page-memory") as caught:
            await executor.run(how)
        assert "MemoryError" in caught.value.args[1]
        assert "take_memory" in caught.value.args[1]
        assert await executor.run("none") != worker


@linux_only
async def test_a_library_that_aborts_for_lack_of_memory_is_known_for_it() -> None:
    try:
        ctypes.CDLL("libstdc++.so.6")
    except OSError:
        pytest.skip("needs the runtime of C++ (Debian: libstdc++6)")
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.take_memory, 1, memory=LIMIT) as executor:
        with pytest.raises(WorkerMemoryError, match="300 MB"):
            await executor.run("in C++")


async def test_without_a_limit_lack_of_memory_is_told_too() -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.take_memory, 1) as executor:
        with pytest.raises(WorkerMemoryError, match="not enough memory"):
            await executor.run("more than there can be")


@linux_only
async def test_a_warm_up_that_takes_too_much_is_a_crash_of_each_job_and_not_of_the_run() -> None:
    async with (
        asyncio.timeout(PATIENCE),
        ProcessExecutor(tasks.own_pid, 1, tasks.hungry_warm_up, memory=LIMIT) as executor,
    ):
        outcomes = await asyncio.gather(*(executor.run(None) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [WorkerMemoryError] * 3
    assert issubclass(WorkerMemoryError, WorkerCrashedError)


@pytest.mark.skipif(not Path("/proc/self/oom_score_adj").exists(), reason="only Linux has an OOM killer")
async def test_where_the_machine_runs_out_of_memory_workers_go_first() -> None:
    async with ProcessExecutor(tasks.own_oom_score, 1) as executor:
        assert await executor.run(None) > int(Path("/proc/self/oom_score_adj").read_text())


def test_what_the_machine_has_is_what_its_control_group_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    monkeypatch.setattr(memory, "_CGROUPS", tmp_path)
    monkeypatch.setattr(memory, "_OWN_CGROUPS", tmp_path / "cgroup")
    assert memory.machine_memory() == physical
    (tmp_path / "user" / "inner").mkdir(parents=True)
    (tmp_path / "cgroup").write_text("1:name=systemd:/x\n0::/user/inner\n")
    (tmp_path / "user" / "inner" / "memory.max").write_text("max\n")
    assert memory.machine_memory() == physical
    (tmp_path / "user" / "memory.max").write_text("50000000\n")
    assert memory.machine_memory() == 50_000_000
    (tmp_path / "memory").mkdir()
    (tmp_path / "cgroup").write_text("5:memory:/docker/far/away\n")
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("40000000\n")
    assert memory.machine_memory() == 40_000_000
