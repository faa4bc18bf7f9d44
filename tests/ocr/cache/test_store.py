"""The store: what is put in comes back, the bound is kept, and no process sees half a file."""

from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pdfpipe.ocr.cache import placing
from pdfpipe.ocr.cache.store import Store

ROOMY = 256 * 1_000_000
HOUR = 3600.0


def key(number: int, shard: int = 0) -> str:
    return f"{shard:02x}{number:038x}"


def noise(size: int, seed: int = 0) -> bytes:
    """What no compression makes smaller."""
    return random.Random(seed).randbytes(size)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def open_files() -> int:
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def last_used(store: Store, name: str, seconds_ago: float) -> None:
    moment = time.time() - seconds_ago
    os.utime(store.folder / name[:2] / name, (moment, moment))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache" / "ocr", ROOMY)


def test_what_was_put_comes_back_to_any_process(store: Store) -> None:
    assert store.get(key(1)) is None
    store.put(key(1), b"one")
    store.put(key(2, 255), b"two")
    store.put(key(1), b"another")
    again = Store(store.folder, ROOMY)
    assert (again.get(key(1)), again.get(key(2, 255)), again.get(key(3))) == (b"another", b"two", None)
    assert again.usage().entries == 2


def test_only_their_owner_may_look_at_what_people_have_scanned(store: Store) -> None:
    store.put(key(1), b"private")
    folders = [store.folder.parent, store.folder, store.folder / "00"]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders] == [0o700] * 3
    assert stat.S_IMODE((store.folder / "00" / key(1)).stat().st_mode) == 0o600


def test_text_takes_less_room_than_it_is_long(store: Store) -> None:
    store.put(key(1), b"All human beings are born free and equal. " * 100)
    assert 0 < store.usage().size < 500


@pytest.mark.parametrize("left", [b"", b"pdfpipe\x01", b"something else", None])
def test_a_damaged_entry_is_none_and_is_removed(store: Store, left: bytes | None) -> None:
    store.put(key(1), noise(1000))
    path = store.folder / "00" / key(1)
    path.write_bytes(path.read_bytes()[:-1] if left is None else left)
    assert store.get(key(1)) is None
    assert files(store.folder) == []


def test_a_folder_in_the_place_of_an_entry_is_no_entry(store: Store) -> None:
    (store.folder / "00" / key(1)).mkdir(parents=True)
    assert store.get(key(1)) is None
    with pytest.raises(OSError, match="directory"):
        store.put(key(1), b"data")
    assert files(store.folder) == []


class TestBound:
    def test_each_part_keeps_to_its_share(self, tmp_path: Path) -> None:
        store = Store(tmp_path, 256 * 10_000)
        for number in range(200):
            store.put(key(number, number % 2), noise(900, number))
            assert all(
                sum(file.stat().st_size for file in shard.iterdir()) <= 10_000 for shard in tmp_path.iterdir()
            )
        assert 18 <= store.usage().entries <= 22

    def test_what_was_used_the_longest_ago_goes_first(self, tmp_path: Path) -> None:
        store = Store(tmp_path, 256 * 3_500)
        for number, hours in enumerate((3, 5, 4)):
            store.put(key(number), noise(1000, number))
            last_used(store, key(number), hours * HOUR)
        store.put(key(3), noise(1000, 3))
        assert files(tmp_path) == [key(0), key(2), key(3)]
        store.put(key(4), noise(1000, 4))
        assert files(tmp_path) == [key(0), key(3), key(4)]

    def test_who_asks_for_an_entry_renews_it(self, tmp_path: Path) -> None:
        store = Store(tmp_path, 256 * 3_500)
        for number, hours in enumerate((5, 4, 3)):
            store.put(key(number), noise(1000, number))
            last_used(store, key(number), hours * HOUR)
        assert store.get(key(0)) is not None
        store.put(key(3), noise(1000, 3))
        assert files(tmp_path) == [key(0), key(2), key(3)]

    def test_after_the_clock_was_set_back_what_is_new_is_not_what_goes(self, tmp_path: Path) -> None:
        store = Store(tmp_path, 256 * 2_500)
        for number in range(2):
            store.put(key(number), noise(1000, number))
            last_used(store, key(number), -300 * 24 * HOUR)
        store.put(key(2), noise(1000, 2))
        store.put(key(3), noise(1000, 3))
        assert files(tmp_path) == [key(2), key(3)]

    def test_after_it_was_set_back_a_little_neither(self, tmp_path: Path) -> None:
        store = Store(tmp_path, 256 * 2_500)
        for number in range(2):
            store.put(key(number), noise(1000, number))
            last_used(store, key(number), (number - 5) * HOUR)
        store.put(key(2), noise(1000, 2))
        assert files(tmp_path) == [key(0), key(2)]

    def test_what_is_larger_than_the_share_is_not_kept_and_costs_no_other(self, tmp_path: Path) -> None:
        store = Store(tmp_path, 256 * 3_000)
        store.put(key(1), noise(1000))
        store.put(key(2), noise(3001))
        assert files(tmp_path) == [key(1)]


