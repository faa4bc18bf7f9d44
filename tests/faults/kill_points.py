"""Kill a batch before each change that it makes to its files, one after the other, and go on each time.

    python -m tests.faults.kill_points SCANS FOLDER [--old-journal]

A change is a call that opens a file to write it, makes a folder, renames or removes something, or a statement
of SQL.  For each there is a folder in FOLDER, with what was made there once the batch was cut off at that
change, once more at one of those of the second run, and then left to end.  With `--old-journal` the documents
are there already, and their journal is to be migrated.  It prints how often a batch was killed.

The folder 000 is that of a batch which nobody cut off.  All others are made in forks of the process that made
it: they have nothing to import.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import traceback
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final

from pdfpipe.batch.journal import Journal, RunCommand, schema
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.plan import plan
from pdfpipe.batch.work import run_job
from pdfpipe.errors import ExitCode
from pdfpipe.execution.inline import InlineExecutor
from tests.faults.batch import SETTINGS

_CHANGES: Final = frozenset({"open", "os.mkdir", "os.remove", "os.rename", "os.link", "os.truncate"})
_TO_WRITE: Final = os.O_WRONLY | os.O_RDWR
LATER: Final = ("ALTER TABLE runs ADD COLUMN later;\n", "CREATE TABLE later (one);\nDROP TABLE later;\n")
"""What a newer pdfpipe might do to the journal's tables."""

_connect: Final = sqlite3.connect
_MOST: Final = 1000


class KillPoint:
    """Counts the changes below a folder, and ends this process before the one of a number."""

    def __init__(self, below: Path, number: int) -> None:
        self._below, self._number = str(below), number
        self._count = 0
        sys.addaudithook(self._heed)
        sqlite3.connect = self._traced  # type: ignore[assignment]

    def _heed(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _CHANGES and self._is_change(event, arguments):
            self._pass()

    def _traced(self, *arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = _connect(*arguments, **options)
        connection.set_trace_callback(lambda _: self._pass())
        return connection

    def _is_change(self, event: str, arguments: tuple[object, ...]) -> bool:
        path = arguments[0]
        if not isinstance(path, str | os.PathLike) or not os.fspath(path).startswith(self._below):
            return False
        return event != "open" or bool(int(str(arguments[2] or 0)) & _TO_WRITE)

    def _pass(self) -> None:
        self._count += 1
        if self._count == self._number:
            os.kill(os.getpid(), signal.SIGKILL)


def _run(scans: Path, folder: Path) -> None:
    os.chdir(folder)
    asyncio.run(_convert(scans, folder / "out"))


async def _convert(scans: Path, out: Path) -> None:
    jobs = plan([scans], out, SETTINGS).documents
    journal = Journal(out, RunCommand("convert", (), Path("/")))
    journal.plan(jobs)
    async with aclosing(
        Pipeline(jobs[0].settings, executor=InlineExecutor(run_job), journal=journal).run(jobs)
    ) as events:
        async for _ in events:
            pass
    journal.end(ExitCode.OK)


def was_killed(scans: Path, folder: Path, number: int) -> bool:
    """Run the batch in a fork that dies before the change of this number; False if it came to its end."""
    child = os.fork()
    if not child:
        code = 1
        try:
            KillPoint(folder, number)
            _run(scans, folder)
            code = 0
        except BaseException:  # noqa: BLE001 - a fork must not go on as its parent would
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    if os.WEXITSTATUS(status):
        sys.exit(f"the batch failed at change {number} in {folder}")
    return False


def main() -> None:
    scans, folder = Path(sys.argv[1]), Path(sys.argv[2])
    whole = folder / "000"
    whole.mkdir(parents=True)
    _run(scans, whole)
    is_old = "--old-journal" in sys.argv
    if is_old:
        schema.MIGRATIONS = (*schema.MIGRATIONS, *LATER)  # type: ignore[misc]
    kills = 0
    for number in range(1, _MOST):
        here = folder / f"{number:03}"
        if is_old:
            shutil.copytree(whole, here)  # with the times of modification
        else:
            here.mkdir()
        if not was_killed(scans, here, number):
            sys.stdout.write(f"{kills}\n")
            return
        kills += 1 + was_killed(scans, here, 1 + 7 * number % 23)
        assert not was_killed(scans, here, 0)
    sys.exit(f"more than {_MOST} changes")


if __name__ == "__main__":
    main()
