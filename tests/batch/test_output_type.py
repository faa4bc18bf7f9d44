"""What kind of PDF comes out, and what is told of a document that cannot be PDF/A."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from pdfpipe.errors import UsageError
from pdfpipe.model.output_type import OutputType, PdfaLevel
from pdfpipe.model.settings import Settings
from tests.batch.tiny import run_batch, scripted, write_pages


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """Two documents, one of which no PDF/A can hold: a page 4,801 times as high as wide."""
    folder = tmp_path / "scans"
    write_pages(folder / "good", "1.png")
    write_pages(folder / "thread", "1.png")
    Image.new("L", (1, 4801), 200).save(folder / "thread" / "2.png", dpi=(300, 300))
    return folder


def test_a_document_that_cannot_be_pdfa_fails_and_the_others_are_made(scans: Path, tmp_path: Path) -> None:
    report = run_batch(scans, tmp_path / "out", scripted(("words", "0")))
    assert [published.document.name for published in report.published] == ["good"]
    assert report.published[0].level is PdfaLevel.PDFA_2U
    (failure,) = report.failed[0].failures
    assert str(failure).startswith("page 2: it cannot be PDF/A-2u: of a page of 1.1 mm x 5,081.1 mm one side")
    assert "--output-type auto" in str(failure)
    assert failure.path == scans / "thread" / "2.png"
    assert report.exit_code == 4
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good.pdf"]


def test_auto_makes_it_a_plain_pdf_and_the_report_says_why(scans: Path, tmp_path: Path) -> None:
    report = run_batch(scans, tmp_path / "out", scripted(("words", "0"), output_type=OutputType.AUTO))
    documents = {document["name"]: document for document in json.loads(report.to_json())["documents"]}
    assert (documents["good"]["kind"], documents["good"]["notes"]) == ("PDF/A-2u", [])
    assert documents["thread"]["kind"] == "PDF"
    (note,) = documents["thread"]["notes"]
    assert note.startswith("a plain PDF, for it cannot be PDF/A-2u: page 2: ")
    assert len(PdfReader(tmp_path / "out" / "thread.pdf").pages) == 2
    assert report.exit_code == 0


@pytest.mark.parametrize("kind", OutputType)
def test_another_kind_is_made_anew_and_the_same_is_not(kind: OutputType, tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    run_batch(scans, tmp_path / "out", scripted())
    report = run_batch(scans, tmp_path / "out", scripted(output_type=kind))
    assert bool(report.skipped) is (kind in (OutputType.PDFA, OutputType.PDFA_2U))
    for published in report.published:
        assert published.level is kind.level
    assert run_batch(scans, tmp_path / "out", scripted(output_type=kind)).skipped


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="output_type"):
        Settings(output_type="pdfa")  # type: ignore[arg-type]
