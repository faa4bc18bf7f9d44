"""The inside of a worker process: takes jobs from a socket, its standard input, and answers there.

A message is a length of eight bytes, big-endian, and a pickle.  The first message holds the task,
the warm-up and the limit on memory in bytes, each further one a job.  Each is answered by
``(True, result)`` or ``(False, exception)``, but for one for which there is not enough memory: what a
library leaves behind then nobody knows, so the process ends.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import resource
import signal
import socket
import struct
import threading
import time
import traceback
from typing import Any, BinaryIO, Final

from pdfpipe.errors import ran_out_of_memory
from pdfpipe.execution.memory import lift_limit, limit_memory, offer_to_the_oom_killer

__all__ = ["HEADER", "OUT_OF_MEMORY", "PARENT_CHECK_SECONDS", "main"]

HEADER: Final = struct.Struct(">Q")
PARENT_CHECK_SECONDS: Final = 1.0
OUT_OF_MEMORY: Final = 86
"""The exit code of a worker that had not enough memory."""


def main() -> None:
    """Serve until standard input ends."""
    try:
        _serve()
    except Exception as error:
        if ran_out_of_memory(error):
            _leave_for_lack_of_memory()
        raise


def _serve() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file in the working folder
    faulthandler.enable(os.dup(2))  # a copy: 2 itself may be turned aside while a decoder runs
    with socket.socket(fileno=os.dup(0)) as channel:
        jobs, results = channel.makefile("rb"), channel.makefile("wb")
    # A task, or a program it starts, that reads standard input must not get at the jobs.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    threading.Thread(target=_leave_with_parent, args=(os.getppid(),), daemon=True).start()
    offer_to_the_oom_killer()

    task, warm_up, memory = pickle.loads(_read(jobs) or b"")  # noqa: S301 - our own parent wrote it
    if memory is not None:
        limit_memory(memory)
    _answer(results, lambda _: warm_up() if warm_up is not None else None, None)
    while (message := _read(jobs)) is not None:
        _answer(results, task, pickle.loads(message))  # noqa: S301


def _answer(results: BinaryIO, function: Any, argument: Any) -> None:
    try:
        reply = pickle.dumps((True, function(argument)), protocol=5)
    except Exception as error:
        if ran_out_of_memory(error):
            raise
        reply = pickle.dumps((False, _portable(error)), protocol=5)
    results.write(HEADER.pack(len(reply)))
    results.write(reply)
    results.flush()


def _portable(error: Exception) -> Exception:
    """The exception, or one with the same words if it cannot be pickled and back."""
    try:
        pickle.loads(pickle.dumps(error, protocol=5))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - a class may do anything when it is pickled
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _read(stream: BinaryIO) -> bytes | None:
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    length = HEADER.unpack(header)[0]
    body = stream.read(length)
    return body if len(body) == length else None


def _leave_for_lack_of_memory() -> None:
    lift_limit()
    traceback.print_exc()
    os._exit(OUT_OF_MEMORY)  # threads of libraries might wait for one another forever


def _leave_with_parent(parent: int) -> None:
    """End this process when its parent is gone, even in the middle of a page."""
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(1)
