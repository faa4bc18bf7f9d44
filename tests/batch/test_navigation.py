"""Page labels and outlines of whole runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

import pdfpipe
from pdfpipe.errors import UsageError
from pdfpipe.model.navigation_settings import NavigationSettings, Outline
from pdfpipe.model.settings import Settings
from tests.batch.tiny import run_batch, scripted, write_pages, write_tiff
from tests.support import SCANS

BY_FILES = NavigationSettings(page_labels="files", outline=Outline.FILES)


def test_pages_and_bookmarks_are_called_after_their_files(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "ms-001r.png", "ms-001v.png", "ms-002r.png")
    assert run_batch(scans, tmp_path / "out", scripted(navigation=BY_FILES)).exit_code == 0
    pdf = PdfReader(tmp_path / "out" / "scans.pdf")
    assert pdf.page_labels == ["1r", "1v", "2r"]
    titles = [item.title for item in pdf.outline if isinstance(item, Destination)]
    assert titles == [
        "ms-001r",
        "ms-001v",
        "ms-002r",
    ]


def test_pages_of_a_single_file_have_no_names(tmp_path: Path) -> None:
    scan = write_tiff(tmp_path / "minutes.tif", 3)
    run_batch(scan, tmp_path / "out", scripted(navigation=BY_FILES))
    assert not {"/Outlines", "/PageLabels"} & PdfReader(tmp_path / "out" / "minutes.pdf").root_object.keys()


def test_labels_for_too_few_pages_are_told_of(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png", "2.png", "3.png")
    report = run_batch(scans, tmp_path / "out", scripted(navigation=NavigationSettings(page_labels="i-ii")))
    assert PdfReader(tmp_path / "out" / "scans.pdf").page_labels == ["i", "ii", "3"]
    (note,) = json.loads(report.to_json())["documents"][0]["notes"]
    assert note == "page labels i-ii are for 2 of its 3 pages; the others have their numbers"


def test_another_way_to_find_through_it_makes_it_anew(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png", "2.png")
    for number, navigation in enumerate((NavigationSettings(), BY_FILES)):
        assert len(run_batch(scans, tmp_path / "out", scripted(navigation=navigation)).published) == 1, number
    assert run_batch(scans, tmp_path / "out", scripted(navigation=BY_FILES)).skipped


def test_labels_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match=r"navigation\.page_labels: '9-1' is no range"):
        NavigationSettings(page_labels="9-1")


def test_headings_become_the_outline(tmp_path: Path) -> None:
    pdfpipe.convert_sync(
        SCANS / "declaration",
        tmp_path,
        Settings(engine="tesseract", navigation=NavigationSettings(outline=Outline.HEADINGS)),
    )
    outline = PdfReader(tmp_path / "declaration.pdf").outline
    assert [item.title for item in outline if isinstance(item, Destination)] == [
        "Universal Declaration of Human Rights"
    ]
