"""Worker processes, each with a pipe of its own, awaited without threads.

A worker that dies takes down nothing but the job it had: its end of the pipe closes, the job fails
with `WorkerCrashedError`, and a fresh worker takes its place.  No lock or queue is shared between
workers, so none can be left locked by one that was killed.  Workers import no main module, so a
script that uses pdfpipe needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

from pdfpipe.errors import PdfpipeError, WorkerCrashedError
from pdfpipe.execution.base import Task, WarmUp
from pdfpipe.execution.worker import HEADER

__all__ = ["ProcessExecutor"]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")

_BOOTSTRAP: Final = (
    "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "
    "import sys; sys.path[:] = {path!r}; from pdfpipe.execution.worker import main; main()"
)
_ONE_THREAD: Final = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Workers fill the processors by their number; libraries must not start threads of their own."""

_LAST_WORDS: Final = 8192
_BUFFER: Final = 1 << 20


class _Worker:
    """One process and its pipe; `ready` is awaited before its first job."""

    def __init__(self, process: asyncio.subprocess.Process, hello: bytes) -> None:
        self._process = process
        self._last_words = b""
        self._listener = asyncio.create_task(self._listen())
        self.ready = asyncio.create_task(self._exchange(hello))

    @classmethod
    async def start(cls, hello: bytes) -> _Worker:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(["-I"] if sys.flags.isolated else []),
            "-c",
            _BOOTSTRAP.format(path=sys.path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **_ONE_THREAD},
            limit=_BUFFER,
        )
        return cls(process, hello)

    async def call(self, job: bytes) -> Any:
        """Send one job and return or raise what came of it."""
        await self.ready
        return await self._exchange(job)

    async def stop(self) -> None:
        """Kill the process and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self.ready.cancel()
        await asyncio.gather(self.ready, self._listener, return_exceptions=True)
        await self._process.wait()
        transport = self._process._transport  # type: ignore[attr-defined]
        transport.close()

    async def _exchange(self, message: bytes) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None  # noqa: S101 - for mypy
        assert stdout is not None  # noqa: S101
        try:
            stdin.write(HEADER.pack(len(message)))
            stdin.write(message)
            await stdin.drain()
            length = HEADER.unpack(await stdout.readexactly(HEADER.size))[0]
            reply = await stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._crash() from error
        well, value = pickle.loads(reply)  # noqa: S301 - our own worker wrote it
        if not well:
            raise value
        return value

    async def _crash(self) -> WorkerCrashedError:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()  # it may have closed its pipe and live on
        code = await self._process.wait()
        await self._listener
        words = self._last_words.decode("utf-8", "replace").strip()
        return WorkerCrashedError(f"the worker process {_how_it_ended(code)}", words)

    async def _listen(self) -> None:
        """Keep the end of the worker's standard error, and keep its pipe from filling up."""
        stderr = self._process.stderr
        assert stderr is not None  # noqa: S101 - for mypy
        while chunk := await stderr.read(_LAST_WORDS):
            self._last_words = (self._last_words + chunk)[-_LAST_WORDS:]


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"left with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    hint = " (killed from outside, perhaps because memory ran out)" if name == "SIGKILL" else ""
    return f"was ended by {name}{hint}"


class ProcessExecutor(Generic[JobT, ResultT]):
    """`workers` processes that run one task; see `pdfpipe.execution.base.Executor`."""

    def __init__(self, task: Task[JobT, ResultT], workers: int, warm_up: WarmUp | None = None) -> None:
        self.capacity = workers
        self._hello = pickle.dumps((task, warm_up), protocol=5)
        self._alive: set[_Worker] = set()
        # None is a place whose worker has yet to be started; the warm ones are taken first.
        self._places: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._places.put_nowait(None)

    async def __aenter__(self) -> Self:
        """Workers are started when jobs need them, so that a single page does not pay for many."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        workers, self._alive = self._alive, set()
        await asyncio.gather(*(worker.stop() for worker in workers))

    async def run(self, job: JobT) -> ResultT:
        """Run the task on one job; see `pdfpipe.execution.base.Executor`."""
        worker = await self._places.get()
        healthy = False
        try:
            if worker is None:
                worker = await self._start()
            result: ResultT = await worker.call(pickle.dumps(job, protocol=5))
            healthy = True
        except WorkerCrashedError:
            raise
        except Exception:
            healthy = worker is not None and worker.ready.done() and worker.ready.exception() is None
            raise
        finally:
            # A worker that died, or that is still busy with a job nobody waits for, is replaced.
            if worker is not None and not healthy:
                self._alive.discard(worker)
                await asyncio.shield(worker.stop())
                worker = None
            self._places.put_nowait(worker)
        return result

    async def _start(self) -> _Worker:
        try:
            worker = await _Worker.start(self._hello)
        except OSError as error:
            raise PdfpipeError(f"no worker process can be started: {error.strerror or error}") from error
        self._alive.add(worker)
        return worker
