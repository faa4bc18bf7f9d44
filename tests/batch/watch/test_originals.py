"""Originals are moved or deleted whole, never over another file, and by one process after the other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pdfpipe.batch.watch import removal as removal_module
from pdfpipe.batch.watch.originals import Original, Originals
from pdfpipe.batch.watch.removal import Removal, StoppedError, unfinished
from pdfpipe.model.job import FileStamp
from tests.batch.tiny import files_below


def original(path: Path, content: bytes = b"scan") -> Original:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    status = path.stat()
    return Original(path, FileStamp(status.st_size, status.st_mtime_ns))


def one_file(root: Path, name: str = "scan.tif") -> Originals:
    return Originals(root, Path(name), (original(root / name),))


def one_folder(root: Path) -> Originals:
    files = tuple(original(root / "letters" / f"{page}.tif", b"%d" % page) for page in range(3))
    return Originals(root, Path("letters"), files, is_folder=True, folder=Path("letters"))


@pytest.fixture
def done(tmp_path: Path) -> Path:
    return tmp_path / "done"


@pytest.fixture
def another_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no file could be renamed out of the folder."""

    def refuse(self: Path, target: Path) -> Path:
        if self.name.endswith(".pdfpipe-part"):
            os.replace(self, target)  # noqa: PTH105
            return target
        raise OSError(18, os.strerror(18))

    monkeypatch.setattr(Path, "rename", refuse)
    monkeypatch.setattr(Removal, "_is_one_step", lambda *_: False)


def move(originals: Originals, folder: Path) -> None:
    _, targets = originals.targets(folder)
    Removal.of(originals, targets).carry_out(originals.root)


def test_a_file_is_moved(root: Path, done: Path) -> None:
    move(one_file(root), done)
    assert files_below(root) == set()
    assert files_below(done) == {"scan.tif"}


def test_a_folder_is_moved_with_its_tree_and_leaves_no_empty_one(root: Path, done: Path) -> None:
    move(one_folder(root), done)
    assert list(root.iterdir()) == []
    assert files_below(done) == {"letters/0.tif", "letters/1.tif", "letters/2.tif"}


def test_what_else_is_in_the_folder_stays_with_it(root: Path, done: Path) -> None:
    originals = one_folder(root)
    (root / "letters" / "notes.docx").write_bytes(b"")
    move(originals, done)
    assert files_below(root) == {"letters/notes.docx"}


def test_a_name_that_is_taken_gets_a_number_and_what_goes_with_it_the_same(root: Path, done: Path) -> None:
    original(done / "scan.tif", b"earlier")
    originals = Originals(
        root, Path("scan.tif"), (original(root / "scan.tif"), original(root / "scan.pdfpipe.toml"))
    )
    move(originals, done)
    assert files_below(done) == {"scan.tif", "scan-2.tif", "scan-2.pdfpipe.toml"}
    assert (done / "scan.tif").read_bytes() == b"earlier"


def test_of_a_folder_the_folder_gets_the_number(root: Path, done: Path) -> None:
    original(done / "letters" / "1.tif", b"earlier")
    move(one_folder(root), done)
    assert files_below(done) == {"letters/1.tif", *(f"letters-2/{page}.tif" for page in range(3))}


def test_a_file_that_came_late_joins_its_folder(root: Path, done: Path) -> None:
    original(done / "letters" / "7.tif")
    move(one_folder(root), done)
    assert files_below(done) == {f"letters/{page}.tif" for page in (0, 1, 2, 7)}


def test_a_name_taken_since_it_was_chosen_is_not_overwritten(root: Path, done: Path) -> None:
    originals = one_file(root)
    _, targets = originals.targets(done)
    original(done / "scan.tif", b"in between")
    Removal.of(originals, targets).carry_out(root)
    assert (done / "scan.tif").read_bytes() == b"in between"
    assert (done / "scan-2.tif").read_bytes() == b"scan"


