"""Data by key in the files of a folder, of bounded size, for any number of processes at once.

    FOLDER/3f/3f9c…     one file an entry, below the first two digits of its key

An entry is written before it gets its name, and then put on the disk, so that nobody sees half of one.  What
a power cut damages is noticed by its checksum.  Nothing is locked: two processes that write one key write the
same.  Each of the 256 parts is bounded by itself, and who writes looks at one of them only.  The entry that
was asked for the longest ago goes first; the time of modification tells.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.ocr.cache.entry import pack, unpack
from pdfpipe.ocr.cache.placing import PART_SUFFIX, place
from pdfpipe.ocr.cache.syncing import sync_and_close

__all__ = ["Store", "Usage"]

_SHARDS: Final = 256
_KEY: Final = re.compile(r"[0-9a-f]{40}")
_ABANDONED_SECONDS: Final = 3600.0
"""Files under another name that are older were left behind by a process that was killed."""

_FUTURE_SECONDS: Final = 86400.0
"""The clock has been set back since an entry was used if that is still so far ahead."""


class Usage(msgspec.Struct, frozen=True):
    """How many entries there are, or were removed, and their bytes; when the oldest was last asked for."""

    entries: int = 0
    size: int = 0
    oldest: float | None = None


class _Entry(msgspec.Struct, frozen=True):
    """`used` is in seconds since 1970."""

    path: Path
    size: int
    used: float


class Store:
    """All methods raise OSError where the folder does not let them, except where they say otherwise."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        """The folder is made when it is first written to."""
        self.folder = folder
        self.max_bytes = max_bytes

    def get(self, key: str) -> bytes | None:
        """The data of an entry; None if there is none, or none that can be read.

        What is damaged is removed.  Never raises.
        """
        path = self._path(key)
        with contextlib.suppress(OSError):
            data = unpack(key, path.read_bytes())
            if data is None:
                path.unlink()
                return None
            with contextlib.suppress(OSError):
                os.utime(path)
            return data
        return None

    def put(self, key: str, data: bytes) -> None:
        """Keep data, in place of what there may be, and make room for it.

        What takes more than its part of the folder may hold is not kept.
        """
        packed = pack(key, data)
        if len(packed) > self._share:
            return
        path = self._path(key)
        for folder in (self.folder.parent, self.folder, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_and_close(place(path, packed))
        self._make_room(path)

    def remove(self, key: str) -> None:
        """Forget an entry, if it is there.  Never raises."""
        with contextlib.suppress(OSError):
            self._path(key).unlink()

    def usage(self) -> Usage:
        """What there is."""
        return _usage(self._entries())

    def prune(self, max_bytes: int | None = None, max_age: float | None = None) -> Usage:
        """Remove entries that were not asked for within `max_age` seconds, then the oldest until all
        together take no more than `max_bytes`; returns what was removed.
        """
        entries = _by_age(self._entries())
        limit = time.time() - max_age if max_age is not None else float("-inf")
        total = sum(entry.size for entry in entries)
        removed = []
        for entry in entries:
            if entry.used >= limit and (max_bytes is None or total <= max_bytes):
                break
            entry.path.unlink(missing_ok=True)
            removed.append(entry)
            total -= entry.size
        return _usage(removed)

    def clear(self) -> Usage:
        """Remove all entries and the folder, but nothing in it that is not the store's."""
        removed = self.prune(max_bytes=-1)
        for shard in self._shards():
            _sweep(shard, 0.0)
            with contextlib.suppress(OSError):
                shard.rmdir()
        with contextlib.suppress(OSError):
            self.folder.rmdir()
        return removed

    @property
    def _share(self) -> int:
        return self.max_bytes // _SHARDS

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _make_room(self, newest: Path) -> None:
        """Remove the oldest entries of one part until it has no more than its share, but never the newest."""
        entries = _by_age(_entries(newest.parent))
        total = sum(entry.size for entry in entries)
        for entry in entries:
            if total <= self._share:
                break
            if entry.path != newest:
                entry.path.unlink(missing_ok=True)
                total -= entry.size
        _sweep(newest.parent, _ABANDONED_SECONDS)

    def _shards(self) -> Iterator[Path]:
        return (self.folder / f"{number:02x}" for number in range(_SHARDS))

    def _entries(self) -> Iterator[_Entry]:
        return (entry for shard in self._shards() for entry in _entries(shard))


def _entries(shard: Path) -> Iterator[_Entry]:
    """The entries of one part; those that another process removes meanwhile are left out."""
    with contextlib.suppress(FileNotFoundError), os.scandir(shard) as files:
        for file in files:
            if _KEY.fullmatch(file.name):
                with contextlib.suppress(FileNotFoundError):
                    status = file.stat(follow_symlinks=False)
                    yield _Entry(Path(file.path), status.st_size, status.st_mtime)


def _by_age(entries: Iterable[_Entry]) -> list[_Entry]:
    """The oldest first; one that says it is from the future may be of any age, and is the oldest."""
    latest = time.time() + _FUTURE_SECONDS
    return sorted(entries, key=lambda entry: entry.used if entry.used <= latest else 0.0)


def _sweep(shard: Path, seconds: float) -> None:
    """Remove what killed processes have left so long ago."""
    before = time.time() - seconds
    with contextlib.suppress(OSError):
        for file in list(shard.glob(f".*{PART_SUFFIX}")):
            if file.stat().st_mtime <= before:
                file.unlink(missing_ok=True)


def _usage(entries: Iterable[_Entry]) -> Usage:
    count, size, oldest = 0, 0, None
    for entry in entries:
        count += 1
        size += entry.size
        oldest = entry.used if oldest is None else min(oldest, entry.used)
    return Usage(count, size, oldest)
