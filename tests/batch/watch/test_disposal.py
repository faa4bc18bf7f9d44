"""What is owed when originals cannot be taken away."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pdfpipe.batch.watch import removal as removal_module
from pdfpipe.batch.watch.disposal import Disposal
from pdfpipe.batch.watch.folders import Folders
from pdfpipe.batch.watch.notices import NoticeKind
from pdfpipe.batch.watch.originals import Original, Originals
from pdfpipe.batch.watch.removal import StoppedError
from pdfpipe.model.job import FileStamp
from pdfpipe.model.watch_settings import WatchSettings
from tests.batch.tiny import files_below

SETTINGS = WatchSettings()


def originals(root: Path, name: str) -> Originals:
    path = root / name
    path.write_bytes(name.encode())
    status = path.stat()
    return Originals(root, Path(name), (Original(path, FileStamp(status.st_size, status.st_mtime_ns)),))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def disposal(root: Path, tmp_path: Path) -> Disposal:
    return Disposal(Folders.of(root, tmp_path / "out", SETTINGS), SETTINGS)


def test_what_was_stopped_is_owed_and_done_when_it_goes_on(
    root: Path, disposal: Disposal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise StoppedError

    with monkeypatch.context() as patch:
        patch.setattr(removal_module, "_take", stopped)
        assert disposal.published(originals(root, "a.tif")) is None
    assert disposal.owed_names == ("a.tif",)
    disposal.go_on()
    (notice,) = disposal.settle_debts()
    assert notice.kind is NoticeKind.MOVED
    assert files_below(root) == {"done/a.tif"}
    assert not disposal.owed_names


def test_many_threads_never_choose_the_same_name(root: Path, disposal: Disposal) -> None:
    (root / "done").mkdir()
    (root / "done" / "scan.tif").write_bytes(b"earlier")
    # The first is to become scan-2.tif, which is the name of the second.
    taken = [originals(root, name) for name in ("scan.tif", "scan-2.tif", "scan-2-2.tif")]
    threads = [threading.Thread(target=disposal.published, args=(one,)) for one in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    contents = sorted(path.read_bytes() for path in (root / "done").iterdir())
    assert contents == [b"earlier", b"scan-2-2.tif", b"scan-2.tif", b"scan.tif"]
