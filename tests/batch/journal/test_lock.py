"""Two at once are refused, and nobody else."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pdfpipe.batch.journal.lock import FolderLock, Holder, holder_of
from pdfpipe.errors import BatchRunningError, ExitCode


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_who_comes_second_is_told_who_came_first(path: Path, tmp_path: Path) -> None:
    lock = FolderLock(path, tmp_path)
    with pytest.raises(BatchRunningError, match=f"process {os.getpid()} on .* makes documents in") as told:
        FolderLock(path, tmp_path)
    assert told.value.exit_code is ExitCode.STORAGE
    assert "FILE.pdf" in str(told.value)
    assert holder_of(path) == Holder.me()
    lock.release()
    assert holder_of(path) is None
    FolderLock(path, tmp_path).release()


def test_one_who_asks_is_in_nobody_s_way(path: Path, tmp_path: Path) -> None:
    FolderLock(path, tmp_path).release()
    with path.open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        code = (
            "import sys; from pathlib import Path; from pdfpipe.batch.journal.lock import FolderLock;"
            "print('in', flush=True); FolderLock(Path(sys.argv[1]), Path('.')); print('got', flush=True)"
        )
        with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"in\n"
            fcntl.flock(asking, fcntl.LOCK_UN)
            assert other.stdout.readline() == b"got\n"


def test_a_killed_process_has_no_lock(path: Path, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from pdfpipe.batch.journal.lock import FolderLock;"
        "lock = FolderLock(Path(sys.argv[1]), Path('.')); print(flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        holder = holder_of(path)
        assert holder is not None
        assert holder.pid == other.pid
        other.kill()
    assert holder_of(path) is None
    FolderLock(path, tmp_path).release()


def test_where_there_are_no_locks_it_goes_on(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)
    lock = FolderLock(path, tmp_path)
    assert not lock.is_exclusive
    assert holder_of(path) == Holder.me()
    lock.release()
    assert holder_of(path) is None


def test_without_a_file_nobody_has_it(path: Path) -> None:
    assert holder_of(path) is None
