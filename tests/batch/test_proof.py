"""A document that cannot be proved is not published, and nothing else is lost by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed, DocumentPublished, Event
from pdfpipe.batch.expectations import Expectations
from pdfpipe.batch.report import ReportBuilder
from pdfpipe.batch.work import Job, Outcome, run_job
from pdfpipe.errors import ExitCode, StorageError, WorkerCrashedError
from pdfpipe.execution.inline import InlineExecutor
from pdfpipe.model.job import Stage
from pdfpipe.model.proof import ProofJob
from pdfpipe.model.verification import Verdict
from pdfpipe.pdf.proof.expectation import expected_page, unpack
from pdfpipe.pdf.proof.verification import verify_document
from tests.batch.executors import DirectedExecutor
from tests.batch.tiny import documents, events_of, files_below, scripted, write_page, write_pages
from tests.pdf.proof import sabotage
from tests.specimens import text_of, text_page
from tests.support import SCANS, truth_of


def run_with(task: Callable[[Job], Outcome], scans: Path, out: Path) -> list[Event]:
    """Convert; `task` does the jobs."""
    settings = scripted()
    return asyncio.run(events_of(documents(scans, out, settings), settings, InlineExecutor(task)))


def spoiling(name: str, edit: Callable[[Path], object]) -> Callable[[Job], Outcome]:
    """Spoils the file of the document `name` when it is about to be proved."""

    def task(job: Job) -> Outcome:
        if isinstance(job, ProofJob) and name in job.pdf.name:
            edit(job.pdf)
        return run_job(job)

    return task


def without_second_word(pdf: Path) -> None:
    sabotage.edit_content(pdf, 2, sabotage.without_word("word1"))


def test_a_spoiled_document_is_not_published_and_the_others_are(tmp_path: Path) -> None:
    for name in ("bad", "good"):
        write_pages(tmp_path / "scans" / name, "1.png", "2.png")
    out = tmp_path / "out"
    jobs = documents(tmp_path / "scans", out, scripted())
    report = ReportBuilder(jobs)
    for event in run_with(spoiling("bad", without_second_word), tmp_path / "scans", out):
        report.add(event)
    done = report.build(1)
    assert files_below(out) == {"good.pdf"}
    assert done.exit_code is ExitCode.DOCUMENTS_FAILED
    (failed,) = done.failed
    failure, advice = failed.failures
    assert (failure.stage, failure.page, failure.path) == (Stage.PROVE, 2, out / "bad.pdf")
    assert failure.message == "the proof failed: word 2 should be 'word1' and is 'word2'"
    assert advice.message.startswith("so the document was not published; run the same command again")


def test_what_stood_there_before_stays(tmp_path: Path) -> None:
    scans, pdf = write_pages(tmp_path / "scans", "1.png", "2.png"), tmp_path / "out" / "scans.pdf"
    assert isinstance(run_with(run_job, scans, pdf.parent)[-1], DocumentPublished)
    before = pdf.read_bytes()
    write_page(scans / "3.png")
    assert isinstance(run_with(spoiling("scans", without_second_word), scans, pdf.parent)[-1], DocumentFailed)
    assert pdf.read_bytes() == before
    assert files_below(pdf.parent) == {"scans.pdf"}


def test_a_file_that_cannot_be_read_back_is_not_published(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    events = run_with(spoiling("scans", lambda pdf: pdf.write_bytes(b"%PDF-1.7\n")), scans, tmp_path / "out")
    assert isinstance(events[-1], DocumentFailed)
    assert "the proof failed: it cannot be read" in str(events[-1].failures[0])
    assert files_below(tmp_path / "out") == set()


class DyingExecutor(DirectedExecutor):
    """Its only worker dies so many times over a proof."""

    def __init__(self, times: int) -> None:
        super().__init__(1)
        self._left = times

    async def run(self, job: Job) -> Outcome:
        if isinstance(job, ProofJob) and self._left:
            self._left -= 1
            raise WorkerCrashedError("the worker process was ended by SIGTEST")
        return await super().run(job)


@pytest.mark.parametrize(("times", "lost"), [(1, ()), (2, (1,)), (3, (1, 2))])
async def test_a_proof_under_which_the_worker_dies_is_tried_again_page_by_page(
    times: int, lost: tuple[int, ...], tmp_path: Path
) -> None:
    jobs = documents(write_pages(tmp_path / "scans", "1.png", "2.png"), tmp_path / "out", scripted())
    last = (await events_of(jobs, scripted(), DyingExecutor(times)))[-1]
    assert isinstance(last, DocumentFailed if lost else DocumentPublished)
    if isinstance(last, DocumentFailed):
        assert [failure.page for failure in last.failures] == [*lost, None]
        assert "cannot be read back: the worker process was ended by SIGTEST" in last.failures[0].message
    else:
        assert verify_document(tmp_path / "out" / "scans.pdf").verdict is Verdict.AS_WRITTEN


async def test_a_long_document_is_proved_in_parts_by_all_workers(tmp_path: Path) -> None:
    first = write_page(tmp_path / "scans" / "001.png")
    for number in range(2, 151):
        (first.parent / f"{number:03}.png").hardlink_to(first)
    proofs: list[ProofJob] = []

    class Watched(DirectedExecutor):
        async def run(self, job: Job) -> Outcome:
            if isinstance(job, ProofJob):
                proofs.append(job)
            return await super().run(job)

    jobs = documents(first.parent, tmp_path / "out", scripted())
    events = await events_of(jobs, scripted(), Watched(2))
    assert isinstance(events[-1], DocumentPublished)
    assert [(job.first, len(job.expected)) for job in proofs] == [(1, 64), (65, 64), (129, 22)]
    assert len(PdfReader(tmp_path / "out" / "scans.pdf").pages) == 150


def test_of_many_faults_the_first_are_told(tmp_path: Path) -> None:
    def spoil_all(document: pikepdf.Pdf) -> None:
        for page in document.pages:
            page.Contents = document.make_stream(b"")

    scans = write_pages(tmp_path / "scans", *(f"{number:02}.png" for number in range(30)))
    spoiled = spoiling("scans", lambda pdf: sabotage.spoil(pdf, spoil_all))
    last = run_with(spoiled, scans, tmp_path / "out")[-1]
    assert isinstance(last, DocumentFailed)
    assert [failure.page for failure in last.failures][:-1] == [
        page for page in range(1, 11) for _ in range(2)
    ]


def test_expectations_come_back_from_memory_and_from_the_disk(tmp_path: Path) -> None:
    page = text_page(text_of(truth_of(SCANS / "declaration" / "page-1.tif")))
    expected, kept = expected_page(page), Expectations(tmp_path)
    for _ in range(200):
        kept.add(expected)
    assert len(kept) == 200
    for start in (0, 199):
        (packed,) = kept.read(start, start + 1)
        assert unpack(packed) == expected
    assert len(kept.read(100, 164)) == 64
    assert files_below(tmp_path) == set()
    kept.close()


def test_a_full_disk_is_an_error_of_storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Expectations, page: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Expectations, "add", full)
    with pytest.raises(BaseException) as raised:  # noqa: PT011
        run_with(run_job, write_pages(tmp_path / "scans", "1.png"), tmp_path / "out")
    assert isinstance(raised.value, StorageError)
    assert "the disk is full" in str(raised.value)
    assert files_below(tmp_path / "out") == set()
