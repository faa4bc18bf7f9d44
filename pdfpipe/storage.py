"""Files that are either whole or not there."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

from pdfpipe.errors import DocumentError, PdfpipeError, StorageError
from pdfpipe.model.names import shown

__all__ = ["AtomicFile", "commit_together", "left_behind", "storage_error"]

_TEMPORARY_SUFFIX: Final = ".pdfpipe-part"
_MAX_NAME_BYTES: Final = 255

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


class AtomicFile:
    """A file that appears under its name only when `commit` has put every byte on the disk.

    Until then its bytes are in a hidden file in the same folder; `discard` removes that.  One of the
    two must be called; calling `discard` after either does nothing.

    The hidden file's name follows from the target's, so that what a killed process left is used up by
    the next; a lock on it keeps two processes from writing one target at the same time.
    """

    def __init__(self, target: Path) -> None:
        """Create the hidden file, and the target's folder where it is missing.

        Raises:
            DocumentError: another process is writing this target.
            StorageError, DocumentError: the folder or the file cannot be made.

        """
        self._target = target
        self._temporary = _temporary_beside(target)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.stream: BinaryIO = _open_locked(self._temporary)
        except BlockingIOError as error:
            raise DocumentError(f"cannot write {shown(target)}: another pdfpipe is writing it") from error
        except OSError as error:
            raise storage_error(target, error) from error
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
            self._temporary.replace(self._target)
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
        with contextlib.suppress(OSError):
            self.stream.close()


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


def storage_error(target: Path, error: OSError) -> PdfpipeError:
    """What went wrong with writing `target`, and what to do about it.

    A `StorageError` where other outputs would fare no better, a `DocumentError` where only this
    target is at fault.
    """
    wherever, here = _REASONS_WHEREVER.get(error.errno or 0), _REASONS_HERE.get(error.errno or 0)
    reason = wherever or here or error.strerror or str(error)
    kind = DocumentError if here else StorageError
    return kind(f"cannot write {shown(target)}: {reason}")


def _temporary_beside(target: Path) -> Path:
    tail = os.fsencode(_TEMPORARY_SUFFIX)
    name = os.fsencode(target.name)
    if len(name) + len(tail) + 1 > _MAX_NAME_BYTES:
        name = hashlib.sha256(name).hexdigest().encode("ascii")
    return target.parent / os.fsdecode(b"." + name + tail)


def _open_locked(path: Path) -> BinaryIO:
    """The file, empty and locked.

    Raises:
        BlockingIOError: another process has it locked.
        OSError: it cannot be opened.

    """
    while True:
        stream = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "wb", buffering=1 << 18)
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
