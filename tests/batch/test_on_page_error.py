"""Documents with pages that show but cannot be read: published with the image, or held back."""

from __future__ import annotations

from pathlib import Path

import pytest

import pdfpipe
from pdfpipe.batch.events import DocumentFailed, DocumentPublished
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import ExitCode
from pdfpipe.model.fault_settings import FaultSettings, OnPageError
from tests.batch.executors import CrashingExecutor
from tests.batch.tiny import documents, events_of, files_below, run_batch, scripted, write_page, write_pages
from tests.cli.command import pdfpipe as command

HOLD = FaultSettings(on_page_error=OnPageError.HOLD)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    write_pages(tmp_path / "scans" / "bad", "1.png", "2.png", "3.png")
    write_pages(tmp_path / "scans" / "good", "1.png")
    return tmp_path / "scans"


def test_a_document_is_held_back_with_the_reason_and_the_others_are_published(
    scans: Path, tmp_path: Path
) -> None:
    report = run_batch(scans, tmp_path / "out", scripted(("raise", "2.png"), faults=HOLD))
    assert files_below(tmp_path / "out") == {"good.pdf"}
    (document,) = report.failed
    told = [str(failure) for failure in document.failures]
    assert "page 2: scripted failure" in told[0]
    assert "--on-page-error image" in told[1]
    assert len(told) == 2
    assert report.exit_code == ExitCode.DOCUMENTS_FAILED


async def test_a_page_whose_worker_dies_holds_its_document_back_as_well(scans: Path, tmp_path: Path) -> None:
    settings = scripted(faults=HOLD)
    jobs = documents(scans, tmp_path / "out", settings)
    events = await events_of(jobs, settings, CrashingExecutor("2.png", times=2))
    (failed,) = (event for event in events if isinstance(event, DocumentFailed))
    assert "SIGTEST" in failed.failures[0].message
    assert files_below(tmp_path / "out") == {"good.pdf"}


def test_what_was_published_before_stays_as_it_was(scans: Path, tmp_path: Path) -> None:
    run_batch(scans, tmp_path / "out", scripted())
    old = (tmp_path / "out" / "bad.pdf").read_bytes()
    write_page(scans / "bad" / "2.png", 7)
    run_batch(scans, tmp_path / "out", scripted(("raise", "2.png"), faults=HOLD))
    assert (tmp_path / "out" / "bad.pdf").read_bytes() == old
    assert files_below(tmp_path / "out") == {"bad.pdf", "good.pdf"}


def test_without_it_the_page_s_image_is_published(scans: Path, tmp_path: Path) -> None:
    report = run_batch(scans, tmp_path / "out", scripted(("raise", "2.png")))
    assert len(report.published) == 2
    assert report.exit_code == ExitCode.PAGES_WITHOUT_TEXT


def test_a_blank_page_is_no_error(scans: Path, tmp_path: Path) -> None:
    report = run_batch(scans, tmp_path / "out", scripted(("words", "0"), faults=HOLD))
    assert len(report.published) == 2


def test_each_folder_may_say_what_it_wants(scans: Path, tmp_path: Path) -> None:
    write_pages(scans / "also", "2.png")
    (scans / "bad" / "pdfpipe.toml").write_text('on_page_error = "hold"\n')
    configuration = Configuration(scripted(("raise", "2.png")), working_folder=tmp_path)
    report = run_batch(scans, tmp_path / "out", configuration)
    assert [document.document.name for document in report.failed] == ["bad"]
    assert {event.document.name for event in report.published} == {"also", "good"}
    assert all(isinstance(event, DocumentPublished) for event in report.published)


def test_the_command_has_it_as_an_option(tmp_path: Path) -> None:
    write_page(tmp_path / "page.png")
    done = command("convert", tmp_path / "page.png", "-o", tmp_path, "--on-page-error", "never")
    assert done.returncode == 2
    assert b"'image', 'hold'" in done.stderr


@pytest.mark.parametrize(
    "senseless", [{"page_memory": -1.0}, {"page_memory": float("nan")}, {"on_page_error": "hold"}], ids=str
)
def test_settings_that_make_no_sense_are_refused_by_name(senseless: dict[str, object]) -> None:
    (name,) = senseless
    with pytest.raises(pdfpipe.PdfpipeError, match=f"faults.{name}"):
        FaultSettings(**senseless)  # type: ignore[arg-type]
