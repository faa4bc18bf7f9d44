"""The folders of a watch, checked against one another before it begins."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from pdfpipe.errors import UsageError
from pdfpipe.model.names import shown
from pdfpipe.model.watch_settings import Done, Failed, WatchSettings

__all__ = ["Folders", "watched_alone"]


class Folders(msgspec.Struct, frozen=True):
    """Where scans come from and go to.

    Attributes:
        root: the watched folder.
        output: where PDFs go.
        done, failed: where originals are moved; None where they are not.

    """

    root: Path
    output: Path
    done: Path | None
    failed: Path | None

    @classmethod
    def of(cls, root: Path, output: Path, settings: WatchSettings) -> Folders:
        """The folders of a watch.

        Raises:
            UsageError: the watched folder is not there, or two of them cannot be the same.

        """
        if not root.is_dir():
            raise UsageError(f"cannot watch {shown(root)}: it is no folder, or not there")
        done = settings.done_folder or root / "done" if settings.done is Done.MOVE else None
        failed = settings.failed_folder or root / "failed" if settings.failed is Failed.MOVE else None
        folders = cls(root, output, done, failed)
        if _same(output, root):
            raise UsageError(
                f"PDFs among the scans would be read again: name another folder than {shown(root)}"
            )
        if output.exists() and not output.is_dir():
            raise UsageError(f"{shown(output)} is a file, and a watch needs a folder for its PDFs")
        for folder, option in ((done, "--done-folder"), (failed, "--failed-folder")):
            if folder is not None and (_same(folder, root) or _same(folder, output)):
                raise UsageError(
                    f"{option}: {shown(folder)} is watched, or has the PDFs: name another folder"
                )
        return folders

    @property
    def skipped(self) -> frozenset[str]:
        """Those that lie in the watched one, relative to it: nothing in them is a scan that has come."""
        return frozenset(
            inside
            for folder in (self.output, self.done, self.failed)
            if folder is not None and (inside := self.inside(folder)) is not None
        )

    def inside(self, path: Path) -> str | None:
        """The path relative to the watched folder; None if it is not in it."""
        real = Path(os.path.realpath(path))
        root = os.path.realpath(self.root)
        return real.relative_to(root).as_posix() if real.is_relative_to(root) else None


@contextmanager
def watched_alone(root: Path) -> Iterator[None]:
    """Let no other process take originals out of this folder meanwhile.

    Raises:
        UsageError: another does.

    """
    descriptor = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Network file systems may have no locks for folders.
            if error.errno == errno.EWOULDBLOCK:
                raise UsageError(
                    f"another pdfpipe watch takes originals out of {shown(root)}; one of them must stop"
                ) from error
        yield
    finally:
        os.close(descriptor)


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)