@pytest.mark.parametrize("deleted", [True, False])
def test_a_file_that_has_changed_since_it_was_read_stays(root: Path, done: Path, deleted: bool) -> None:
    originals = one_folder(root)
    (root / "letters" / "1.tif").write_bytes(b"another")
    Removal.of(originals, None if deleted else originals.targets(done)[1]).carry_out(root)
    assert files_below(root) == {"letters/1.tif"}


def test_files_are_deleted(root: Path) -> None:
    Removal.of(one_folder(root), None).carry_out(root)
    assert list(root.iterdir()) == []


@pytest.mark.usefixtures("another_file_system")
def test_to_another_file_system_they_are_copied_with_their_times(root: Path, done: Path) -> None:
    originals = one_folder(root)
    os.utime(originals.files[0].path, ns=(1, 10**18))
    move(Originals(root, Path("letters"), tuple(original_again(f) for f in originals.files), True), done)
    assert files_below(root) == set()
    assert [(done / "letters" / f"{page}.tif").read_bytes() for page in range(3)] == [b"0", b"1", b"2"]
    assert (done / "letters" / "0.tif").stat().st_mtime_ns == 10**18


def original_again(file: Original) -> Original:
    status = file.path.stat()
    return Original(file.path, FileStamp(status.st_size, status.st_mtime_ns))


@pytest.mark.usefixtures("another_file_system")
def test_copying_can_be_stopped_and_leaves_the_original_and_no_piece(root: Path, done: Path) -> None:
    originals = one_file(root)
    with pytest.raises(StoppedError):
        Removal.of(originals, originals.targets(done)[1]).carry_out(root, lambda: True)
    assert "scan.tif" in files_below(root)
    assert files_below(done) == set()
    (left,) = unfinished(root)
    left.carry_out(root)
    assert (files_below(root), files_below(done)) == (set(), {"scan.tif"})


@pytest.mark.parametrize("killed_after", [0, 1, 2])
@pytest.mark.parametrize("copies", [False, True])
def test_half_of_a_document_is_never_left_for_the_next_process(
    root: Path,
    done: Path,
    monkeypatch: pytest.MonkeyPatch,
    killed_after: int,
    copies: bool,
    request: pytest.FixtureRequest,
) -> None:
    if copies:
        request.getfixturevalue("another_file_system")
    originals, taken = one_folder(root), removal_module._take
    calls = 0

    def die(*arguments: object) -> None:
        nonlocal calls
        if calls == killed_after:
            raise KeyboardInterrupt
        calls += 1
        taken(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(removal_module, "_take", die)
    with pytest.raises(KeyboardInterrupt):
        move(originals, done)
    monkeypatch.setattr(removal_module, "_take", taken)
    (left,) = unfinished(root)
    assert set(left.names) == {f"letters/{page}.tif" for page in range(3)}
    left.carry_out(root)
    assert list(root.iterdir()) == []
    assert files_below(done) == {f"letters/{page}.tif" for page in range(3)}


@pytest.mark.usefixtures("another_file_system")
def test_a_copy_that_was_made_before_the_kill_is_not_made_again(
    root: Path, done: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = one_file(root)
    monkeypatch.setattr(Path, "unlink", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        move(originals, done)
    monkeypatch.undo()
    (left,) = unfinished(root)
    left.carry_out(root)
    assert (files_below(root), files_below(done)) == (set(), {"scan.tif"})


def test_names_need_not_be_utf_8(root: Path, done: Path) -> None:
    name = os.fsdecode(b"\xff.tif")
    originals = Originals(root, Path(name), (original(root / name), original(root / "b.tif")))
    move(originals, done)
    assert name in files_below(done)


def test_a_note_that_is_none_of_ours_is_left_alone(root: Path) -> None:
    (root / ".pdfpipe-moving-1.json").write_text("{}")
    assert unfinished(root) == []
