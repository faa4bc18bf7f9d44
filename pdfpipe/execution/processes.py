"""Worker processes, each with a socket of its own, awaited without threads.

A worker that dies takes down nothing but the job it had: its end of the socket closes, the job fails
with `WorkerCrashedError`, and a fresh worker takes its place.  No lock or queue is shared between
workers, so none can be left locked by one that was killed.  Workers import no main module, so a
script that uses pdfpipe needs no ``if __name__ == "__main__"``.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import subprocess
import sys
from types import TracebackType
from typing import Any, Final, Generic, Self, TypeVar

from pdfpipe.errors import PdfpipeError, WorkerCrashedError, WorkerMemoryError, WorkerTimeoutError
from pdfpipe.execution.base import Task, WarmUp
from pdfpipe.execution.worker import HEADER, OUT_OF_MEMORY

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
_NO_MEMORY: Final = b"std::bad_alloc"
"""What the runtime of C++ says before it aborts a program that does not expect to be refused memory."""
_HINTS: Final = {
    "SIGKILL": " (killed from outside, perhaps because memory ran out)",
    "SIGABRT": " (it gave up, perhaps because it got no more memory)",
}
_BUFFER: Final = 1 << 20
_PATIENCE: Final = 2.0
"""Seconds that a worker which has closed its socket may take to leave."""
_TICK: Final = 0.002


class _Worker:
    """One process, its socket, and the end of what it wrote to its standard output and error.

    `ready` fails if the process cannot be started or its warm-up fails.
    """

    def __init__(self, hello: bytes, memory: int | None) -> None:
        self._memory = memory
        ours, theirs = socket.socketpair()
        our_ear, their_mouth = socket.socketpair()
        self._sockets = (ours, our_ear)
        try:
            self._process = subprocess.Popen(
                # -P: with -c, the working directory would come first on sys.path, and scans with it.
                [sys.executable, "-P", "-c", _BOOTSTRAP.format(path=sys.path)],
                stdin=theirs.fileno(),
                stdout=their_mouth.fileno(),
                stderr=their_mouth.fileno(),
                env={**os.environ, **_ONE_THREAD},
            )
        except OSError as error:
            ours.close()
            our_ear.close()
            raise PdfpipeError(f"no worker process can be started: {error.strerror or error}") from error
        finally:
            theirs.close()
            their_mouth.close()
        self._last_words = b""
        self._listener = asyncio.create_task(self._listen(our_ear))
        self._streams = asyncio.create_task(asyncio.open_connection(sock=ours, limit=_BUFFER))
        self.ready = asyncio.create_task(self._exchange(hello))

    async def call(self, job: bytes, seconds: float | None) -> Any:
        """Send one job and return or raise what came of it within so many seconds."""
        await asyncio.shield(self.ready)
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._exchange(job)
        except TimeoutError:
            if not limit.expired():  # the task's own
                raise
        # faulthandler answers SIGABRT by saying where the worker is.
        self._process.send_signal(signal.SIGABRT)
        crash = await self._crash()
        raise WorkerTimeoutError(f"it took longer than {seconds:g} s and was ended", *crash.args[1:])

    def kill(self) -> None:
        """End the process at once; `stop` waits for that and cleans up."""
        self._process.kill()

    async def stop(self) -> None:
        """Kill the process and wait until it is gone."""
        self.kill()
        while self._process.poll() is None:
            await asyncio.sleep(_TICK)
        for task in (self.ready, self._listener):
            task.cancel()
        _, _, streams = await asyncio.gather(
            self.ready, self._listener, self._streams, return_exceptions=True
        )
        if not isinstance(streams, BaseException):
            streams[1].close()
        for end in self._sockets:
            end.close()

    async def _exchange(self, message: bytes) -> Any:
        reader, writer = await asyncio.shield(self._streams)
        try:
            writer.write(HEADER.pack(len(message)))
            writer.write(message)
            await writer.drain()
            length = HEADER.unpack(await reader.readexactly(HEADER.size))[0]
            reply = await reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._crash() from error
        well, value = pickle.loads(reply)  # noqa: S301 - our own worker wrote it
        if not well:
            raise value
        return value

    async def _crash(self) -> WorkerCrashedError:
        """The error that tells how the process ended; it is given time to leave by itself."""
        waited = 0.0
        while (code := self._process.poll()) is None:
            if waited >= _PATIENCE:
                return WorkerCrashedError("the worker process closed its socket", self._said())
            await asyncio.sleep(_TICK)
            waited += _TICK
        # What it said last may still be on its way; a program that it started may keep the way open.
        await asyncio.wait((self._listener,), timeout=_PATIENCE / 4)
        if code == OUT_OF_MEMORY or (code == -signal.SIGABRT and _NO_MEMORY in self._last_words):
            return WorkerMemoryError(_lack_of_memory(self._memory), self._said())
        return WorkerCrashedError(f"the worker process {_how_it_ended(code)}", self._said())

    def _said(self) -> str:
        return self._last_words.decode("utf-8", "replace").strip()

    async def _listen(self, ear: socket.socket) -> None:
        """Keep the end of what the worker says, and keep it from being held up while it says more."""
        reader, writer = await asyncio.open_connection(sock=ear, limit=_LAST_WORDS)
        try:
            while chunk := await reader.read(_LAST_WORDS):
                self._last_words = (self._last_words + chunk)[-_LAST_WORDS:]
        except ConnectionError:
            pass  # it ended with something unread in its own direction
        finally:
            writer.close()


def _lack_of_memory(limit: int | None) -> str:
    if limit is None:
        return "there was not enough memory for it"
    return f"it needed more than the {limit / 1e6:.0f} MB of memory that a worker may use (--page-memory)"


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"left with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was ended by {name}{_HINTS.get(name, '')}"


class ProcessExecutor(Generic[JobT, ResultT]):
    """`workers` processes that run one task; see `pdfpipe.execution.base.Executor`."""

    def __init__(
        self,
        task: Task[JobT, ResultT],
        workers: int,
        warm_up: WarmUp | None = None,
        *,
        job_seconds: float | None = None,
        memory: int | None = None,
    ) -> None:
        """A job that takes longer than `job_seconds` ends its worker, and so does one for which the worker
        would need more than `memory` bytes; None lets it take any time, and what memory there is.
        """
        self.capacity = workers
        self._job_seconds = job_seconds
        self._memory = memory
        self._hello = pickle.dumps((task, warm_up, memory), protocol=5)
        self._context: _Context | None = None

    async def __aenter__(self) -> Self:
        """Workers are started when jobs need them, so that a single page does not pay for many."""
        self._context = _Context(self.capacity)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._context is not None:
            await self._context.close()

    async def run(self, job: JobT) -> ResultT:
        """Run the task on one job; see `pdfpipe.execution.base.Executor`."""
        context = self._context
        if context is None:
            raise RuntimeError("the executor has not been entered")
        message = pickle.dumps(job, protocol=5)
        worker = await context.places.get()
        keep = False
        try:
            if context.closed:
                raise WorkerCrashedError("the executor was left before the job was begun")
            worker = worker or context.start(self._hello, self._memory)
            seconds = self._job_seconds and self._job_seconds * getattr(job, "patience", 1)
            result: ResultT = await worker.call(message, seconds)
            keep = True
        except (WorkerCrashedError, asyncio.CancelledError):
            raise
        except Exception:
            keep = worker is not None and worker.ready.done() and worker.ready.exception() is None
            raise
        finally:
            # A worker that died, or that is still busy with a job nobody waits for, is replaced.
            if worker is not None and not keep:
                context.retire(worker)
            context.places.put_nowait(worker if keep else None)
        return result


class _Context:
    """What lives from entering an executor to leaving it."""

    def __init__(self, capacity: int) -> None:
        self.closed = False
        # None is a place whose worker has yet to be started; the warm ones are taken first.
        self.places: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        for _ in range(capacity):
            self.places.put_nowait(None)
        self._alive: set[_Worker] = set()
        self._leaving: set[asyncio.Task[None]] = set()

    def start(self, hello: bytes, memory: int | None) -> _Worker:
        worker = _Worker(hello, memory)
        self._alive.add(worker)
        return worker

    def retire(self, worker: _Worker) -> None:
        """Stop a worker in the background, so that no cancellation can come between."""
        if worker in self._alive:
            self._alive.discard(worker)
            worker.kill()
            leaving = asyncio.create_task(worker.stop())
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """End all workers; calls that still run or wait fail."""
        self.closed = True
        for worker in list(self._alive):
            self.retire(worker)
        await asyncio.gather(*self._leaving)
