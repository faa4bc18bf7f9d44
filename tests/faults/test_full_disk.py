"""A disk that fills up at any moment: outputs are whole or absent, and the next run makes all of them."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from pdfpipe.batch import full_disk
from pdfpipe.batch.events import DiskFree, DiskFull, DocumentPublished, Event
from pdfpipe.batch.graft_task import GraftJob
from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.work import Job, Outcome
from pdfpipe.errors import DiskFullError
from pdfpipe.model.fault_settings import FaultSettings, OnFullDisk
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Grouping, Settings
from pdfpipe.model.sidecar import Sidecar
from tests.batch.executors import DirectedExecutor
from tests.batch.tiny import documents, events_of, files_below, scripted, write_page, write_tiff
from tests.faults.faulty_disk import FaultyDisk

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="needs /proc to see which file a descriptor is"
)

OLD, NEW = (datetime(year, 1, 1, tzinfo=UTC) for year in (2001, 2002))
NAMES = {"book.pdf", "book.txt", "letter.pdf", "letter.txt", "old.pdf", "old.txt"}


def settings(created: datetime = NEW, on_full_disk: OnFullDisk = OnFullDisk.STOP) -> Settings:
    return scripted(
        created=created,
        grouping=Grouping.FILE,
        sidecars=(Sidecar.TEXT,),
        faults=FaultSettings(on_full_disk=on_full_disk),
    )


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book of three pages, a PDF, and a page that has been made before."""
    folder = tmp_path_factory.mktemp("scans")
    write_tiff(folder / "book.tif", 3)
    Image.open(write_page(folder / "page.png")).save(folder / "letter.pdf", resolution=300)
    (folder / "page.png").rename(folder / "old.png")
    return folder


@pytest.fixture(scope="module")
def earlier(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an earlier run has left."""
    folder = tmp_path_factory.mktemp("earlier")
    asyncio.run(events_of(documents(scans / "old.png", folder, settings(OLD)), settings(OLD)))
    return folder


@pytest.fixture(scope="module")
def whole(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What an undisturbed run makes."""
    folder = tmp_path_factory.mktemp("whole")
    asyncio.run(events_of(jobs(scans, folder, settings()), settings()))
    assert files_below(folder) == NAMES
    return contents(folder)


@cache
def planned(scans: Path) -> tuple[DocumentJob, ...]:
    """Planned once: a process is started to look into the PDF."""
    return documents(scans, Path("out"), settings())


def jobs(scans: Path, out: Path, config: Settings) -> list[DocumentJob]:
    return [
        msgspec.structs.replace(job, output=out / job.output.name, settings=config) for job in planned(scans)
    ]


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_below(folder)}


def uses(scans: Path, earlier: Path, out: Path, *, sync: bool) -> int:
    """How often an undisturbed run uses the disk."""
    shutil.copytree(earlier, out)
    with pytest.MonkeyPatch.context() as patch:
        disk = FaultyDisk(out, patch, sync=sync)
        asyncio.run(events_of(jobs(scans, out, settings()), settings()))
    return len(disk.uses)


def test_wherever_the_disk_fills_up_outputs_are_whole_or_absent_and_the_next_run_makes_them(
    scans: Path, earlier: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    old = contents(earlier)
    count = uses(scans, earlier, tmp_path / "undisturbed", sync=True)
    assert count >= 20
    for n in range(1, count + 1):
        out = tmp_path / str(n)
        shutil.copytree(earlier, out)
        with pytest.MonkeyPatch.context() as patch:
            disk = FaultyDisk(out, patch, fail_from=n)
            with pytest.raises(DiskFullError, match="the disk is full"):
                asyncio.run(events_of(jobs(scans, out, settings()), settings()))
        for name, data in contents(out).items():
            assert name in NAMES, f"use {n} ({disk.uses[n - 1]}) left {name}"
            assert data in (old.get(name), whole[name]), f"use {n} ({disk.uses[n - 1]}) spoiled {name}"
        assert "old.pdf" in files_below(out)
        asyncio.run(events_of(jobs(scans, out, settings()), settings()))
        assert contents(out) == whole, f"after use {n} ({disk.uses[n - 1]})"


class Run:
    """A run that waits for room, and what it tells."""

    def __init__(self, scans: Path, out: Path) -> None:
        self.events: list[Event] = []
        self.executor = DirectedExecutor()
        waiting = settings(on_full_disk=OnFullDisk.PAUSE)
        self.pipeline = Pipeline(waiting, executor=self.executor)
        self._jobs = jobs(scans, out, waiting)

    async def to_the_end(self, disk: FaultyDisk) -> None:
        """Make room a moment after it is told that there is none."""
        async for event in self.pipeline.run(self._jobs):
            self.events.append(event)
            if isinstance(event, DiskFull):
                await asyncio.sleep(0.02)
                disk.make_room()

    def told(self, kind: type[Event]) -> int:
        return sum(isinstance(event, kind) for event in self.events)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_disk, "_SECONDS_BETWEEN_TRIES", 0.005)


