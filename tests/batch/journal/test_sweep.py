"""What a killed run has left is gone when the next begins, whether or not it makes the same documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from pdfpipe.batch.document_task import DocumentTask
from pdfpipe.batch.journal import Journal, RunCommand
from pdfpipe.batch.journal.sweep import sweep
from pdfpipe.batch.page_task import run_page
from pdfpipe.errors import ExitCode
from pdfpipe.model.job import DocumentJob, PageJob
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.storage import AtomicFile, left_behind
from tests.batch.journal.folders import COMMAND, rows, run_journaled, write
from tests.batch.tiny import documents, files_below, make_older, scripted, write_pages

SETTINGS = scripted(sidecars=(Sidecar.TEXT, Sidecar.HOCR))


@pytest.fixture
def job(tmp_path: Path) -> DocumentJob:
    for page in write_pages(tmp_path / "scans" / "a", "1.png").iterdir():
        make_older(page)
    (job,) = documents(tmp_path / "scans", tmp_path / "out", SETTINGS)
    return job


def written(job: DocumentJob) -> DocumentTask:
    """A document that waits to be published."""
    task = DocumentTask(job)
    task.add(run_page(PageJob(job.pages[0], 1, job.settings)))
    task.finish()
    return task


def killed_while_publishing(job: DocumentJob, renamed: int) -> None:
    """What is there when a process is killed after it has renamed so many sidecars."""
    task = written(job)
    sidecars = task.file._sidecars.files
    for file in [*sidecars, task.file._pdf]:
        file.prepare()
    for file in sidecars[:renamed]:
        file.commit()
    for file in [*sidecars[renamed:], task.file._pdf]:
        file.stream.close()  # and with it the lock
    task.file._expectations.close()


def pretend_killed(out: Path, job: DocumentJob, command: RunCommand = COMMAND) -> None:
    """A run that has planned the document and did not come to its end."""
    journal = Journal(out, command)
    journal.plan([job])
    journal.close()


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_killed_document_leaves_neither_hidden_files_nor_text_without_a_pdf(
    job: DocumentJob, renamed: int
) -> None:
    out = job.output.parent
    pretend_killed(out, job)
    killed_while_publishing(job, renamed)
    assert files_below(out)
    Journal(out, COMMAND).end(ExitCode.OK)
    assert files_below(out) == set()


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_the_next_run_makes_it(job: DocumentJob, renamed: int) -> None:
    out = job.output.parent
    pretend_killed(out, job)
    killed_while_publishing(job, renamed)
    run_journaled(job.pages[0].path.parents[1], out, SETTINGS)
    assert files_below(out) == {"a.pdf", "a.txt", "a.hocr"}
    assert len(PdfReader(out / "a.pdf").pages) == 1


def test_what_stood_before_stays(job: DocumentJob) -> None:
    out, scans = job.output.parent, job.pages[0].path.parents[1]
    run_journaled(scans, out, SETTINGS)
    before = {name: (out / name).read_bytes() for name in files_below(out)}
    pretend_killed(out, job)
    killed_while_publishing(job, 0)
    Journal(out, COMMAND).end(ExitCode.OK)
    assert {name: (out / name).read_bytes() for name in files_below(out)} == before


def test_text_that_was_corrected_meanwhile_stays(job: DocumentJob) -> None:
    out = job.output.parent
    pretend_killed(out, job)
    killed_while_publishing(job, 2)
    (out / "a.txt").write_text("corrected by hand")
    Journal(out, COMMAND).end(ExitCode.OK)
    assert files_below(out) == {"a.txt"}


def test_what_a_living_process_is_writing_stays(job: DocumentJob) -> None:
    task = written(job)
    sweep([job.output])
    task.publish(b"")
    task.discard()
    assert files_below(job.output.parent) == {"a.pdf", "a.txt", "a.hocr"}


def test_documents_that_were_done_are_not_looked_at(job: DocumentJob) -> None:
    out, scans = job.output.parent, job.pages[0].path.parents[1]
    run_journaled(scans, out, SETTINGS)
    write(out, "UPDATE runs SET state = 'running', ended = NULL")
    left_behind(job.output).write_bytes(b"of a process that makes this document alone")
    Journal(out, COMMAND).end(ExitCode.OK)
    assert left_behind(job.output).exists()
    assert rows(out, "SELECT state FROM runs") == [("killed",), ("ended",)]


def test_reports_that_a_killed_run_did_not_come_to_write_leave_nothing(
    job: DocumentJob, tmp_path: Path
) -> None:
    report = tmp_path / "reports" / "report.html"
    pretend_killed(job.output.parent, job, RunCommand("convert", (), tmp_path, (report,)))
    AtomicFile(report).stream.close()
    assert left_behind(report).exists()
    Journal(job.output.parent, COMMAND).end(ExitCode.OK)
    assert list(report.parent.iterdir()) == []


def test_a_second_sweep_finds_nothing_to_do(job: DocumentJob) -> None:
    out = job.output.parent
    pretend_killed(out, job)
    Journal(out, COMMAND).end(ExitCode.OK)
    left_behind(job.output).write_bytes(b"")
    Journal(out, COMMAND).end(ExitCode.OK)
    assert left_behind(job.output).exists()
