"""What the proof expects of a document's pages, kept on the disk until they are written."""

from __future__ import annotations

import tempfile
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Final

from pdfpipe.pdf.proof.expectation import ExpectedPage, pack

__all__ = ["Expectations"]

_IN_MEMORY: Final = 1 << 20
"""Bytes: the expectations of about two hundred pages of text."""


class Expectations:
    """Some kilobytes a page, in a nameless file that is gone when its process is."""

    def __init__(self, folder: Path) -> None:
        """The file is in `folder`, once it is worth one."""
        self._spool = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+b", dir=str(folder))  # noqa: SIM115 - closed by close()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, page: ExpectedPage) -> None:
        """Keep what is expected of the next page.

        Raises:
            OSError: the file cannot be written.

        """
        self._ends.append(self._ends[-1] + self._spool.write(pack(page)))

    def read(self, start: int, stop: int) -> tuple[bytes, ...]:
        """What is expected of pages from `start` until before `stop`, counted from 0, each packed.

        Raises:
            OSError: the file cannot be read.

        """
        ends = self._ends[start : stop + 1]
        self._spool.seek(ends[0])
        return tuple(self._spool.read(end - begin) for begin, end in pairwise(ends))

    def close(self) -> None:
        """Forget everything."""
        self._spool.close()
