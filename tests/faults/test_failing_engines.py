"""Engines that fail on a page, in real worker processes: the page is kept as an image and flagged."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

import pdfpipe
from pdfpipe.errors import ExitCode
from pdfpipe.model.job import Stage
from tests.batch.tiny import files_below, scripted, write_page, write_pages
from tests.execution.watching import children


@pytest.mark.parametrize(
    ("fault", "stage", "told"),
    [
        ("raise", Stage.RECOGNIZE, "scripted failure"),
        ("crash", Stage.WORKER, "SIGSEGV"),
        ("exit", Stage.WORKER, "exit code 7"),
    ],
)
def test_the_page_is_published_as_an_image_and_flagged(
    tmp_path: Path, fault: str, stage: Stage, told: str
) -> None:
    before = children()
    scans = write_pages(tmp_path / "scans" / "book", "1.png", "2.png", "3.png", "4.png")
    write_page(tmp_path / "scans" / "letter" / "1.png")
    report = pdfpipe.convert_sync(scans.parent, tmp_path / "out", scripted((fault, "3.png")))
    assert files_below(tmp_path / "out") == {"book.pdf", "letter.pdf"}
    pages = PdfReader(tmp_path / "out" / "book.pdf").pages
    assert [bool(page.extract_text()) for page in pages] == [True, True, False, True]
    assert all(len(page.images) == 1 for page in pages)
    (failure,) = (page.failure for page in report.pages if page.failure is not None)
    assert (failure.stage, failure.page, failure.path) == (stage, 3, scans / "3.png")
    assert told in failure.message
    assert report.exit_code == ExitCode.PAGES_WITHOUT_TEXT
    assert [page.number for _, page in report.doubtful] == [3]
    assert children() == before


def test_a_page_on_which_the_engine_hangs_is_given_up_and_published_as_an_image(tmp_path: Path) -> None:
    before = children()
    scans = write_pages(tmp_path / "scans", "1.png", "2.png")
    report = pdfpipe.convert_sync(scans, tmp_path / "out", scripted(("hang", "2.png"), page_timeout=3))
    first, second = report.pages
    assert (first.failure, first.words) == (None, 3)
    assert second.failure is not None
    assert "longer than 3 s" in second.failure.message
    assert "scripted.py" in second.failure.detail
    assert len(PdfReader(tmp_path / "out" / "scans.pdf").pages[1].images) == 1
    assert report.exit_code == ExitCode.PAGES_WITHOUT_TEXT
    assert children() == before


def test_a_crash_tells_where_in_the_engine_it_was(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    report = pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", scripted(("crash", "1.png")))
    (page,) = report.pages
    assert page.failure is not None
    assert "scripted.py" in page.failure.detail


def test_an_engine_that_fails_on_every_page_still_gives_all_images(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_page(tmp_path / "scans" / name / "1.png")
    report = pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", scripted(("crash", "1.png")))
    assert files_below(tmp_path / "out") == {"a.pdf", "b.pdf", "c.pdf"}
    assert report.exit_code == ExitCode.PAGES_WITHOUT_TEXT


def test_a_flagged_document_is_not_read_again_and_again(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    settings = scripted(("raise", "1.png"))
    assert len(pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", settings).published) == 1
    assert len(pdfpipe.convert_sync(tmp_path / "scans", tmp_path / "out", settings).skipped) == 1
