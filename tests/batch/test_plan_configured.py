"""How the files pdfpipe.toml among the scans change the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

import pdfpipe
from pdfpipe.config.folders import Configuration
from pdfpipe.config.settings import with_profile
from pdfpipe.errors import UsageError
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.settings import Settings
from tests.batch.tiny import run_batch, scripted, write_page, write_pages, write_tiff

OUT = Path("out")


def configured(*scans: Path, working_folder: Path | None = None) -> dict[str, DocumentJob]:
    """The jobs by their outputs."""
    configuration = Configuration(working_folder=working_folder)
    jobs = pdfpipe.plan(scans, OUT, configuration).documents
    return {str(job.output.relative_to(OUT)): job for job in jobs}


def toml(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pdfpipe.toml").write_text(text)


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    """A folder with German contracts and English letters."""
    for folder in ("contracts/2023", "contracts/2024", "letters"):
        write_pages(tmp_path / "scans" / folder, "1.png", "2.png")
    return tmp_path / "scans"


def test_one_batch_holds_documents_of_different_languages(scans: Path) -> None:
    toml(scans / "contracts", 'languages = "German"')
    toml(scans / "contracts" / "2023", 'languages = "de-Latf+lat"\nmetadata.title = "Old"')
    jobs = configured(scans)
    assert {output: job.settings.languages for output, job in jobs.items()} == {
        "contracts/2023.pdf": ("frk", "lat"),
        "contracts/2024.pdf": ("deu",),
        "letters.pdf": ("eng",),
    }
    assert jobs["contracts/2023.pdf"].settings.metadata.title == "Old"


def test_a_plain_call_reads_no_file_and_passes_none_over(scans: Path) -> None:
    toml(scans, 'languages = "deu"\noutput = "x"')
    planned = pdfpipe.plan([scans], OUT, Settings())
    assert planned.ignored == ()
    assert {job.settings for job in planned.documents} == {with_profile(Settings())}


def test_a_configuration_passes_its_files_not_over(scans: Path) -> None:
    toml(scans, 'languages = "deu"')
    assert pdfpipe.plan([scans], OUT, Configuration()).ignored == ()


def test_a_folder_may_group_otherwise_than_the_others(scans: Path) -> None:
    toml(scans / "letters", 'group = "file"')
    assert set(configured(scans)) == {
        "contracts/2023.pdf",
        "contracts/2024.pdf",
        "letters/1.pdf",
        "letters/2.pdf",
    }


def test_documents_of_a_folder_and_below_go_where_it_says(scans: Path) -> None:
    toml(scans / "contracts", 'output = "legal/signed"')
    write_page(scans / "contracts" / "cover.png")
    write_tiff(scans / "contracts" / "2023" / "annex.tif", 2)
    assert set(configured(scans)) == {
        "legal/signed/contracts.pdf",
        "legal/signed/2023.pdf",
        "legal/signed/2023/annex.pdf",
        "legal/signed/2024.pdf",
        "letters.pdf",
    }


def test_what_the_scanned_folder_or_one_above_says_moves_all_alike(tmp_path: Path, scans: Path) -> None:
    expected = {"x/contracts/2023.pdf", "x/contracts/2024.pdf", "x/letters.pdf"}
    toml(tmp_path, 'output = "x"')
    assert set(configured(scans, working_folder=tmp_path)) == expected
    (tmp_path / "pdfpipe.toml").rename(scans / "pdfpipe.toml")
    assert set(configured(scans)) == expected


def test_an_output_ending_in_pdf_names_the_document_of_its_folder_alone(scans: Path) -> None:
    toml(scans, 'output = "all"')
    write_page(scans / "contracts" / "cover.png")
    toml(scans / "contracts", 'output = "legal/cover.pdf"')
    assert set(configured(scans)) == {
        "legal/cover.pdf",
        "all/contracts/2023.pdf",
        "all/contracts/2024.pdf",
        "all/letters.pdf",
    }


def test_two_documents_of_a_folder_do_not_fit_into_one_name(scans: Path) -> None:
    toml(scans / "letters", 'output = "letters.pdf"\ngroup = "file"')
    with pytest.raises(UsageError, match=r"letters/pdfpipe\.toml: output: 2 documents do not fit"):
        configured(scans)


def test_a_named_file_has_the_settings_of_its_folder(scans: Path) -> None:
    toml(scans / "letters", 'languages = "fra"\noutput = "post"')
    jobs = configured(scans / "letters" / "1.png")
    assert {output: job.settings.languages for output, job in jobs.items()} == {"post/1.pdf": ("fra",)}


def test_two_folders_that_say_the_same_output_conflict(scans: Path) -> None:
    for name in ("2023", "2024"):
        toml(scans / "contracts" / name, 'output = "one.pdf"')
    with pytest.raises(UsageError, match=r"2 inputs would write .*one\.pdf"):
        configured(scans)


def test_a_broken_file_deep_in_the_scans_stops_the_plan(scans: Path) -> None:
    toml(scans / "contracts" / "2024", "languages = [")
    with pytest.raises(UsageError, match=r"contracts/2024/pdfpipe\.toml is no TOML: .*line 1"):
        configured(scans)


def catalog(path: Path) -> tuple[str, str | None]:
    """The language of a document, and where its pages turn."""
    root = PdfReader(path).root_object
    preferences = root["/ViewerPreferences"]
    assert isinstance(preferences, DictionaryObject)
    return str(root["/Lang"]), preferences.get("/Direction")


def test_other_settings_make_a_document_anew(scans: Path, tmp_path: Path) -> None:
    """Through the whole pipeline: the language of a folder's file is the one in the document."""
    toml(scans / "contracts", 'languages = "heb"')
    toml(scans / "contracts" / "2024", 'languages = "heb+eng"')
    configuration = Configuration(scripted())
    report = run_batch(scans, tmp_path / "out", configuration)
    assert len(report.published) == 3
    told = {path.stem: catalog(path) for path in sorted((tmp_path / "out").rglob("*.pdf"))}
    assert told == {"2023": ("he", "/R2L"), "2024": ("he", None), "letters": ("en", None)}
    assert len(run_batch(scans, tmp_path / "out", Configuration(scripted())).skipped) == 3
    toml(scans / "contracts", 'languages = "ara"')
    again = run_batch(scans, tmp_path / "out", Configuration(scripted()))
    assert (len(again.published), len(again.skipped)) == (1, 2)
