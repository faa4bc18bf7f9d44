"""What is kept of pages that need a look, and what happens where it cannot be kept."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pdfpipe.batch.events import DocumentPublished, PageDone
from pdfpipe.batch.report import ReportBuilder
from pdfpipe.batch.report.as_html import html_report
from pdfpipe.batch.report.doubts import DoubtfulRegion
from pdfpipe.batch.report.looks import Look, Looks
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import Thumbnail
from tests.batch.report.test_html import job, page, picture, text_of


def look(number: int) -> Look:
    region = DoubtfulRegion(BoundingBox(number, 1, 2, 3), f"text {number}", 0.5)
    return Look((region,), Thumbnail(bytes([number % 256]) * 1000, 10, 20))


def test_looks_come_back_as_they_were_and_leave_no_file(tmp_path: Path) -> None:
    looks = Looks(tmp_path)
    for number in range(1, 300):
        looks.put(Path(f"out/{number % 3}.pdf"), number, look(number))
    assert list(tmp_path.iterdir()) == []
    assert all(looks.get(Path(f"out/{number % 3}.pdf"), number) == look(number) for number in range(1, 300))
    assert looks.get(Path("out/0.pdf"), 1) == Look()


def test_a_run_without_doubtful_pages_makes_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda **_: pytest.fail("a file was made"))
    builder = ReportBuilder((job("a"),))
    builder.add(PageDone(job("a"), page(1), text_of(("word", 0.99))))
    builder.add(PageDone(job("a"), page(1, 0, None)))
    builder.add(DocumentPublished(job("a"), (page(1),), 1, 1))
    assert [event.document for event in builder.build(1.0).published] == [job("a")]


@pytest.mark.parametrize("partly", [False, True])
def test_a_full_disk_costs_the_pictures_and_the_report_says_so(
    monkeypatch: pytest.MonkeyPatch, partly: bool
) -> None:
    def full(descriptor: int, data: bytes, offset: int) -> int:
        if partly:
            return len(data) // 2
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.pwrite", full)
    doubtful = page(1, 1, 0.1)
    builder = ReportBuilder((job("a"),))
    builder.add(PageDone(job("a"), doubtful, text_of(("word", 0.1)), picture()))
    builder.add(DocumentPublished(job("a"), (doubtful,), 1, 1))
    report = builder.build(1.0)
    html = b"".join(html_report(report, Path())).decode()
    assert "No space left on device" in html
    assert "<img" not in html
    assert "little confidence" in html


def test_a_folder_that_is_not_there_does_not_stop_the_run(tmp_path: Path) -> None:
    looks = Looks(tmp_path / "gone")
    looks.put(Path("a.pdf"), 1, look(1))
    assert looks.problem == "No such file or directory"
    assert looks.get(Path("a.pdf"), 1) == Look()
