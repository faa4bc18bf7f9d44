"""Workers seen from outside: whose signals they heed, when they leave, and what they need of the program."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pdfpipe.execution.processes import ProcessExecutor
from tests.batch.tiny import write_page
from tests.execution import tasks
from tests.execution.watching import PATIENCE, children, environment_of, is_alive, wait_until

ROOT = Path(__file__).parents[2]


def run_script(script: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    file = folder / "script.py"
    file.write_text(textwrap.dedent(script))
    return subprocess.Popen(
        [sys.executable, file, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


ORPHANING = """
    import asyncio, sys
    from pathlib import Path
    from pdfpipe.execution.processes import ProcessExecutor
    from tests.execution import tasks

    async def main():
        async with ProcessExecutor(tasks.note_pid_and_sleep, 2) as executor:
            await asyncio.gather(*(executor.run(Path(name)) for name in ("one", "two")))

    asyncio.run(main())
"""


def test_workers_leave_when_their_parent_is_killed_in_the_middle_of_their_jobs(tmp_path: Path) -> None:
    with run_script(ORPHANING, tmp_path) as parent:
        files = [tmp_path / "one", tmp_path / "two"]
        wait_until(lambda: all(file.exists() for file in files))
        workers = [int(file.read_text()) for file in files]
        assert all(map(is_alive, workers))
        parent.kill()
        parent.communicate()
    # They look every second.
    wait_until(lambda: not any(map(is_alive, workers)), seconds=10)


def test_idle_workers_leave_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = """
        import asyncio
        from pdfpipe.execution.processes import ProcessExecutor
        from tests.execution import tasks

        async def main():
            async with ProcessExecutor(tasks.own_pid, 1) as executor:
                print(await executor.run(None), flush=True)
                await asyncio.sleep(100)

        asyncio.run(main())
    """
    with run_script(script, tmp_path) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_alive(worker)
        parent.kill()
        parent.communicate()
    wait_until(lambda: not is_alive(worker), seconds=10)


async def test_an_interrupt_does_not_end_a_worker() -> None:
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.interrupt_itself, 1) as executor:
        assert await executor.run(None) == await executor.run(None)


async def test_an_interrupt_does_not_end_a_worker_that_is_just_starting() -> None:
    before = children()
    async with asyncio.timeout(PATIENCE), ProcessExecutor(tasks.sleep, 1) as executor:
        job = asyncio.create_task(executor.run(0.1))
        while not (started := children() - before):
            await asyncio.sleep(0)
        (worker,) = started
        # From its first line on; before that no program is deaf, so it gets a moment for the interpreter.
        while is_alive(worker) and not ignores(worker, signal.SIGINT):
            await asyncio.sleep(0.001)
        os.kill(worker, signal.SIGINT)
        assert await job == worker


def ignores(pid: int, number: signal.Signals) -> bool:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("needs /proc to see which signals a process ignores")
    mask = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigIgn"))
    return bool(int(mask, 16) >> (number - 1) & 1)


async def test_libraries_in_workers_are_told_to_use_one_thread() -> None:
    before = children()
    async with ProcessExecutor(tasks.own_pid, 1) as executor:
        await executor.run(None)
        (worker,) = children() - before
        assert environment_of(worker)["OMP_THREAD_LIMIT"] == "1"


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "page.png")
    script = """
        import pdfpipe
        print("at work")
        settings = pdfpipe.Settings(engine="scripted", jobs=2)
        print(pdfpipe.convert_sync("scans", "out", settings).words)
    """
    with run_script(script, tmp_path) as process:
        out, error = process.communicate(timeout=PATIENCE)
    assert (out, error) == ("at work\n20\n", "")
    assert (tmp_path / "out" / "scans.pdf").exists()


@pytest.mark.parametrize("name", ["signal.py", "struct.py", "pickle.py", "sys.py"])
def test_python_files_in_the_working_directory_are_not_run(tmp_path: Path, name: str) -> None:
    # A folder of scans comes from anywhere: a module in it that is called as one of Python's must not be
    # what a worker imports. The program itself lives elsewhere, as the installed command does.
    scans = tmp_path / "scans"
    write_page(scans / "page.png")
    (scans / name).write_text("open('i-was-run', 'w')")
    program = "import pdfpipe; pdfpipe.convert_sync('.', 'out', pdfpipe.Settings(engine='scripted', jobs=1))"
    subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=scans,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=PATIENCE,
    )
    assert not (scans / "i-was-run").exists()
