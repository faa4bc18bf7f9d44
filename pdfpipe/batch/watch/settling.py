"""Which files have been left alone for long enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from pdfpipe.model.job import FileStamp

__all__ = ["PARTIAL_SUFFIXES", "Settling", "is_hidden", "is_partial"]

PARTIAL_SUFFIXES: Final = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".opdownload",
    ".filepart",
)
"""What browsers, file managers and copy programs append to a file until it is complete."""

_PATIENCE: Final = 12
"""How many times longer a file that shows itself to be incomplete is waited for."""


class Settling:
    """Follows sizes and times of modification.

    When something last changed is told by the caller's clock, which must be monotonic: what files say of the
    time is compared with what they said before, and with nothing else.
    """

    def __init__(self, settle: float) -> None:
        """A file has settled when it has not changed for `settle` seconds."""
        self._settle = settle
        self._files: Mapping[str, FileStamp] = {}
        self._since: dict[str, float] = {}

    def observe(self, files: Mapping[str, FileStamp], now: float) -> bool:
        """Take a look; returns whether anything is not as it was at the last one."""
        if files == self._files:
            return False
        for name in self._files.keys() - files.keys():
            del self._since[name]
        for name, _ in files.items() - self._files.items():
            self._since[name] = now
        self._files = files
        return True

    def touch(self, name: str, now: float) -> None:
        """Take a file for changed now, though it looks as it did."""
        self._since[name] = now

    def have_settled(self, names: Iterable[str], now: float) -> bool:
        """Whether all of these files have.

        One that is empty, or has the name of one that is being written, has settled only after a far longer
        time: then whoever wrote it has given up.
        """
        return all(now - self._since[name] >= self._needed(name) for name in names)

    def _needed(self, name: str) -> float:
        incomplete = is_partial(name) or self._files[name].size == 0
        return self._settle * (_PATIENCE if incomplete else 1)


def is_hidden(name: str) -> bool:
    """Whether a file is none of the user's: its name begins with a dot, or is that of an editor's copy."""
    last = PurePosixPath(name).name
    return last.startswith((".", "~")) or last.endswith("~")


def is_partial(name: str) -> bool:
    """Whether a file has the name of one that is being written."""
    return PurePosixPath(name).suffix.lower() in PARTIAL_SUFFIXES
