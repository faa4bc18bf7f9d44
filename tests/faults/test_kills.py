"""Batches that are killed again and again: they end as if nothing had been, and nothing is read twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import lru_cache
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from PIL import Image

from pdfpipe.batch.journal import open_reader, schema
from pdfpipe.batch.journal.values import BatchState, DocumentState
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.job import PageSource
from pdfpipe.ocr.cache.results import page_key
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import engine_fingerprint
from tests.batch.journal.folders import rows
from tests.batch.tiny import files_below
from tests.cli.command import PATIENCE, environment, start
from tests.cli.command import pdfpipe as command
from tests.execution.watching import members, wait_until
from tests.faults.batch import SETTINGS
from tests.faults.kill_points import LATER
from tests.support import SCANS

ROOT = Path(__file__).parents[2]
KILLS = 10


def write_books(folder: Path, *lengths: int) -> Path:
    """Books of so many pages; no two pages have the same pixels or the same name."""
    number = 0
    for book, length in enumerate(lengths):
        (folder / f"book-{book}").mkdir(parents=True)
        for _ in range(length):
            page = Image.new("L", (120, 160), 60 + number)
            page.save(folder / f"book-{book}" / f"{number:03}.png", dpi=(300, 300))
            number += 1
    return folder


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty pages in eight small documents and a large one."""
    return write_books(tmp_path_factory.mktemp("scans"), *[3] * 8, 36)


class Batch:
    """A batch in a folder, run in processes of its own."""

    def __init__(self, scans: Path, folder: Path) -> None:
        self.scans, self.folder = scans, folder
        self.out, self.cache = folder / "out", folder / "cache"
        folder.mkdir(exist_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.batch", self.scans, self.folder],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment(),
            cwd=ROOT,
            start_new_session=True,
        )

    def finish(self) -> None:
        with self.start() as process:
            assert process.wait(PATIENCE) == 0

    def asked(self) -> list[str]:
        """The pages that the engine was asked for so far."""
        log = self.folder / "log"
        return log.read_text().splitlines() if log.exists() else []

    def kept(self) -> set[str]:
        """The pages whose text is in the cache."""
        return {
            name for name, key in keys(self.scans).items() if (self.cache / "ocr" / key[:2] / key).exists()
        }

    def contents(self) -> dict[str, bytes]:
        return {name: (self.out / name).read_bytes() for name in files_below(self.out)}

    def assert_tidy(self) -> None:
        """Nothing is there that does not belong there, and the journal says what is so."""
        assert names(self.out / ".pdfpipe") == {"journal.sqlite3", "lock"}
        entries = [path for path in (self.cache / "ocr").rglob("*") if path.is_file()]
        assert [path.name for path in entries if len(path.name) != 40] == []
        assert names(self.folder) == {"out", "cache", "log"}
        with open_reader(self.out) as journal:
            status = journal.status()
        assert status.state is BatchState.FINISHED
        assert set(status.documents) <= {DocumentState.PUBLISHED, DocumentState.UP_TO_DATE}
        assert status.pages_done == status.pages == len(keys(self.scans))
        assert rows(self.out, "PRAGMA integrity_check") == [("ok",)]
        told = {output: (size, time) for output, size, time in rows(self.out, _STANDING)}
        pdfs = {path.name: path.stat() for path in self.out.glob("*.pdf")}
        assert told == {name: (status.st_size, status.st_mtime_ns) for name, status in pdfs.items()}
        doubles = "SELECT document, number FROM pages GROUP BY 1, 2 HAVING count(*) > 1"
        assert rows(self.out, doubles) == []


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


_STANDING = "SELECT output, size, mtime_ns FROM documents"


@lru_cache
def keys(scans: Path) -> dict[str, str]:
    """The names in the cache of all pages."""
    known_by = engine_fingerprint(EngineSpec.from_settings(SETTINGS))
    assert known_by is not None
    return {
        path.name: page_key(
            known_by, ocr_view(load_page(PageSource(path), image_dpi=None, max_pixels=1e9))[0]
        )
        for path in scans.rglob("*.png")
    }


@pytest.fixture(scope="module")
def whole(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    """What a batch gives that nobody cut off, and the seconds that it took."""
    batch = Batch(scans, tmp_path_factory.mktemp("whole") / "batch")
    start = time.monotonic()
    batch.finish()
    seconds = time.monotonic() - start
    batch.assert_tidy()
    assert sorted(batch.asked()) == sorted(batch.kept()) == sorted(keys(scans))
    return batch.contents(), seconds


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))])
def test_killed_at_random_moments_a_batch_ends_with_the_same_bytes_and_reads_nothing_twice(
    scans: Path, whole: tuple[dict[str, bytes], float], tmp_path: Path, seed: int
) -> None:
    chance, (wanted, seconds) = random.Random(seed), whole
    batches = (Batch(scans, tmp_path / f"{number}") for number in range(KILLS + 1))
    batch = next(batches)
    moments = Counter[str]()
    kills = 0
    while kills < KILLS:
        before, kept = batch.asked(), batch.kept()
        with batch.start() as process:
            time.sleep(chance.uniform(0.05, 1.0) * seconds)
            if process.poll() is None:
                (os.kill if kills % 2 else os.killpg)(process.pid, signal.SIGKILL)
                kills += 1
            ended = process.wait(PATIENCE)
            wait_until(lambda: not members(process.pid))
        read = batch.asked()[len(before) :]
        assert not kept.intersection(read), "they were read before, and kept"
        assert len(read) == len(set(read))
        for name, content in batch.contents().items():
            assert name.startswith(".") or content == wanted[name], f"{name} is not whole"
        if ended == 0:
            assert batch.contents() == wanted
            batch.assert_tidy()
            batch = next(batches)
        else:
            moments["before" if not read else "while"] += 1
    batch.finish()
    assert batch.contents() == wanted
    batch.assert_tidy()
    assert moments["while"], "some kills came while pages were read"


