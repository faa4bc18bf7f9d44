"""A file beside a scan says what counts for its document alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from pdfpipe.batch.plan import plan
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import UsageError
from pdfpipe.model.job import DocumentJob
from tests.batch.tiny import make_older, run_batch, scripted, write_pages, write_tiff


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = write_pages(tmp_path / "scans", "1.png", "2.png")
    write_tiff(folder / "minutes.tif", 2)
    (folder / "pdfpipe.toml").write_text('languages = "deu"\nmetadata.author = "Archive"')
    (folder / "minutes.pdfpipe.toml").write_text(
        'languages = "fra"\n[metadata]\ntitle = "Minutes"\nkeywords = ["a", "b"]\ncreated = 1948-12-10'
    )
    return folder


def jobs(scans: Path, configuration: Configuration) -> dict[str, DocumentJob]:
    return {job.name: job for job in plan([scans], Path("out"), configuration).documents}


def test_it_counts_for_that_document_over_the_folders(scans: Path) -> None:
    found = jobs(scans, Configuration())
    assert found["minutes"].settings.languages == ("fra",)
    assert found["minutes"].settings.metadata.title == "Minutes"
    assert found["minutes"].settings.metadata.author == "Archive"
    assert found["scans"].settings.languages == ("deu",)
    assert found["scans"].settings.metadata.title is None


def test_it_counts_for_a_file_that_is_named_too(scans: Path) -> None:
    (job,) = plan([scans / "minutes.tif"], Path("out"), Configuration()).documents
    assert job.settings.metadata.title == "Minutes"


def test_what_the_caller_gives_counts_more(scans: Path) -> None:
    given = Configuration(scripted(languages=("spa",)))
    assert jobs(scans, given)["minutes"].settings.languages == ("spa",)


def test_it_is_not_read_where_no_files_are(scans: Path) -> None:
    found = jobs(scans, Configuration(read_files=False))
    assert found["minutes"].settings.languages == ("eng",)


def test_it_is_passed_over_only_where_it_belongs_to_no_document(scans: Path) -> None:
    assert plan([scans], Path("out"), Configuration()).ignored == ()
    (scans / "1.pdfpipe.toml").write_text("broken =")
    assert plan([scans], Path("out"), Configuration()).ignored == (scans / "1.pdfpipe.toml",)
    (scans / "pdfpipe.toml").write_text('group = "file"')
    with pytest.raises(UsageError, match=r"1\.pdfpipe\.toml is no TOML"):
        plan([scans], Path("out"), Configuration())


@pytest.mark.parametrize("key", ["group", "output"])
def test_what_is_a_matter_of_folders_is_refused(scans: Path, key: str) -> None:
    (scans / "minutes.pdfpipe.toml").write_text(f'engine = "auto"\n{key} = "file"')
    with pytest.raises(UsageError, match=rf"minutes\.pdfpipe\.toml, line 2: {key} is a matter of folders"):
        plan([scans], Path("out"), Configuration())


def test_its_metadata_are_in_the_pdf_and_a_change_of_them_makes_it_anew(scans: Path, tmp_path: Path) -> None:
    for file in scans.iterdir():
        make_older(file)
    made = datetime(2026, 7, 14, tzinfo=UTC)
    configuration = Configuration(scripted(languages=("eng",), created=made))
    assert len(run_batch(scans, tmp_path / "out", configuration).published) == 2
    info = PdfReader(tmp_path / "out" / "minutes.pdf").metadata
    assert info is not None
    assert (info.title, info.author, info.keywords) == ("Minutes", "Archive", "a, b")
    assert str(info["/CreationDate"]) == "D:19481210"
    assert info.modification_date == made
    (scans / "minutes.pdfpipe.toml").write_text('metadata.title = "Other"')
    again = Configuration(scripted(languages=("eng",), created=made))
    report = run_batch(scans, tmp_path / "out", again)
    assert [published.document.name for published in report.published] == ["minutes"]
