"""A disk that is full from its n-th use on, until there is room again."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdfpipe import storage


class FaultyDisk:
    """Counts what is done to files below a folder: making, writing, syncing and renaming them."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, fail_from: int | None = None, *, sync: bool = True
    ) -> None:
        """With `sync`, syncing counts and fails too: so it is where room is found for bytes only then."""
        self.uses: list[str] = []
        self.is_full = False
        self._folder = Path(os.path.realpath(folder))
        self._fail_from = fail_from
        patch.setattr(storage, "_raw_write", self._watched("write", io.FileIO.write))
        if sync:
            patch.setattr(os, "fsync", self._watched("fsync", os.fsync))
        patch.setattr(os, "open", self._watched("open", os.open, _makes_a_file))
        patch.setattr(Path, "replace", self._watched("rename", Path.replace))
        patch.setattr(Path, "mkdir", self._watched("mkdir", Path.mkdir))

    def make_room(self) -> None:
        self.is_full = False
        self._fail_from = None

    def _watched(
        self, name: str, action: Callable[..., Any], counts: Callable[..., object] = lambda *_, **__: True
    ) -> Callable[..., Any]:
        def watched(first: Any, *rest: Any, **named: Any) -> Any:
            if counts(first, *rest, **named) and self._is_below(first, name):
                self.uses.append(name)
                if self._fail_from is not None and len(self.uses) >= self._fail_from:
                    self.is_full = True
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return action(first, *rest, **named)

        return watched

    def _is_below(self, file: object, use: str) -> bool:
        descriptor = file.fileno() if isinstance(file, io.FileIO) else file
        shown = f"/proc/self/fd/{descriptor}" if isinstance(descriptor, int) else descriptor
        path = Path(os.path.realpath(str(shown)))
        # Folders that are there already, and syncing them, are nothing that a full disk prevents.
        return path.is_relative_to(self._folder) and (use == "open" or not path.is_dir())


def _makes_a_file(_path: object, flags: int, *_: object, **__: object) -> bool:
    nameless = getattr(os, "O_TMPFILE", 0) & ~os.O_DIRECTORY
    return bool(flags & (os.O_CREAT | nameless))