class TestPruning:
    @pytest.fixture
    def aged(self, store: Store) -> Store:
        """Four entries of 1,000 bytes and a little, 1, 2, 3 and 4 hours old, in several parts."""
        for number in range(4):
            store.put(key(number, number), noise(1000, number))
            last_used(store, key(number, number), (number + 1) * HOUR)
        return store

    def test_by_age(self, aged: Store) -> None:
        removed = aged.prune(max_age=2.5 * HOUR)
        assert (removed.entries, aged.usage().entries) == (2, 2)
        assert removed.oldest == pytest.approx(time.time() - 4 * HOUR, abs=60)
        assert files(aged.folder) == [key(0, 0), key(1, 1)]

    def test_by_size_the_oldest_first(self, aged: Store) -> None:
        assert aged.prune(max_bytes=3_000).entries == 2
        assert files(aged.folder) == [key(0, 0), key(1, 1)]
        assert aged.prune(max_bytes=3_000).entries == 0
        assert aged.prune(max_bytes=0).entries == 2

    def test_by_both(self, aged: Store) -> None:
        assert aged.prune(max_bytes=100_000, max_age=1.5 * HOUR).entries == 3

    def test_clearing_leaves_nothing_but_what_is_not_the_store_s(self, aged: Store) -> None:
        (aged.folder / "00" / ".something.part").touch()
        (aged.folder / "01" / "mine").touch()
        (aged.folder / "notes.txt").touch()
        removed = aged.clear()
        assert (removed.entries, files(aged.folder)) == (4, ["mine", "notes.txt"])
        (aged.folder / "01" / "mine").unlink()
        (aged.folder / "notes.txt").unlink()
        aged.clear()
        assert not aged.folder.exists()
        assert aged.clear().entries == 0

    def test_a_folder_that_is_not_there_is_empty(self, tmp_path: Path) -> None:
        usage = Store(tmp_path / "none", ROOMY).usage()
        assert (usage.entries, usage.size, usage.oldest) == (0, 0, None)
        assert not (tmp_path / "none").exists()