@pytest.mark.usefixtures("impatient")
def test_a_run_that_waits_for_room_ends_as_if_the_disk_had_never_been_full_and_reads_no_page_twice(
    scans: Path, earlier: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    count = uses(scans, earlier, tmp_path / "undisturbed", sync=False)
    assert count >= 15
    for n in range(1, count + 1):
        out = tmp_path / str(n)
        shutil.copytree(earlier, out)
        with pytest.MonkeyPatch.context() as patch:
            disk = FaultyDisk(out, patch, fail_from=n, sync=False)
            run = Run(scans, out)
            asyncio.run(run.to_the_end(disk))
        assert contents(out) == whole, f"use {n} ({disk.uses[n - 1]})"
        assert (run.told(DiskFull), run.told(DiskFree), run.told(DocumentPublished)) == (1, 1, 3)
        assert len(run.executor.begun) == 5


class Crowded(DirectedExecutor):
    """So many times there is no room for a PDF that is put together by a worker."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    async def run(self, job: Job) -> Outcome:
        if isinstance(job, GraftJob) and self.times:
            self.times -= 1
            job.output.write_bytes(b"as much as there was room for")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return await super().run(job)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("waits", [OnFullDisk.PAUSE, OnFullDisk.STOP])
async def test_a_worker_without_room_for_a_pdf_waits_or_fails_as_all_do(
    scans: Path, whole: dict[str, bytes], tmp_path: Path, waits: OnFullDisk
) -> None:
    config = settings(on_full_disk=waits)
    run = events_of(jobs(scans, tmp_path / "out", config), config, Crowded(3))
    if waits is OnFullDisk.STOP:
        with pytest.raises(DiskFullError):
            await run
        assert "letter.pdf" not in files_below(tmp_path / "out")
        return
    events = await run
    assert [type(event) for event in events if isinstance(event, DiskFull | DiskFree)] == [DiskFull, DiskFree]
    assert contents(tmp_path / "out") == whole


@pytest.mark.usefixtures("impatient")
async def test_a_run_that_waits_can_be_cancelled(scans: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        FaultyDisk(tmp_path / "out", patch, fail_from=7)
        run = Run(scans, tmp_path / "out")
        async with asyncio.timeout(10):
            async for event in run.pipeline.run(run._jobs):
                run.events.append(event)
                if isinstance(event, DiskFull):
                    run.pipeline.cancel()
    assert run.told(DiskFree) == 0
    assert all(not name.startswith(".") for name in files_below(tmp_path / "out"))


@pytest.mark.usefixtures("impatient")
async def test_what_cannot_be_helped_by_room_ends_the_wait(scans: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        disk = FaultyDisk(tmp_path / "out", patch, fail_from=2)
        run = Run(scans, tmp_path / "out")
        async with asyncio.timeout(30):
            async for event in run.pipeline.run(run._jobs):
                run.events.append(event)
                if isinstance(event, DiskFull):
                    # Another program takes the place of the output meanwhile.
                    os.makedirs(tmp_path / "out" / "book.pdf", exist_ok=True)  # noqa: PTH103 - that is watched
                    disk.make_room()
    assert run.told(DiskFree) == 1
    assert run.told(DocumentPublished) == 2
