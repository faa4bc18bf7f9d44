"""What executors are given to run. Workers import these by name, so they are functions of a module."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any, NoReturn

from pdfpipe.errors import PageLoadError

REASON = "the disk is made of cheese"


def square(number: int) -> int:
    return number * number


def echo(value: Any) -> Any:
    return value


def sleep_then_echo(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def fail_on_odd(number: int) -> int:
    if number % 2:
        raise ValueError(REASON, number)
    return number


def cannot_load(_: object) -> NoReturn:
    raise PageLoadError(REASON)


class UnpicklableError(Exception):
    def __init__(self) -> None:
        super().__init__(REASON)
        self.handle = lambda: None


class OneWayError(Exception):
    """Goes into a pickle and does not come out, as many exceptions with arguments of their own."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{text} ({code})")


def misbehave(how: object) -> object:
    match how:
        case "unpicklable result":
            return lambda: None
        case "unpicklable exception":
            raise UnpicklableError
        case "one-way exception":
            raise OneWayError(7, REASON)
    return how


def run_out_of_memory(how: str) -> str:
    if how == "plainly":
        raise MemoryError
    if how == "taken for a failure":
        try:
            raise MemoryError
        except MemoryError as error:
            raise PageLoadError(REASON) from error
    return how


def touch_slowly(file: Path) -> None:
    """Leave a trace as soon as the job runs, and then take a while."""
    file.touch()
    time.sleep(0.5)


def meet(place: tuple[Path, int]) -> int:
    """Wait until so many jobs are here at once; returns how many were seen."""
    folder, expected = place
    (folder / f"{os.getpid()}-{time.monotonic_ns()}").touch()
    deadline = time.monotonic() + 30
    while (seen := len(list(folder.iterdir()))) < expected and time.monotonic() < deadline:
        time.sleep(0.01)
    return seen


def warm_up(folder: Path) -> None:
    (folder / f"warm-{time.monotonic_ns()}").touch()


def count_warm(folder: Path) -> int:
    return len(list(folder.glob("warm-*")))


def broken_warm_up() -> None:
    raise PageLoadError(REASON)
