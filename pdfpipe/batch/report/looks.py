"""What the pages that need a look look like, kept on disk until the report is written."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from pathlib import Path

import msgspec

from pdfpipe.batch.report.doubts import DoubtfulRegion
from pdfpipe.model.image import Thumbnail

__all__ = ["Look", "Looks"]


class Look(msgspec.Struct, frozen=True):
    """One page: its doubtful regions, and a small picture where one was made."""

    regions: tuple[DoubtfulRegion, ...] = ()
    thumbnail: Thumbnail | None = None


class Looks:
    """The looks of a run's pages, by the document's output and the page's number.

    They are in a file without a name, which goes with the process however it ends; in memory stays where
    each of them begins, so that ten thousand doubtful pages cost 2 MB.  The file is made when it is first
    needed.  Where it cannot be written, the report does without: `problem` then says why.
    """

    def __init__(self, folder: Path | None = None) -> None:
        """`folder` is where the file goes; None for the system's folder of temporary files."""
        self.problem: str | None = None
        self._folder = folder
        self._descriptor: int | None = None
        self._places: dict[tuple[Path, int], tuple[int, int]] = {}
        self._end = 0

    def put(self, output: Path, number: int, look: Look) -> None:
        """Keep the look of a page."""
        if self.problem is not None:
            return
        data = msgspec.msgpack.encode(look)
        try:
            if os.pwrite(self._open(), data, self._end) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            self.problem = error.strerror or str(error)
            return
        self._places[output, number] = self._end, len(data)
        self._end += len(data)

    def get(self, output: Path, number: int) -> Look:
        """The look of a page, an empty one where none was kept."""
        place = self._places.get((output, number))
        if place is None:
            return Look()
        try:
            return msgspec.msgpack.decode(os.pread(self._open(), place[1], place[0]), type=Look)
        except (OSError, msgspec.DecodeError) as error:
            self.problem = str(error)
            return Look()

    def _open(self) -> int:
        if self._descriptor is None:
            with tempfile.TemporaryFile(dir=self._folder) as file:
                self._descriptor = os.dup(file.fileno())
            weakref.finalize(self, os.close, self._descriptor)
        return self._descriptor
