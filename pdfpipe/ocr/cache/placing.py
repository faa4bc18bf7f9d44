"""Put a file in its place at once, and leave nothing behind if the process is killed meanwhile."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Final

__all__ = ["PART_SUFFIX", "place"]

PART_SUFFIX: Final = ".part"
"""Of files that have another name until they are whole, where the system knows none without a name."""

_TMPFILE: Final[int | None] = getattr(os, "O_TMPFILE", None)
_DESCRIPTORS: Final = "/proc/self/fd"


def place(path: Path, data: bytes) -> int:
    """Write a file that only its owner may read, and give it its name; returns its descriptor, still open.

    Raises:
        OSError: it cannot be written, or its place is taken by a folder.

    """
    descriptor = _place_nameless(path, data)
    return descriptor if descriptor is not None else _place_by_rename(path, data)


def _place_nameless(path: Path, data: bytes) -> int | None:
    """Write it without a name and link it; None where the file system, or the system, cannot do that."""
    if _TMPFILE is None:
        return None
    try:
        descriptor = os.open(path.parent, _TMPFILE | os.O_WRONLY, 0o600)
    except OSError:
        return None
    is_placed = False
    try:
        _write(descriptor, data)
        is_placed = _is_linked(f"{_DESCRIPTORS}/{descriptor}", path)
    finally:
        if not is_placed:
            os.close(descriptor)
    return descriptor if is_placed else None


def _is_linked(source: str, path: Path) -> bool:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for _ in range(2):
            try:
                # A folder's descriptor makes Python call linkat, which alone follows the link in /proc.
                os.link(source, path.name, dst_dir_fd=folder, follow_symlinks=True)
            except FileExistsError:
                path.unlink(missing_ok=True)
            except OSError:
                return False
            else:
                return True
    finally:
        os.close(folder)
    return True  # another process has put its own there in between, which says the same


def _place_by_rename(path: Path, data: bytes) -> int:
    descriptor, name = tempfile.mkstemp(PART_SUFFIX, ".", path.parent)
    temporary = Path(name)
    try:
        _write(descriptor, data)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    return descriptor


def _write(descriptor: int, data: bytes) -> None:
    """Write all of it, however little the system takes at once."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
