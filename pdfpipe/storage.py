"""Files that are either whole or not there."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, TypeVar, cast

from pdfpipe.errors import DiskFullError, DocumentError, PdfpipeError, StorageError
from pdfpipe.model.names import shown

__all__ = [
    "AtomicFile",
    "Room",
    "abandon",
    "abandoned",
    "commit_together",
    "left_behind",
    "scratch_file",
    "storage_error",
]

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_T = TypeVar("_T")

_TEMPORARY_SUFFIX: Final = ".pdfpipe-part"
_MAX_NAME_BYTES: Final = 255
_BUFFER: Final = 1 << 18

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_REASONS_WHEREVER: Final = {
    errno.ENOSPC: "the disk is full; free some space and run the same command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the same command again",
    errno.EROFS: "the file system is read-only",
}
_REASONS_HERE: Final = {
    errno.EACCES: "there is no permission to write there",
    errno.EPERM: "there is no permission to write there",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EEXIST: "a part of its path is a file, not a folder",
    errno.EISDIR: "there is a folder of this name",
    errno.ENAMETOOLONG: "its name is too long",
}


class Room(Protocol):
    """What is done where there is no room for bytes; without one, that is an error at once."""

    def wait(self, target: Path, error: OSError) -> None:
        """Return when another try is worth it; raises the error where none is."""
        ...

    def end_wait(self) -> None:
        """What was tried again after `wait` is not any more: it has been done, or is given up."""
        ...


class AtomicFile:
    """A file that appears under its name only when `commit` has put every byte on the disk.

    Until then its bytes are in a hidden file in the same folder; `discard` removes that.  One of the
    two must be called; calling `discard` after either does nothing.

    The hidden file's name follows from the target's, so that what a killed process left is used up by
    the next; a lock on it keeps two processes from writing one target at the same time.
    """

    def __init__(self, target: Path, room: Room | None = None) -> None:
        """Create the hidden file, and the target's folder where it is missing.

        Where the disk is full, then and later, `room` says whether to wait; it blocks the thread.

        Raises:
            DocumentError: another process is writing this target.
            StorageError, DocumentError: the folder or the file cannot be made.

        """
        self._target = target
        self._temporary = _temporary_beside(target)
        try:
            _with_room(lambda: target.parent.mkdir(parents=True, exist_ok=True), target, room)
            self.stream: BinaryIO = _with_room(
                lambda: _open_locked(self._temporary, target, room), target, room
            )
        except BlockingIOError as error:
            raise DocumentError(f"cannot write {shown(target)}: another pdfpipe is writing it") from error
        except OSError as error:
            raise storage_error(target, error) from error
        self._room = room
        self._settled = False

    @property
    def path(self) -> Path:
        """Where the bytes are until then, for readers in other processes."""
        return self._temporary

    def commit(self) -> int:
        """Make the file appear, in place of any that was there; returns its size in bytes.

        Raises:
            StorageError, DocumentError: the bytes cannot be written; the target is as it was.

        """
        size = self.prepare()
        try:
            _with_room(lambda: self._temporary.replace(self._target), self._target, self._room)
            self.stream.close()
            self._settled = True
            _sync_folder(self._target.parent)
        except OSError as error:
            self.discard()
            raise storage_error(self._target, error) from error
        return size

    def prepare(self) -> int:
        """Put every byte on the disk, so that `commit` has only to rename; returns the size in bytes.

        Raises:
            StorageError, DocumentError: the bytes cannot be written, or there is a folder of this name.

        """
        try:
            self.stream.flush()
            os.fsync(self.stream.fileno())
            if self._target.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            return self.stream.tell()
        except OSError as error:
            self.discard()
            raise storage_error(self._target, error) from error

    def retract(self) -> None:
        """Remove what `commit` has made appear."""
        with contextlib.suppress(OSError):
            self._target.unlink()

    def discard(self) -> None:
        """Leave nothing behind."""
        if self._settled:
            return
        self._settled = True
        # Removed before it is closed, that is, while it is locked: it cannot be another process's yet.
        with contextlib.suppress(OSError):
            self._temporary.unlink(missing_ok=True)
        abandon(self.stream)


def commit_together(files: Sequence[AtomicFile]) -> int:
    """Make files appear one right after the other, so that the last is there only if all are.

    Returns the size of the last in bytes.

    Raises:
        StorageError, DocumentError: one cannot be written; none of them is there then.

    """
    for file in files:
        file.prepare()
    size = 0
    for index, file in enumerate(files):
        try:
            size = file.commit()
        except PdfpipeError:
            for earlier in files[:index]:
                earlier.retract()
            raise
    return size


def left_behind(target: Path) -> Path:
    """Where a killed process would have left what it had written for this target."""
    return _temporary_beside(target)


@contextlib.contextmanager
def abandoned(target: Path) -> Iterator[Path | None]:
    """What a killed process has left for this target, locked until it is removed in the end.

    None where there is nothing, or a living process is writing it.
    """
    path = _temporary_beside(target)
    try:
        stream = path.open("rb")
    except OSError:
        yield None
        return
    with stream:
        try:
            _lock(stream)
            is_it = os.path.samestat(os.fstat(stream.fileno()), path.stat())
        except OSError:
            is_it = False
        yield path if is_it else None
        if is_it:
            with contextlib.suppress(OSError):
                path.unlink()


def storage_error(target: Path, error: OSError) -> PdfpipeError:
    """What went wrong with writing `target`, and what to do about it.

    A `StorageError` where other outputs would fare no better, a `DocumentError` where only this
    target is at fault.
    """
    wherever, here = _REASONS_WHEREVER.get(error.errno or 0), _REASONS_HERE.get(error.errno or 0)
    reason = wherever or here or error.strerror or str(error)
    kind = DocumentError if here else DiskFullError if error.errno in _FULL else StorageError
    return kind(f"cannot write {shown(target)}: {reason}")


def scratch_file(folder: Path, target: Path, room: Room | None = None) -> BinaryIO:
    """A nameless file in `folder`, to write and read, that is gone when it is closed or its process ends.

    It serves to write `target`, and waits for room as that does.

    Raises:
        OSError: it cannot be made.

    """

    def make() -> BinaryIO:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as unbuffered:
            descriptor = os.dup(unbuffered.fileno())
        return cast("BinaryIO", io.BufferedRandom(_PatientFile(descriptor, "r+b", target, room), _BUFFER))

    return _with_room(make, target, room)


def abandon(stream: BinaryIO) -> None:
    """Close a file that nobody needs any more, without waiting for room for what is still to be written."""
    raw = getattr(stream, "raw", None)
    if isinstance(raw, _PatientFile):
        raw.room = None
    with contextlib.suppress(OSError):
        stream.close()


class _PatientFile(io.FileIO):
    """A file that may wait for room: then no byte is lost or written twice."""

    def __init__(self, descriptor: int, mode: str, target: Path, room: Room | None) -> None:
        super().__init__(descriptor, mode)
        self.room = room
        self._target = target

    def write(self, data: ReadableBuffer, /) -> int:
        return _with_room(lambda: _raw_write(self, data), self._target, self.room)


_raw_write = io.FileIO.write


def _with_room(action: Callable[[], _T], target: Path, room: Room | None) -> _T:
    """Do it, again and again where there is no room and that shall be waited for."""
    if room is None:
        return action()
    has_waited = False
    try:
        while True:
            try:
                return action()
            except OSError as error:
                if error.errno not in _FULL:
                    raise
                has_waited = True
                room.wait(target, error)
    finally:
        if has_waited:
            room.end_wait()


def _temporary_beside(target: Path) -> Path:
    tail = os.fsencode(_TEMPORARY_SUFFIX)
    name = os.fsencode(target.name)
    if len(name) + len(tail) + 1 > _MAX_NAME_BYTES:
        name = hashlib.sha256(name).hexdigest().encode("ascii")
    return target.parent / os.fsdecode(b"." + name + tail)


def _open_locked(path: Path, target: Path, room: Room | None) -> BinaryIO:
    """The file, empty and locked.

    Raises:
        BlockingIOError: another process has it locked.
        OSError: it cannot be opened.

    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        stream = io.BufferedWriter(_PatientFile(descriptor, "wb", target, room), _BUFFER)
        try:
            _lock(stream)
            # Between the opening and the locking, its owner may have renamed or removed it.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(stream.fileno()), path.stat()):
                    stream.truncate(0)
                    return stream
        except BaseException:
            stream.close()
            raise
        stream.close()


def _lock(stream: BinaryIO) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network file systems have no locks; a lone writer does well without.
        if error.errno not in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP):
            raise


def _sync_folder(folder: Path) -> None:
    """Put the folder's entry on the disk too, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
