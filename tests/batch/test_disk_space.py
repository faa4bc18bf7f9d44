"""Whether the outputs will fit is found out before anything is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import pdfpipe
from pdfpipe.batch import disk_space
from pdfpipe.batch.disk_space import check_space, free_bytes
from pdfpipe.errors import DiskFullError
from pdfpipe.model.fault_settings import FaultSettings, OnFullDisk
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.settings import Grouping
from tests.batch.tiny import documents, files_below, run_batch, scripted, write_page

SetFree = Callable[[int], None]


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> SetFree:
    """Sets what the disk has free."""

    def set_free(number: int) -> None:
        monkeypatch.setattr(disk_space, "free_bytes", lambda _: number)

    return set_free


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """100,000 bytes of JPEG that go into the PDF as they are, and 100,000 of pixels that do not."""
    for name, size in (("photo.jpg", 100_000), ("picture.bmp", 100_000)):
        page = write_page(tmp_path / "scans" / name)
        with page.open("ab") as stream:
            stream.truncate(size)
    return tmp_path / "scans"


EACH = scripted(grouping=Grouping.FILE)


def test_where_there_is_room_nothing_is_said(scans: Path, tmp_path: Path, free: SetFree) -> None:
    assert check_space(documents(scans, tmp_path / "out", EACH)) == ()
    free(300_000)
    assert check_space(documents(scans, tmp_path / "out", EACH)) == ()


def test_what_cannot_fit_is_refused_with_both_numbers(scans: Path, tmp_path: Path, free: SetFree) -> None:
    free(50_000)
    with pytest.raises(DiskFullError, match=r"at least 90\.0 KB, and 50\.0 KB are free") as caught:
        check_space(documents(scans, tmp_path / "out", EACH))
    assert caught.value.exit_code == 6


def test_what_may_not_fit_is_warned_of(scans: Path, tmp_path: Path, free: SetFree) -> None:
    free(150_000)
    (warning,) = check_space(documents(scans, tmp_path / "out", EACH))
    assert "about 216.0 KB" in warning
    assert "150.0 KB are free" in warning


def test_who_waits_for_room_is_only_warned(scans: Path, tmp_path: Path, free: SetFree) -> None:
    free(50_000)
    waits = scripted(grouping=Grouping.FILE, faults=FaultSettings(on_full_disk=OnFullDisk.PAUSE))
    assert len(check_space(documents(scans, tmp_path / "out", waits))) == 1


def test_images_that_are_made_smaller_may_always_fit(scans: Path, tmp_path: Path, free: SetFree) -> None:
    free(50_000)
    smaller = scripted(grouping=Grouping.FILE, images=ImageSettings(jpeg_quality=30))
    assert len(check_space(documents(scans, tmp_path / "out", smaller))) == 1


def test_what_is_up_to_date_takes_nothing(scans: Path, tmp_path: Path, free: SetFree) -> None:
    run_batch(scans, tmp_path / "out", EACH)
    free(50_000)
    assert check_space(documents(scans, tmp_path / "out", EACH)) == ()


def test_what_is_made_anew_takes_what_it_grows_by(scans: Path, tmp_path: Path, free: SetFree) -> None:
    run_batch(scans, tmp_path / "out", EACH)
    for name in ("photo.pdf", "picture.pdf"):
        with (tmp_path / "out" / name).open("ab") as stream:
            stream.write(bytes(100_000))
    free(50_000)
    assert check_space(documents(scans, tmp_path / "out", EACH)) == ()


def test_a_call_from_python_is_refused_before_anything_is_written(
    scans: Path, tmp_path: Path, free: SetFree
) -> None:
    free(50_000)
    with pytest.raises(DiskFullError):
        pdfpipe.convert_sync(scans, tmp_path / "out", EACH)
    assert files_below(tmp_path / "out") == set()


def test_what_is_free_is_told_of_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    assert 0 < free_bytes(tmp_path / "a" / "b") < 1 << 60
