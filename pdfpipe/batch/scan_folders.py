"""Walk through folders of scans: what lies directly in each, in natural order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["RealPaths", "ScanFolder", "in_natural_order", "scan_folders"]


class ScanFolder(NamedTuple):
    """A folder, its place `inside` the one that was scanned, and its files, or why it cannot be read.

    Of each file it is told whether it is surely one; what else is no folder must be looked at.
    """

    path: Path
    inside: Path
    files: Sequence[tuple[str, bool]]
    error: OSError | None = None


def scan_folders(root: Path) -> Iterator[ScanFolder]:
    """The folder, and those below it; the ones that links lead to are visited once, hidden names are not."""
    seen: set[tuple[int, int]] = set()
    pending = [(root, Path())]
    while pending:
        folder, inside = pending.pop()
        try:
            status = folder.stat()
            with os.scandir(folder) as scanned:
                entries = {entry.name: entry for entry in scanned if not entry.name.startswith(".")}
        except OSError as error:
            yield ScanFolder(folder, inside, (), error)
            continue
        if (status.st_dev, status.st_ino) in seen:
            continue
        seen.add((status.st_dev, status.st_ino))
        files: list[tuple[str, bool]] = []
        folders: list[str] = []
        for name in in_natural_order(entries):
            if _is(entries[name].is_dir):
                folders.append(name)
            else:
                files.append((name, _is(entries[name].is_file)))
        yield ScanFolder(folder, inside, files)
        pending += [(folder / name, inside / name) for name in reversed(folders)]


def in_natural_order(names: Iterable[str]) -> list[str]:
    """Numbers in a name by their value and case left aside: page-2 before Page-10."""
    listed = list(names)
    if len(listed) < 2:
        return listed
    natural = _natural_key()
    return sorted(listed, key=lambda name: (natural(name), name))


class RealPaths:
    """Where paths lead to, for many paths in few folders: each folder is resolved once."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def of(self, path: Path) -> str:
        """As `os.path.realpath`."""
        return self._real(os.fspath(path))

    def _real(self, path: str) -> str:
        folder, name = os.path.split(path)
        if name in ("", ".", ".."):
            return os.path.realpath(path)
        if folder not in self._folders:
            self._folders[folder] = self._real(folder)
        real = os.path.join(self._folders[folder], name)  # noqa: PTH118 - many paths
        return os.path.realpath(real) if os.path.islink(real) else real  # noqa: PTH114


def _is(asked: Callable[[], bool]) -> bool:
    try:
        return asked()
    except OSError:  # a link to itself
        return False


@lru_cache(maxsize=1)
def _natural_key() -> Callable[[str], Any]:
    from natsort import natsort_keygen, ns  # slow to import, and a single file needs no order

    return natsort_keygen(alg=ns.IGNORECASE)
