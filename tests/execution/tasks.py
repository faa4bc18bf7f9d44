"""What the worker processes of these tests are given to run."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

LAST_WORDS = "the lamp is out of oil"


def own_pid(_: object = None) -> int:
    return os.getpid()


def die(how: str) -> int:
    """Die as told, after a last word on standard error."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if how != "live":
        os.write(2, LAST_WORDS.encode())
    match how:
        case "SIGKILL":
            os.kill(os.getpid(), signal.SIGKILL)
        case "SIGSEGV":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "SIGTERM":
            os.kill(os.getpid(), signal.SIGTERM)
        case "exit":
            os._exit(7)
        case "sys.exit":
            sys.exit(9)
    return os.getpid()


def die_with_a_child_of_its_own(pid_file: Path) -> None:
    """As an engine that runs a program: the child holds all pipes of the worker open."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    pid_file.write_text(str(child.pid))
    os.kill(os.getpid(), signal.SIGKILL)


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def slow_warm_up() -> None:
    time.sleep(1)


def time_out(_: object) -> NoReturn:
    raise TimeoutError("of its own")


def sleep_a_moment(number: int) -> int:
    time.sleep(random.Random(number).uniform(0, 0.02))
    return number


def note_pid_and_sleep(file: Path) -> None:
    file.with_suffix(".part").write_text(str(os.getpid()))
    file.with_suffix(".part").rename(file)
    time.sleep(100)


def chatter(megabytes: int) -> int:
    """Talk to every stream that a library may talk to."""
    text = "x" * 999 + "\n"
    for _ in range(megabytes * 250):
        sys.stdout.write(text)
        sys.stderr.write(text)
        os.write(1, text.encode())
        os.write(2, text.encode())
    sys.stdout.write("an end without a newline")
    return megabytes


def read_standard_input(_: object) -> str:
    return sys.stdin.read()


def interrupt_itself(_: object) -> int:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.05)
    return os.getpid()


def take_memory(how: str) -> int:
    """Take a gigabyte, or more than any machine has, in one of the ways that libraries have."""
    match how:
        case "at once":
            bytearray(1_000_000_000)
        case "bit by bit":
            _hoard = [bytearray(1_000_000) for _ in range(1000)]
        case "taken for a failure":
            try:
                bytearray(1_000_000_000)
            except MemoryError as error:
                raise RuntimeError("the engine is broken") from error
        case "in C++":
            ctypes.CDLL("libstdc++.so.6")._Znwm(ctypes.c_size_t(1_000_000_000))
        case "more than there can be":
            bytearray(1 << 60)
    return os.getpid()


def hungry_warm_up() -> None:
    bytearray(1_000_000_000)


def own_oom_score(_: object) -> int:
    return int(Path("/proc/self/oom_score_adj").read_text())
