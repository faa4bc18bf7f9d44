"""What the proof expects of a document's pages, kept on the disk until they are written."""

from __future__ import annotations

import io
from array import array
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

from pdfpipe.pdf.proof.expectation import ExpectedPage, pack
from pdfpipe.storage import Room, abandon, scratch_file

__all__ = ["Expectations"]

_IN_MEMORY: Final = 1 << 20
"""Bytes: the expectations of about two hundred pages of text."""


class Expectations:
    """Some kilobytes a page; of long documents in a nameless file that is gone when its process is."""

    def __init__(self, target: Path, room: Room | None = None) -> None:
        """The file is beside `target`, once it is worth one; `room` says what is done on a full disk."""
        self._target = target
        self._room = room
        self._spool: BinaryIO = io.BytesIO()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, page: ExpectedPage) -> None:
        """Keep what is expected of the next page.

        Raises:
            OSError: the file cannot be written.

        """
        packed = pack(page)
        if isinstance(self._spool, io.BytesIO) and self._ends[-1] + len(packed) > _IN_MEMORY:
            file = scratch_file(self._target.parent, self._target, self._room)
            try:
                file.write(self._spool.getvalue())
            except OSError:
                abandon(file)
                raise
            self._spool = file
        self._spool.write(packed)
        self._ends.append(self._ends[-1] + len(packed))

    def flush(self) -> None:
        """Have all of it written.

        Raises:
            OSError: it cannot be.

        """
        self._spool.flush()

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
        abandon(self._spool)
