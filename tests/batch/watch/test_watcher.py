"""A watched folder from the outside: what is put into it, and what is where afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped, PageDone
from pdfpipe.batch.journal import RunCommand, kept_journal, open_reader
from pdfpipe.batch.journal.values import DocumentState
from pdfpipe.batch.publication import Publication
from pdfpipe.batch.watch import Notice, NoticeKind, Watcher, WatchEvent
from pdfpipe.batch.watch.open_files import has_leases
from pdfpipe.batch.work import run_job
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import ExitCode, StorageError, UsageError
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_settings import BlankPages, SheetSettings
from pdfpipe.model.watch_settings import Done, Failed, WatchSettings
from tests.batch.executors import DirectedExecutor
from tests.batch.tiny import files_below, run_batch, scripted, write_page, write_pages, write_tiff
from tests.execution.watching import until

SETTLE = 0.2


class Watched:
    """A watch under way."""

    def __init__(self, root: Path, out: Path, settings: Settings, executor: Any, **options: Any) -> None:
        self.root, self.out = root, out
        self.events: list[WatchEvent] = []
        quick = WatchSettings(**{"interval": 0.02, "settle": SETTLE, **options})
        self.watcher = Watcher(
            root,
            out,
            lambda: Configuration(settings),
            quick,
            on_event=self.events.append,
            executor=executor or InlineExecutor(run_job),
        )

    def notices(self, kind: NoticeKind) -> list[str]:
        return [e.message for e in self.events if isinstance(e, Notice) and e.kind is kind]

    def of(self, kind: type) -> list[str]:
        """The outputs of the documents with such an event, in their order."""
        return [
            event.document.output.name
            for event in self.events
            if not isinstance(event, Notice) and isinstance(event, kind)
        ]

    async def until_published(self, *names: str) -> None:
        await until(lambda: set(names) <= set(self.of(DocumentPublished)))

    async def for_a_while(self) -> None:
        """As long as a file that is there needs to be read again, if it were."""
        await asyncio.sleep(SETTLE + 0.3)


@asynccontextmanager
async def watching(
    root: Path, out: Path, settings: Settings | None = None, executor: Any = None, **options: Any
) -> AsyncIterator[Watched]:
    watched = Watched(root, out, settings or scripted(), executor, **options)
    task = asyncio.create_task(watched.watcher.run())
    try:
        yield watched
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def once(root: Path, out: Path, settings: Settings | None = None, **options: Any) -> Watched:
    watched = Watched(root, out, settings or scripted(), None, once=True, **options)
    await watched.watcher.run()
    return watched


def drop(root: Path, name: str, shade: int = 200) -> Path:
    """Put a scan into the folder as a file manager does: under another name first."""
    page = write_page(root.parent / "elsewhere" / Path(name).name, shade)
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    return page.rename(target)


def pages(pdf: Path) -> int:
    return len(PdfReader(pdf).pages)


async def test_what_is_there_and_what_comes_later_become_pdfs_and_originals_are_moved(
    root: Path, out: Path
) -> None:
    drop(root, "a.png")
    async with watching(root, out) as watched:
        await watched.until_published("a.pdf")
        drop(root, "b.png")
        write_tiff(root / "minutes.tif", 3)
        await watched.until_published("b.pdf", "minutes.pdf")
        await until(lambda: len(watched.notices(NoticeKind.MOVED)) == 3)
    assert files_below(root) == {"done/a.png", "done/b.png", "done/minutes.tif"}
    assert files_below(out) == {"a.pdf", "b.pdf", "minutes.pdf"}
    assert pages(out / "minutes.pdf") == 3


async def test_a_file_that_is_written_in_pieces_is_read_when_it_is_whole(root: Path, out: Path) -> None:
    whole = write_tiff(root.parent / "whole.tif", 4).read_bytes()
    async with watching(root, out) as watched:
        step = len(whole) // 6
        with (root / "scan.tif").open("wb", buffering=0) as stream:
            for start in range(0, len(whole), step):
                stream.write(whole[start : start + step])
                await asyncio.sleep(SETTLE / 2)
        await watched.until_published("scan.pdf")
    assert watched.of(DocumentFailed) == []
    assert pages(out / "scan.pdf") == 4


async def test_a_download_is_read_when_it_has_its_name(root: Path, out: Path) -> None:
    part = write_page(root.parent / "part.png").rename(root / "scan.png.part")
    async with watching(root, out) as watched:
        await watched.for_a_while()
        assert watched.of(PageDone) == []
        part.rename(root / "scan.png")
        await watched.until_published("scan.pdf")


async def test_a_folder_is_one_document_when_the_last_of_its_pages_has_settled(root: Path, out: Path) -> None:
    async with watching(root, out) as watched:
        for number in range(4):
            drop(root, f"letters/{number}.png", 100 + number)
            await asyncio.sleep(SETTLE / 2)
        await watched.until_published("letters.pdf")
        await until(lambda: not (root / "letters").exists())
    assert watched.of(DocumentPublished) == ["letters.pdf"]
    assert pages(out / "letters.pdf") == 4
    assert files_below(root) == {f"done/letters/{number}.png" for number in range(4)}


async def test_pages_that_come_after_their_folder_was_read_are_a_document_of_their_own(
    root: Path, out: Path
) -> None:
    write_pages(root / "letters", "1.png", "2.png")
    async with watching(root, out) as watched:
        await until(lambda: (root / "done" / "letters" / "2.png").exists())
        drop(root, "letters/3.png")
        await watched.until_published("letters-2.pdf")
        await until(lambda: (root / "done" / "letters" / "3.png").exists())
    assert (pages(out / "letters.pdf"), pages(out / "letters-2.pdf")) == (2, 1)


async def test_a_scanner_that_names_all_files_alike_loses_none(root: Path, out: Path) -> None:
    async with watching(root, out) as watched:
        for number, name in enumerate(("scan", "scan-2", "scan-3")):
            drop(root, "scan.png", 100 + number)
            await watched.until_published(f"{name}.pdf")
            await until(lambda: not (root / "scan.png").exists())
    assert files_below(out) == {"scan.pdf", "scan-2.pdf", "scan-3.pdf"}
    moved = [root / "done" / f"{name}.png" for name in ("scan", "scan-2", "scan-3")]
    assert len({path.read_bytes() for path in moved}) == 3


async def test_two_files_that_differ_by_their_suffix_only_get_a_pdf_each(root: Path, out: Path) -> None:
    drop(root, "a.png")
    drop(root, "a.bmp")
    await once(root, out)
    assert files_below(out) == {"a.pdf", "a-2.pdf"}


async def test_no_pdf_of_another_program_is_replaced(root: Path, out: Path) -> None:
    out.mkdir()
    (out / "a.pdf").write_bytes(b"%PDF-1.4 of somebody else")
    drop(root, "a.png")
    await once(root, out)
    assert (out / "a.pdf").read_bytes() == b"%PDF-1.4 of somebody else"
    assert pages(out / "a-2.pdf") == 1


async def test_what_cannot_be_read_is_moved_away_with_the_reason(root: Path, out: Path) -> None:
    (root / "bad.png").write_bytes(b"no image")
    drop(root, "good.png")
    watched = await once(root, out)
    assert watched.of(DocumentFailed) == ["bad.pdf"]
    assert files_below(out) == {"good.pdf"}
    assert files_below(root) == {"done/good.png", "failed/bad.png", "failed/bad.png.reason.txt"}
    reason = (root / "failed" / "bad.png.reason.txt").read_text()
    assert "No PDF was made of bad.png" in reason
    assert "bad.png, page 1: it cannot be decoded" in reason
    assert "Traceback" not in reason


async def test_of_a_folder_the_whole_document_and_one_reason(root: Path, out: Path) -> None:
    write_pages(root / "letters", "1.png", "3.png")
    (root / "letters" / "2.png").write_bytes(b"no image")
    await once(root, out)
    assert files_below(root) == {
        "failed/letters.reason.txt",
        *(f"failed/letters/{page}.png" for page in (1, 2, 3)),
    }
    assert "letters/2.png, page 2" in (root / "failed" / "letters.reason.txt").read_text()


async def test_kept_originals_are_read_once_and_again_when_they_change(root: Path, out: Path) -> None:
    scan = drop(root, "a.png")
    write_pages(root / "letters", "1.png", "2.png")
    async with watching(root, out, done=Done.KEEP) as watched:
        await watched.until_published("a.pdf", "letters.pdf")
        await watched.for_a_while()
        assert len(watched.of(PageDone)) == 3
        before = (out / "a.pdf").read_bytes()
        write_page(scan, 90)
        await until(lambda: watched.of(DocumentPublished).count("a.pdf") == 2)
    assert (out / "a.pdf").read_bytes() != before
    assert files_below(root) == {"a.png", "letters/1.png", "letters/2.png"}
    assert files_below(out) == {"a.pdf", "letters.pdf"}


async def test_after_a_restart_kept_originals_are_not_read_again(root: Path, out: Path) -> None:
    drop(root, "a.png")
    (root / "bad.png").write_bytes(b"no image")
    await once(root, out, done=Done.KEEP, failed=Failed.KEEP)
    again = await once(root, out, done=Done.KEEP, failed=Failed.KEEP)
    assert again.of(DocumentSkipped) == ["a.pdf"]
    assert (again.of(PageDone), again.of(DocumentFailed)) == ([], [])
    assert files_below(root) == {"a.png", "bad.png", "bad.png.reason.txt"}


async def test_a_failed_original_that_is_kept_is_tried_again_when_it_changes(root: Path, out: Path) -> None:
    (root / "a.png").write_bytes(b"no image")
    async with watching(root, out, failed=Failed.KEEP) as watched:
        await until(lambda: watched.of(DocumentFailed))
        await watched.for_a_while()
        assert watched.of(DocumentFailed) == ["a.pdf"]
        write_page(root / "a.png")
        await watched.until_published("a.pdf")
        await until(lambda: (root / "done" / "a.png").exists())
    assert files_below(root) == {"done/a.png"}, "the reason is gone with it"


async def test_or_when_its_reason_is_deleted(root: Path, out: Path) -> None:
    (root / "a.png").write_bytes(b"no image")
    async with watching(root, out, failed=Failed.KEEP) as watched:
        await until(lambda: (root / "a.png.reason.txt").exists())
        await watched.for_a_while()
        (root / "a.png.reason.txt").unlink()
        await until(lambda: len(watched.of(DocumentFailed)) == 2)
        await until(lambda: (root / "a.png.reason.txt").exists())
    assert files_below(root) == {"a.png", "a.png.reason.txt"}


async def test_originals_are_deleted_where_that_is_asked_for(root: Path, out: Path) -> None:
    drop(root, "a.png")
    write_pages(root / "letters", "1.png", "2.png")
    (root / "bad.png").write_bytes(b"no image")
    await once(root, out, done=Done.DELETE)
    assert files_below(root) == {"failed/bad.png", "failed/bad.png.reason.txt"}
    assert files_below(out) == {"a.pdf", "letters.pdf"}


async def test_originals_of_which_pages_were_left_out_are_not_deleted(root: Path, out: Path) -> None:
    settings = scripted(("words", "0"), sheets=SheetSettings(blank=BlankPages.DROP))
    write_pages(root / "letters", "1.png")
    page = Image.new("L", (360, 480), 240)
    page.paste(30, (100, 200, 180, 240))
    page.save(root / "letters" / "2.png", dpi=(100, 100))
    page.save(root / "whole.png", dpi=(100, 100))
    for _ in range(2):  # nor after a restart, when nobody knows any more what was left out
        await once(root, out, settings, done=Done.DELETE)
        assert files_below(root) == {"letters/1.png", "letters/2.png"}
    assert files_below(out) == {"letters.pdf", "whole.pdf"}


async def test_other_folders_for_originals(root: Path, out: Path, tmp_path: Path) -> None:
    drop(root, "a.png")
    (root / "bad.png").write_bytes(b"no image")
    await once(root, out, done_folder=tmp_path / "read", failed_folder=tmp_path / "bad")
    assert files_below(root) == set()
    assert files_below(tmp_path / "read") == {"a.png"}
    assert files_below(tmp_path / "bad") == {"bad.png", "bad.png.reason.txt"}


async def test_a_pdf_that_was_published_before_the_kill_is_not_made_again(root: Path, out: Path) -> None:
    scan = drop(root, "a.png")
    await asyncio.to_thread(run_batch, scan, out, scripted())
    made = (out / "a.pdf").read_bytes()
    watched = await once(root, out)
    assert watched.of(DocumentSkipped) == ["a.pdf"]
    assert (files_below(out), (out / "a.pdf").read_bytes()) == ({"a.pdf"}, made)
    assert files_below(root) == {"done/a.png"}


async def test_the_journal_tells_of_what_was_made_and_of_what_was_there(root: Path, out: Path) -> None:
    drop(root, "a.png")
    (root / "bad.png").write_bytes(b"no image")
    for _ in range(2):
        watched = Watched(root, out, scripted(), None, once=True, done=Done.KEEP, failed=Failed.KEEP)
        with kept_journal(out, RunCommand("watch", (), root), pytest.fail) as journal:
            assert journal is not None
            await watched.watcher.run(journal)
            journal.end(ExitCode.OK)
    with open_reader(out) as reader:
        status = reader.status()
    assert status.documents == {DocumentState.UP_TO_DATE: 1, DocumentState.FAILED: 1}
    assert [failure.output.name for failure in status.failures] == ["bad.pdf"]


async def test_one_pool_of_workers_serves_many_arrivals_and_is_left_after_a_while(
    root: Path, out: Path
) -> None:
    executor = DirectedExecutor()
    watched = Watched(root, out, scripted(), executor)
    task = asyncio.create_task(watched.watcher.run())
    await until(lambda: watched.notices(NoticeKind.WATCHING))
    assert executor.times_entered == 0, "no worker is needed yet"
    for name in ("a", "b"):
        drop(root, f"{name}.png")
        await watched.until_published(f"{name}.pdf")
    assert (executor.times_entered, executor.times_left) == (1, 0)
    watched.watcher._warm_seconds = 0
    await until(lambda: executor.times_left == 1)
    drop(root, "c.png")
    await watched.until_published("c.pdf")
    assert executor.times_entered >= 2
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_scan_that_changes_while_it_is_read_is_read_again(root: Path, out: Path) -> None:
    executor = DirectedExecutor(held=(1,))
    scan = drop(root, "a.png")
    async with watching(root, out, executor=executor) as watched:
        await until(lambda: executor.begun)
        write_page(scan, 90)
        executor.release.set()
        await watched.until_published("a.pdf")
        await until(lambda: (root / "done" / "a.png").exists())
    assert len(watched.notices(NoticeKind.CHANGED)) == 1
    assert watched.of(DocumentFailed) == []
    assert files_below(root) == {"done/a.png"}


async def test_a_folder_that_vanishes_is_waited_for_and_told_of_once(root: Path, out: Path) -> None:
    async with watching(root, out) as watched:
        await until(lambda: watched.notices(NoticeKind.WATCHING))
        away = root.rename(root.with_name("away"))
        await until(lambda: watched.notices(NoticeKind.GONE))
        await watched.for_a_while()
        drop(away, "a.png")
        away.rename(root)
        await watched.until_published("a.pdf")
    assert len(watched.notices(NoticeKind.GONE)) == 1
    assert len(watched.notices(NoticeKind.BACK)) == 1


async def test_a_full_disk_is_waited_for_and_told_of_once(
    root: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = 0
    commit = Publication.commit

    def full_twice(self: Publication, *arguments: Any) -> int:
        nonlocal attempts
        attempts += 1
        if attempts < 3:
            raise StorageError("cannot write a.pdf: the disk is full; free some space")
        return commit(self, *arguments)

    monkeypatch.setattr(Publication, "commit", full_twice)
    drop(root, "a.png")
    async with watching(root, out) as watched:
        await watched.until_published("a.pdf")
        await until(lambda: (root / "done" / "a.png").exists())
    assert watched.notices(NoticeKind.WAITING) == [
        "cannot write a.pdf: the disk is full; waiting, and going on when it can be"
    ]
    assert len(watched.notices(NoticeKind.GOING_ON)) == 1
    assert files_below(out) == {"a.pdf"}


async def test_once_does_not_wait_for_a_full_disk(
    root: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> int:
        raise StorageError("the disk is full")

    monkeypatch.setattr(Publication, "commit", full)
    drop(root, "a.png")
    with pytest.raises(StorageError):
        await once(root, out)
    assert files_below(root) == {"a.png"}


async def test_once_leaves_what_has_not_settled_for_the_next_time(root: Path, out: Path) -> None:
    drop(root, "a.png")

    async def write_on() -> None:
        with (root / "b.png").open("wb", buffering=0) as stream:
            while True:
                stream.write(b"x")
                await asyncio.sleep(0.02)

    writing = asyncio.create_task(write_on())
    try:
        watched = await once(root, out)
    finally:
        writing.cancel()
    assert watched.of(DocumentPublished) == ["a.pdf"]
    assert watched.notices(NoticeKind.UNSETTLED) == ["still being written, left for the next time: b.png"]
    assert files_below(root) == {"done/a.png", "b.png"}


async def test_settings_of_a_folder_that_make_no_sense_fail_that_folder_alone(root: Path, out: Path) -> None:
    write_pages(root / "letters", "1.png")
    (root / "letters" / "pdfpipe.toml").write_text("languges = ['eng']")
    drop(root, "a.png")
    watched = await once(root, out)
    assert (watched.of(DocumentFailed), watched.of(DocumentPublished)) == (["letters.pdf"], ["a.pdf"])
    assert "languges" in (root / "failed" / "letters.reason.txt").read_text()


async def test_those_of_the_whole_folder_fail_nothing_and_are_waited_for(root: Path, out: Path) -> None:
    async with watching(root, out) as watched:
        await until(lambda: watched.notices(NoticeKind.WATCHING))
        (root / "pdfpipe.toml").write_text("languges = ['eng']")
        drop(root, "a.png")
        await until(lambda: watched.notices(NoticeKind.MISCONFIGURED))
        await watched.for_a_while()
        assert watched.of(DocumentFailed) == []
        (root / "pdfpipe.toml").write_text("group = 'folder'")
        await watched.until_published("a.pdf")
    assert len(watched.notices(NoticeKind.MISCONFIGURED)) == 1


async def test_an_engine_that_a_folder_cannot_have_fails_that_folder_alone(root: Path, out: Path) -> None:
    write_pages(root / "a", "1.png")
    (root / "a" / "pdfpipe.toml").write_text("languages = 'chr'")
    write_pages(root / "b", "1.png")
    watched = await once(root, out, Settings(engine="tesseract"))
    assert (watched.of(DocumentFailed), watched.of(DocumentPublished)) == (["a.pdf"], ["b.pdf"])
    assert "'chr'" in (root / "failed" / "a.reason.txt").read_text()


async def test_no_pdf_is_written_to_where_it_would_be_read_again(root: Path) -> None:
    write_pages(root / "a", "1.png")
    (root / "a" / "pdfpipe.toml").write_text("output = 'in/elsewhere'")
    watched = await once(root, root.parent)
    assert watched.of(DocumentFailed) == ["a.pdf"]
    assert "would lie among the scans" in (root / "failed" / "a.reason.txt").read_text()


async def test_a_folder_grouped_by_file_stays_and_its_files_come_one_by_one(root: Path, out: Path) -> None:
    (root / "inbox").mkdir()
    (root / "inbox" / "pdfpipe.toml").write_text('group = "file"')
    async with watching(root, out) as watched:
        drop(root, "inbox/a.png")
        await watched.until_published("a.pdf")
        drop(root, "inbox/b.png")
        await watched.until_published("b.pdf")
        await until(lambda: (root / "done" / "inbox" / "b.png").exists())
    assert files_below(out) == {"inbox/a.pdf", "inbox/b.pdf"}
    assert files_below(root) == {"inbox/pdfpipe.toml", "done/inbox/a.png", "done/inbox/b.png"}


async def test_what_is_no_scan_stays_and_is_told_of_once(root: Path, out: Path) -> None:
    (root / "notes.docx").write_bytes(b"notes")
    async with watching(root, out) as watched:
        await until(lambda: watched.notices(NoticeKind.PASSED_OVER))
        drop(root, "a.png")
        await watched.until_published("a.pdf")
        await watched.for_a_while()
    assert len(watched.notices(NoticeKind.PASSED_OVER)) == 1
    assert (root / "notes.docx").exists()


async def test_linked_folders_are_left_alone(root: Path, out: Path, tmp_path: Path) -> None:
    archive = write_pages(tmp_path / "archive", "1.png")
    (root / "link").symlink_to(archive)
    await once(root, out)
    assert (files_below(archive), files_below(out)) == ({"1.png"}, set())


async def test_originals_that_cannot_be_moved_are_told_of_and_not_read_again(
    root: Path, out: Path, tmp_path: Path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, where a folder is to be made")
    drop(root, "a.png")
    async with watching(root, out, done_folder=blocked / "done") as watched:
        await until(lambda: watched.notices(NoticeKind.NOT_MOVED))
        await watched.for_a_while()
        assert watched.of(DocumentPublished) == ["a.pdf"]
        assert files_below(root) == {"a.png"}
        blocked.unlink()
        watched.watcher._disposal._next_attempt = 0
        await until(lambda: (blocked / "done" / "a.png").exists())
    assert len(watched.notices(NoticeKind.NOT_MOVED)) == 1


async def test_a_file_that_somebody_has_open_for_writing_is_waited_for(root: Path, out: Path) -> None:
    if not has_leases(root):
        pytest.skip("this file system cannot tell who has a file open for writing")
    page = write_page(root.parent / "page.png").read_bytes()
    async with watching(root, out) as watched:
        with (root / "scan.png").open("wb", buffering=0) as stream:
            stream.write(page[:100])
            await watched.for_a_while()
            assert watched.of(DocumentFailed) == []
            stream.write(page[100:])
        await watched.until_published("scan.pdf")


async def test_two_watches_of_one_folder_are_refused(root: Path, out: Path, tmp_path: Path) -> None:
    async with watching(root, out) as watched:
        await until(lambda: watched.notices(NoticeKind.WATCHING))
        with pytest.raises(UsageError, match="another pdfpipe watch"):
            await once(root, tmp_path / "other")


REFUSED: list[tuple[str, Callable[[Path], tuple[Path, Path, dict[str, Any]]], str]] = [
    ("the folder itself", lambda at: (at / "in", at / "in", {}), "read again"),
    ("a folder that is not there", lambda at: (at / "no", at / "out", {}), "cannot watch"),
    ("a file for the output", lambda at: (at / "in", at / "file", {}), "is a file"),
    ("done in the output", lambda at: (at / "in", at / "out", {"done_folder": at / "out"}), "--done-folder"),
    (
        "failed is watched",
        lambda at: (at / "in", at / "out", {"failed_folder": at / "in"}),
        "--failed-folder",
    ),
]


@pytest.mark.parametrize(
    ("folders", "message"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_folders_that_cannot_go_together_are_refused(
    root: Path, tmp_path: Path, folders: Callable[[Path], tuple[Path, Path, dict[str, Any]]], message: str
) -> None:
    (tmp_path / "file").write_text("")
    watched, output, options = folders(tmp_path)
    with pytest.raises(UsageError, match=message):
        Watched(watched, output, scripted(), None, **options)


async def test_the_output_may_lie_in_the_folder_where_it_is_not_looked_at(root: Path) -> None:
    drop(root, "a.png")
    async with watching(root, root / "pdf") as watched:
        await watched.until_published("a.pdf")
        await watched.for_a_while()
    assert watched.of(DocumentPublished) == ["a.pdf"]
    assert files_below(root) == {"pdf/a.pdf", "done/a.png"}
