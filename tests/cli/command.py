"""The command, run as a user runs it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.support import SCANS

PATIENCE = 100

_SETTING_VARIABLES = ("TESSDATA_PREFIX", "SOURCE_DATE_EPOCH")


def environment(**changes: str) -> dict[str, str]:
    """This process's, without what changes pdfpipe's behaviour, and with what the test asks for."""
    kept = {name: value for name, value in os.environ.items() if name not in _SETTING_VARIABLES}
    return {**kept, "PYTHONUTF8": "1", **changes}


def pdfpipe(
    *arguments: str | bytes | Path,
    stdin: bytes = b"",
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    before_start: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pdfpipe", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
        cwd=cwd,
        env=env or environment(),
        preexec_fn=before_start,
        timeout=PATIENCE,
    )


def start(
    *arguments: str | Path, env: dict[str, str] | None = None, heeds_ctrl_c: bool = True
) -> subprocess.Popen[bytes]:
    """The command in a process group of its own, as a shell starts it, in the foreground or with `&`."""
    action = signal.SIG_DFL if heeds_ctrl_c else signal.SIG_IGN
    return subprocess.Popen(
        [sys.executable, "-m", "pdfpipe", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env or environment(),
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, action),
    )


def files_of_at_most(size: int) -> Callable[[], None]:
    """A limit under which every larger file is one that the disk has no room for."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def without_privileges() -> Callable[[], None] | None:
    """What makes root heed permissions: giving up its capabilities. None for who has none to give up."""
    if os.geteuid() != 0:
        return None
    if not sys.platform.startswith("linux"):
        pytest.skip("root heeds no permissions here, and only on Linux can it be made to")
    libc = ctypes.CDLL(None, use_errno=True)
    drop_from_bounding_set = 24

    def give_up() -> None:
        for capability in range(64):
            libc.prctl(drop_from_bounding_set, capability, 0, 0, 0)

    return give_up


def long_books(folder: Path, count: int) -> Path:
    """Folders of four real pages, each a second or two of work."""
    return _books(folder, count, sorted((SCANS / "declaration").iterdir()))


def short_books(folder: Path, count: int) -> Path:
    """Folders of two real pages with little on them."""
    return _books(folder, count, [SCANS / "formats" / "png-1bit.png", SCANS / "formats" / "jpeg-grey.jpg"])


def _books(folder: Path, count: int, pages: list[Path]) -> Path:
    for number in range(count):
        book = folder / f"book-{number:02}"
        book.mkdir(parents=True)
        for page in pages:
            (book / page.name).symlink_to(page)
    return folder