@pytest.mark.parametrize("old_journal", [pytest.param(False, marks=pytest.mark.slow), True])
def test_killed_before_each_change_to_its_files_a_batch_ends_with_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old_journal: bool
) -> None:
    scans = write_books(tmp_path / "scans", 1, 1)
    more = ["--old-journal"] if old_journal else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.kill_points", scans, tmp_path / "runs", *more],
        env=environment(),
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=3 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert int(done.stdout) > (20 if old_journal else 80)
    if old_journal:
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *LATER))
    first, *others = sorted((tmp_path / "runs").iterdir())
    wanted = {path.name: path.read_bytes() for path in (first / "out").iterdir() if path.is_file()}
    assert len(wanted) == 6
    for folder in others:
        batch = Batch(scans, folder)
        assert batch.contents() == wanted, folder.name
        batch.assert_tidy()


def test_a_batch_whose_workers_are_killed_at_random_ends_with_the_same_bytes(
    scans: Path, whole: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    chance, (wanted, _) = random.Random(4), whole
    batch = Batch(scans, tmp_path / "batch")
    with batch.start() as process:
        for pages in (8, 24, 40):  # so far apart that none is hit twice: that would be given up
            wait_until(lambda: len(batch.asked()) >= pages)  # noqa: B023 - called in this turn
            chance.choice(psutil.Process(process.pid).children()).kill()
        assert process.wait(PATIENCE) == 0
    assert batch.contents() == wanted
    batch.assert_tidy()


def test_a_batch_that_is_stopped_and_continued_ends_with_the_same_bytes(
    scans: Path, whole: tuple[dict[str, bytes], float], tmp_path: Path
) -> None:
    wanted, seconds = whole
    batch = Batch(scans, tmp_path / "batch")
    with batch.start() as process:
        for _ in range(4):
            time.sleep(0.15 * seconds)
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.3)
            process.send_signal(signal.SIGCONT)
        assert process.wait(PATIENCE) == 0
    assert batch.contents() == wanted
    batch.assert_tidy()


def test_status_tells_of_a_batch_that_was_killed(scans: Path, tmp_path: Path) -> None:
    batch = Batch(scans, tmp_path / "batch")
    with batch.start() as process:
        wait_until(lambda: any(batch.out.glob("*.pdf")))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
    told = command("status", batch.out)
    assert b"of 60 done" in told.stdout
    assert told.returncode == 130
    batch.finish()
    told = command("status", batch.out)
    assert (told.returncode, b"60 of 60 done" in told.stdout) == (0, True)


def test_a_real_batch_that_is_killed_ends_with_the_same_bytes(tmp_path: Path) -> None:
    """Of Tesseract's readings, with `SOURCE_DATE_EPOCH` for the clock."""
    scans = SCANS / "declaration"

    def run(name: str) -> tuple[list[str | Path], dict[str, str]]:
        arguments: list[str | Path] = ["convert", scans, "-o", tmp_path / name, "--group", "file", "-j", "1"]
        known = environment(SOURCE_DATE_EPOCH="1700000000", PDFPIPE_CACHE_DIR=str(tmp_path / f"{name}-cache"))
        return [*arguments, "--engine", "tesseract"], known

    def entries(name: str) -> dict[Path, int]:
        """What was read; a page that is read again gets another file."""
        folder = tmp_path / f"{name}-cache"
        return {path: path.stat().st_ino for path in folder.rglob("*") if len(path.name) == 40}

    arguments, known = run("whole")
    assert command(*arguments, env=known).returncode == 0
    arguments, known = run("killed")
    with start(*arguments, env=known) as process:
        wait_until(lambda: len(entries("killed")) >= 2)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    wait_until(lambda: not members(process.pid))
    before = entries("killed")
    assert command(*arguments, env=known).returncode == 0

    after = entries("killed")
    assert before.items() <= after.items(), "no page is read again"
    assert len(before) < len(after)
    wanted = {name: (tmp_path / "whole" / name).read_bytes() for name in files_below(tmp_path / "whole")}
    assert len(wanted) == 4
    assert {name: (tmp_path / "killed" / name).read_bytes() for name in wanted} == wanted
    assert names(tmp_path / "killed") == {*wanted, ".pdfpipe"}