class TestFaults:
    def test_a_full_disk_leaves_nothing_behind(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        store.put(key(1), b"before")
        write = os.write

        def full(descriptor: int, data: bytes) -> int:
            """Half of it fits."""
            if len(data) < 20:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(descriptor, data[: len(data) // 2])

        with monkeypatch.context() as disk:
            disk.setattr(os, "write", full)
            for number in (1, 2):
                with pytest.raises(OSError, match="No space left"):
                    store.put(key(number), b"after")
        assert files(store.folder) == [key(1)]
        assert store.get(key(1)) == b"before"

    def test_every_entry_is_put_on_the_disk_however_many_wait_for_it(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = open_files()
        synced = []

        def slow(descriptor: int) -> None:
            time.sleep(0.01)
            synced.append(os.fstat(descriptor).st_size)

        monkeypatch.setattr(os, "fsync", slow)
        for number in range(30):
            store.put(key(number), noise(100 + number))
        sizes = {path.stat().st_size for path in store.folder.rglob("*") if path.is_file()}
        assert len(sizes) == 30
        for _ in range(500):
            if sizes <= set(synced):  # with what earlier tests may have left to be synced
                break
            time.sleep(0.01)
        assert sizes <= set(synced)
        time.sleep(0.1)
        assert open_files() <= before, "earlier tests may have left some to be closed"

    def test_who_writes_does_not_wait_for_the_disk(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        by = []
        monkeypatch.setattr(os, "fsync", lambda _: by.append(threading.current_thread()))
        for number in range(20):
            store.put(key(number), b"data")
            while len(by) <= number:
                time.sleep(0.001)
        time.sleep(0.01)
        assert threading.current_thread() not in by

    def test_a_disk_that_fails_afterwards_costs_the_entry_only(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_: int) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr(os, "fsync", fail)
        store.put(key(1), b"data")
        assert store.get(key(1)) == b"data"
        assert Store(store.folder, ROOMY).usage().entries == 1

    def test_what_killed_processes_left_is_swept_in_time(self, store: Store) -> None:
        store.put(key(1), b"data")
        old, new = store.folder / "00" / ".x.part", store.folder / "00" / ".y.part"
        for path in (old, new):
            path.touch()
        os.utime(old, (time.time() - 2 * HOUR,) * 2)
        store.put(key(2), b"data")
        assert files(store.folder) == [".y.part", key(1), key(2)]

    @pytest.mark.parametrize("can_be_nameless", [True, False])
    def test_a_process_that_is_killed_while_it_writes_leaves_no_half_entry(
        self, store: Store, can_be_nameless: bool
    ) -> None:
        for milliseconds in range(0, 30, 5):
            with subprocess.Popen(
                [sys.executable, "-c", _WRITER, store.folder, str(int(can_be_nameless))],
                stdout=subprocess.PIPE,
            ) as child:
                assert child.stdout is not None
                assert child.stdout.readline() == b"written\n"
                time.sleep(milliseconds / 1000)
                child.send_signal(signal.SIGKILL)
        written = [name for name in files(store.folder) if not name.startswith(".")]
        assert written
        assert all(store.get(name) is not None for name in written)
        if can_be_nameless and sys.platform == "linux":
            assert files(store.folder) == written, "and nothing else either"

    def test_without_nameless_files_all_is_the_same(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(placing, "_TMPFILE", None)
        for data in (b"one", b"another"):
            store.put(key(1), data)
            assert store.get(key(1)) == data
        assert files(store.folder) == [key(1)]
        assert stat.S_IMODE((store.folder / "00" / key(1)).stat().st_mode) == 0o600

    def test_processes_that_write_read_and_prune_at_once_do_not_disturb_one_another(
        self, store: Store
    ) -> None:
        children = [
            subprocess.Popen([sys.executable, "-c", _MIXED, store.folder, str(seed)]) for seed in range(3)
        ]
        assert [child.wait(60) for child in children] == [0, 0, 0]
        assert all(not name.startswith(".") for name in files(store.folder))


_WRITER = """
import random, sys
from pathlib import Path
from pdfpipe.ocr.cache import placing
from pdfpipe.ocr.cache.store import Store
store = Store(Path(sys.argv[1]), 256 * 1_000_000)
if not int(sys.argv[2]):
    placing._TMPFILE = None
for number in range(100_000):
    store.put(f"{number % 7:040x}", random.randbytes(200_000))
    if not number:
        print("written", flush=True)
"""

_MIXED = """
import random, sys
from pathlib import Path
from pdfpipe.ocr.cache.store import Store
store, chance = Store(Path(sys.argv[1]), 256 * 5_000), random.Random(sys.argv[2])
for turn in range(300):
    number = chance.randrange(12)
    found = store.get(f"{number:040x}")
    assert found in (None, random.Random(number).randbytes(900)), "half an entry, or another's"
    store.put(f"{number:040x}", random.Random(number).randbytes(900))
    if turn % 50 == 49:
        store.prune(max_bytes=2_000)
"""
