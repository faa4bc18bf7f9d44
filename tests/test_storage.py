"""Files are whole or not there, whatever the disk does."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdfpipe.errors import DiskFullError, DocumentError, PdfpipeError, StorageError
from pdfpipe.storage import AtomicFile, storage_error
from tests.support import without_root


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def write(target: Path, data: bytes) -> int:
    file = AtomicFile(target)
    file.stream.write(data)
    return file.commit()


def test_nothing_stands_under_the_name_before_commit(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    file = AtomicFile(target)
    file.stream.write(b"x" * 1_000_000)
    assert not target.exists()
    assert file.commit() == 1_000_000
    assert target.read_bytes() == b"x" * 1_000_000
    assert names_in(tmp_path) == ["a.pdf"]


def test_what_is_being_written_is_hidden_from_listings_and_globs(tmp_path: Path) -> None:
    file = AtomicFile(tmp_path / "a.pdf")
    assert all(name.startswith(".") and not name.endswith(".pdf") for name in names_in(tmp_path))
    file.discard()


def test_discard_leaves_nothing(tmp_path: Path) -> None:
    file = AtomicFile(tmp_path / "a.pdf")
    file.stream.write(b"half a file")
    file.discard()
    assert names_in(tmp_path) == []


def test_discard_after_commit_keeps_the_file(tmp_path: Path) -> None:
    file = AtomicFile(tmp_path / "a.pdf")
    file.stream.write(b"whole")
    file.commit()
    file.discard()
    file.discard()
    assert (tmp_path / "a.pdf").read_bytes() == b"whole"


def test_discard_keeps_the_file_that_was_to_be_replaced(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    file = AtomicFile(target)
    file.stream.write(b"new")
    file.discard()
    assert target.read_bytes() == b"old"


def test_commit_replaces_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"an old and longer file")
    assert write(target, b"new") == 3
    assert target.read_bytes() == b"new"


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write(tmp_path / "2024" / "may" / "a.pdf", b"x")
    assert (tmp_path / "2024" / "may" / "a.pdf").read_bytes() == b"x"


def test_a_committed_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    write(tmp_path / "a.pdf", b"x")
    (tmp_path / "plain").write_bytes(b"x")
    assert (tmp_path / "a.pdf").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("name", ["n" * 251 + ".pdf", "ü" * 125 + ".pdf", "東" * 83 + ".pdf"])
def test_names_as_long_as_the_file_system_takes_are_written(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, b"x")
    assert names_in(tmp_path) == [name]


def test_two_long_names_that_begin_alike_do_not_meet(tmp_path: Path) -> None:
    one, other = (AtomicFile(tmp_path / ("n" * 250 + end)) for end in ("1.pdf", "2.pdf"))
    one.stream.write(b"one")
    other.stream.write(b"other")
    one.commit()
    other.commit()
    assert (tmp_path / ("n" * 250 + "1.pdf")).read_bytes() == b"one"
    assert (tmp_path / ("n" * 250 + "2.pdf")).read_bytes() == b"other"


def test_a_document_that_is_being_written_is_not_written_twice_at_once(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    first = AtomicFile(target)
    first.stream.write(b"first")
    with pytest.raises(DocumentError, match="another pdfpipe is writing it"):
        AtomicFile(target)
    first.commit()
    assert target.read_bytes() == b"first"
    write(target, b"second")
    assert target.read_bytes() == b"second"


def test_what_a_killed_process_left_is_used_up(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    killed = AtomicFile(target)
    killed.stream.write(b"x" * 1000)
    killed.stream.close()  # as the system does with the files of a process that it kills
    assert len(names_in(tmp_path)) == 1
    write(target, b"whole")
    assert target.read_bytes() == b"whole"
    assert names_in(tmp_path) == ["a.pdf"]


def test_a_name_that_is_too_long_concerns_this_document_only(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="name is too long"):
        write(tmp_path / ("n" * 300 + ".pdf"), b"x")
    assert names_in(tmp_path) == []


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DocumentError, match=r"cannot write .*a\.pdf: a part of its path is a file"):
        AtomicFile(tmp_path / "file" / "a.pdf")


def test_a_folder_under_the_name_is_named_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").mkdir()
    file = AtomicFile(tmp_path / "a.pdf")
    with pytest.raises(DocumentError, match="there is a folder of this name"):
        file.commit()
    assert names_in(tmp_path) == ["a.pdf"]
    assert (tmp_path / "a.pdf").is_dir()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everyone may read and nobody but root may write: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)


def test_a_folder_without_write_permission_concerns_this_document_only(public_folder: Path) -> None:
    with without_root(), pytest.raises(DocumentError, match="no permission to write there"):
        AtomicFile(public_folder / "a.pdf")
    assert names_in(public_folder) == []


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_is_full_at_fsync_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    file = AtomicFile(target)
    file.stream.write(b"new")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(
        StorageError, match="the disk is full; free some space and run the same command again"
    ):
        file.commit()
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.pdf"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_disk_that_is_full_at_the_last_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    file = AtomicFile(target)
    file.stream.close()
    file.stream = Path("/dev/full").open("wb")  # noqa: SIM115 - commit or discard closes it
    file.stream.write(b"new")
    with pytest.raises(StorageError, match="the disk is full"):
        file.commit()
    assert target.read_bytes() == b"old"
    assert names_in(tmp_path) == ["a.pdf"]


def test_bytes_are_on_the_disk_before_they_get_their_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.pdf"
    seen: list[tuple[int, bool]] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        seen.append((os.fstat(descriptor).st_size, target.exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    file = AtomicFile(target)
    file.stream.write(b"x" * 5000)
    file.commit()
    assert seen[0] == (5000, False)
    assert seen[-1][1]  # and the folder, which now holds the name, after that


def test_a_file_system_whose_folders_cannot_be_synced_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def only_files(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):  # noqa: PTH112 - a link of the system's
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", only_files)
    assert write(tmp_path / "a.pdf", b"x") == 1


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EROFS, StorageError),
        (errno.EIO, StorageError),
        (errno.EACCES, DocumentError),
        (errno.EISDIR, DocumentError),
        (errno.ENAMETOOLONG, DocumentError),
    ],
)
def test_errors_end_the_run_only_where_other_outputs_would_fare_no_better(
    number: int, kind: type[PdfpipeError]
) -> None:
    error = storage_error(Path("out/a.pdf"), OSError(number, os.strerror(number)))
    assert type(error) is kind
    assert str(error).startswith("cannot write out/a.pdf: ")


def test_unforeseen_errors_keep_the_words_of_the_system() -> None:
    assert "odd words" in str(storage_error(Path("a"), OSError(errno.EIO, "odd words")))
    assert "odd failure" in str(storage_error(Path("a"), OSError("odd failure")))
