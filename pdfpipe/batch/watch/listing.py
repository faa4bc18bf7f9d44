"""What lies in a watched folder at one moment."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

import msgspec

from pdfpipe.model.job import FileStamp

__all__ = ["Listing", "list_files"]


class Listing(msgspec.Struct, frozen=True):
    """The files of a folder in depth, by their paths relative to it, with ``/`` between the parts.

    `unreadable` are the folders in it that cannot be listed, with the reason.
    """

    files: dict[str, FileStamp]
    unreadable: dict[str, str] = {}


def list_files(root: Path, skipped: Collection[str] = ()) -> Listing:
    """List the folder; nothing is opened.

    Passed over are hidden folders, those named in `skipped` by their relative paths, and links to folders:
    what they lead to is not this folder's, and must not be moved or deleted as if it were.

    Raises:
        OSError: `root` itself cannot be listed.

    """
    files: dict[str, FileStamp] = {}
    unreadable: dict[str, str] = {}
    pending = [""]
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    name = f"{folder}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        if not entry.name.startswith(".") and name not in skipped:
                            pending.append(f"{name}/")
                    elif (stamp := _stamp(entry)) is not None:
                        files[name] = stamp
        except OSError as error:
            if not folder:
                raise
            if not isinstance(error, FileNotFoundError):  # else it has just been removed
                unreadable[folder[:-1]] = error.strerror or str(error)
    return Listing(files, unreadable)


def _stamp(entry: os.DirEntry[str]) -> FileStamp | None:
    """None for what is no file, is gone, or leads nowhere."""
    try:
        status = entry.stat()
    except OSError:
        return None
    return FileStamp(status.st_size, status.st_mtime_ns) if stat.S_ISREG(status.st_mode) else None
