"""A page that eats memory takes down only its worker, whatever the engine makes of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

import pdfpipe
from pdfpipe.errors import ExitCode
from pdfpipe.model.fault_settings import FaultSettings
from pdfpipe.model.job import Stage
from tests.batch.tiny import files_below, scripted, write_page, write_pages
from tests.cli.command import pdfpipe as command
from tests.execution.watching import children

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts memory by RLIMIT_DATA")

LIMITED = FaultSettings(page_memory=500)


def test_a_page_that_takes_10_gb_is_published_as_an_image_and_flagged(tmp_path: Path) -> None:
    before = children()
    scans = write_pages(tmp_path / "scans" / "book", "1.png", "2.png", "3.png")
    write_page(tmp_path / "scans" / "letter" / "1.png")
    settings = scripted(("eat", "2.png"), faults=LIMITED)
    report = pdfpipe.convert_sync(scans.parent, tmp_path / "out", settings)
    assert files_below(tmp_path / "out") == {"book.pdf", "letter.pdf"}
    pages = PdfReader(tmp_path / "out" / "book.pdf").pages
    assert [bool(page.extract_text()) for page in pages] == [True, False, True]
    assert len(pages[1].images) == 1
    (failure,) = (page.failure for page in report.pages if page.failure is not None)
    assert (failure.stage, failure.page, failure.path) == (Stage.WORKER, 2, scans / "2.png")
    assert "500 MB" in failure.message
    assert "--page-memory" in failure.message
    assert "scripted.py" in failure.detail
    assert report.exit_code == ExitCode.PAGES_WITHOUT_TEXT
    assert children() == before


def test_an_image_that_does_not_fit_into_the_memory_fails_its_document_alone(tmp_path: Path) -> None:
    (tmp_path / "scans" / "large").mkdir(parents=True)
    Image.new("RGB", (14_000, 14_000)).save(tmp_path / "scans" / "large" / "1.png", dpi=(600, 600))
    write_page(tmp_path / "scans" / "small" / "1.png")
    report = pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", scripted(faults=LIMITED))
    assert files_below(tmp_path / "out") == {"small.pdf"}
    (document,) = report.failed
    assert "--page-memory" in document.failures[0].message
    assert report.exit_code == ExitCode.DOCUMENTS_FAILED


def test_the_option_of_the_command_limits_workers(tmp_path: Path) -> None:
    Image.new("RGB", (9000, 9000)).save(tmp_path / "page.png", dpi=(600, 600))
    done = command("convert", tmp_path / "page.png", "-o", tmp_path / "out", "--page-memory", "300")
    assert done.returncode == ExitCode.DOCUMENTS_FAILED
    assert b"more than the 300 MB" in done.stderr
    assert b"Traceback" not in done.stderr
