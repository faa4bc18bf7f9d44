"""The lock by which two batches never make documents in one folder at the same time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import socket
import time
from pathlib import Path
from typing import Final, Self

import msgspec

from pdfpipe.errors import BatchRunningError
from pdfpipe.model.names import shown

__all__ = ["FolderLock", "Holder", "holder_of", "is_alive"]

_NO_LOCKS_HERE: Final = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)
_ATTEMPTS: Final = 5
_PAUSE: Final = 0.05
_HOLDER: Final = re.compile(r"(\d+) (\S+)\n")


class Holder(msgspec.Struct, frozen=True):
    """The process that has a lock."""

    pid: int
    host: str

    @classmethod
    def me(cls) -> Self:
        """The process that asks."""
        return cls(os.getpid(), socket.gethostname())

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"


class FolderLock:
    """An exclusive lock (flock) on a file that names its holder; the system frees it when that is gone.

    `is_exclusive` is false where the file system has no locks, and nobody can be kept out.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        """Take the lock; `folder` is what it is for.

        Raises:
            BatchRunningError: another process has it.
            OSError: the file cannot be made or written.

        """
        self._path = path
        while True:
            self._stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
            try:
                self.is_exclusive = self._take(folder)
                # Between the opening and the locking, its holder may have removed it.
                with contextlib.suppress(FileNotFoundError):
                    if os.path.samestat(os.fstat(self._stream.fileno()), path.stat()):
                        self._stream.truncate(0)
                        self._stream.write(f"{os.getpid()} {socket.gethostname()}\n".encode())
                        return
            except BaseException:
                self._stream.close()
                raise
            self._stream.close()

    def _take(self, folder: Path) -> bool:
        for _ in range(_ATTEMPTS):
            try:
                fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_PAUSE)  # whoever only asks whether it is free has it for a moment
            except OSError as error:
                if error.errno in _NO_LOCKS_HERE:
                    return False
                raise
            else:
                return True
        raise BatchRunningError(
            f"{_read(self._stream.read()) or 'another process'} makes documents in {shown(folder)}: "
            "wait until it is done (pdfpipe status tells), or name another folder; single documents, each "
            "named as FILE.pdf, may be made side by side"
        )

    def remove(self) -> None:
        """Let others have it, and leave no file behind."""
        self._path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Let others have it."""
        with contextlib.suppress(OSError):
            self._stream.truncate(0)
        self._stream.close()


def holder_of(path: Path) -> Holder | None:
    """Who has the lock; None if nobody, or if that cannot be known."""
    try:
        with path.open("rb") as stream:
            holder = _read(stream.read())
            try:
                fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return holder or Holder(0, "another machine")
            except OSError:
                return holder if holder is not None and is_alive(holder) else None
    except OSError:
        return None
    return None


def is_alive(holder: Holder) -> bool:
    """Whether there is such a process, as far as that can be known: of other machines it cannot."""
    if holder.host != socket.gethostname():
        return True
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _read(content: bytes) -> Holder | None:
    found = _HOLDER.fullmatch(content.decode("utf-8", "replace"))
    return Holder(int(found[1]), found[2]) if found is not None else None
