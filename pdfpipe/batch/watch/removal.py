"""Take originals out of the watched folder: rename them, or copy them where that cannot be, or delete them.

What takes more than one step is written down first, so that a process that is killed in between is followed
by one that goes on: half of the pages of a document must never be taken for a document.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

import msgspec

from pdfpipe.batch.watch.originals import Original, Originals, numbered
from pdfpipe.model.job import FileStamp
from pdfpipe.storage import AtomicFile

__all__ = ["Removal", "StoppedError", "unfinished"]

_NOTE: Final = ".pdfpipe-moving-"
_NOTE_SUFFIX: Final = ".json"
"""A file in the watched folder that tells what is being taken out of it."""

_CHUNK: Final = 1 << 20


class StoppedError(Exception):
    """The copying was to be stopped; it is gone on with at the next start."""


class _Step(msgspec.Struct, frozen=True):
    """One file, relative to the watched folder, to be moved, or deleted if there is no target."""

    source: str
    target: str | None
    stamp: FileStamp


class Removal(msgspec.Struct, frozen=True):
    """What is to be done with the originals of one document; `folder` is removed if it is empty then.

    Names are spelled as the hexadecimal digits of their bytes, since not all are UTF-8.
    """

    steps: tuple[_Step, ...]
    folder: str | None = None

    @classmethod
    def of(cls, originals: Originals, targets: Sequence[Path] | None) -> Self:
        """Move each file to its target, or delete it where there are no targets."""
        spelled = (
            [None] * len(originals.files) if targets is None else [_spelled(t.absolute()) for t in targets]
        )
        steps = [
            _Step(_spelled(file.path.relative_to(originals.root)), target, file.stamp)
            for file, target in zip(originals.files, spelled, strict=True)
        ]
        return cls(tuple(steps), _spelled(originals.folder) if originals.folder is not None else None)

    @property
    def names(self) -> tuple[str, ...]:
        """The files that it takes away, relative to the watched folder."""
        return tuple(str(_path(step.source)) for step in self.steps)

    def carry_out(self, root: Path, stop: Callable[[], bool] = lambda: False) -> None:
        """Take them out of the watched folder `root`; may be called again if it failed.

        A file that has been changed since it was read stays where it is.  Between file systems files are
        copied, put on the disk and only then removed.

        Raises:
            StoppedError: `stop` returned true while a large file was copied.
            OSError, StorageError, DocumentError: it is not possible; what was not moved is where it was.

        """
        content = msgspec.json.encode(self)
        note = root / f"{_NOTE}{hashlib.sha256(content).hexdigest()[:16]}{_NOTE_SUFFIX}"
        if not self._is_one_step(root):
            _write(note, content)
        for step in self.steps:
            target = None if step.target is None else _path(step.target)
            _take(Original(root / _path(step.source), step.stamp), target, stop)
        if self.folder is not None:
            _remove_empty(root / _path(self.folder), root)
        note.unlink(missing_ok=True)

    def _is_one_step(self, root: Path) -> bool:
        """Whether no process could be killed in the middle of it."""
        if len(self.steps) > 1:
            return False
        target = self.steps[0].target
        if target is None:
            return True
        folder = _path(target).parent
        folder.mkdir(parents=True, exist_ok=True)
        return root.stat().st_dev == folder.stat().st_dev


def unfinished(root: Path) -> list[Removal]:
    """What a process that was killed had begun to take out of this folder.

    Raises:
        OSError: that cannot be read.

    """
    found = []
    for note in sorted(root.glob(f"{_NOTE}*{_NOTE_SUFFIX}")):
        with suppress(msgspec.MsgspecError):  # ours is whole or not there
            found.append(msgspec.json.decode(note.read_bytes(), type=Removal))
    return found


def _write(note: Path, content: bytes) -> None:
    file = AtomicFile(note)
    try:
        file.stream.write(content)
        file.commit()
    finally:
        file.discard()


def _take(original: Original, target: Path | None, stop: Callable[[], bool]) -> None:
    if not original.is_unchanged:
        return
    if target is None:
        original.path.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if not Original(target, original.stamp).is_unchanged:  # else it was copied by a process that was killed
        if os.path.lexists(target):  # since its name was chosen
            target = next(path for path in numbered(target) if not os.path.lexists(path))
        try:
            original.path.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            if not _copy(original, target, stop):
                return
        else:
            return
    if original.is_unchanged:
        original.path.unlink()


def _copy(original: Original, target: Path, stop: Callable[[], bool]) -> bool:
    """Copy the file to where it cannot be renamed to; False if it changes meanwhile."""
    copy = AtomicFile(target)
    try:
        with original.path.open("rb") as source:
            while chunk := source.read(_CHUNK):
                if stop():
                    raise StoppedError
                copy.stream.write(chunk)
        copy.stream.flush()
        with suppress(PermissionError):
            shutil.copystat(original.path, copy.path)
        os.utime(copy.path, ns=(original.stamp.mtime_ns, original.stamp.mtime_ns))
        if not original.is_unchanged:
            return False
        copy.commit()
    finally:
        copy.discard()
    return True


def _remove_empty(folder: Path, root: Path) -> None:
    """Remove a folder and those above it, up to `root`, as far as they are empty."""
    with suppress(OSError):
        while folder != root:
            folder.rmdir()
            folder = folder.parent


def _spelled(path: Path) -> str:
    return os.fsencode(path).hex()


def _path(spelled: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(spelled)))
