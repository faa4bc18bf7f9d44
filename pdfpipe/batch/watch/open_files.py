"""Whether somebody still has a file open for writing, where the system can tell.

Linux refuses a read lease on such a file (fcntl(2), F_SETLEASE).  A scanner that writes a page every half
minute, or a file server on this machine whose client does, is so found out, however long it pauses.
On network file systems a lease may be refused for any reason, so those are not asked.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["has_leases", "is_being_written"]

_LOCAL: Final = frozenset("bcachefs btrfs ext2 ext3 ext4 f2fs jfs overlay tmpfs xfs zfs".split())
_MOUNTS: Final = Path("/proc/self/mountinfo")


def has_leases(folder: Path) -> bool:
    """Whether files in this folder can be asked."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        device = os.stat(folder).st_dev  # noqa: PTH116
        return f"{os.major(device)}:{os.minor(device)}" in _local_devices()
    except OSError:
        return False


def is_being_written(path: Path) -> bool:
    """Whether another process has the file open for writing; False as well where that cannot be told."""
    try:
        # Without O_NONBLOCK, opening a file under somebody else's lease would wait.
        with _opened(path) as descriptor:
            # Whoever opens it for writing while we hold the lease has us told by a signal; the usual one
            # would end this process.
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False


def _local_devices() -> Iterator[str]:
    # proc(5): the device is the third field, the type stands after a lone hyphen.
    for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        fields, _, rest = line.partition(" - ")
        if rest.split(" ", 1)[0] in _LOCAL:
            yield fields.split(" ")[2]


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
