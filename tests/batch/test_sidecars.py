"""Sidecars come with their PDF or not at all, and nobody's work is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pdfpipe.batch.report import Report
from pdfpipe.errors import DocumentError, UsageError
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.storage import AtomicFile, commit_together, left_behind
from tests.batch.tiny import files_below, make_older, run_batch, scripted, write_page, write_tiff
from tests.readers import poppler_text

ALL = tuple(Sidecar)
NAMES = {"scans.txt", "scans.hocr", "scans.alto.xml", "scans.json"}


def convert(scans: Path, *sidecars: Sidecar, **settings: bool) -> Report:
    return run_batch(scans, scans.parent / "out", scripted(sidecars=sidecars, **settings))


def test_all_formats_stand_beside_the_pdf(scans: Path, out: Path) -> None:
    (document,) = convert(scans, *ALL).published
    assert files_below(out) == NAMES | {"scans.pdf"}
    assert {path.name for path in document.sidecars} == NAMES
    assert (out / "scans.txt").read_text() == "word0 word1 word2\n\fword0 word1 word2\n"
    pages = json.loads((out / "scans.json").read_text())["pages"]
    assert [(page["number"], page["file"], page["dpi_from"]) for page in pages] == [
        (1, "1.png", "file"),
        (2, "2.png", "file"),
    ]


def test_the_report_names_them(scans: Path, out: Path) -> None:
    report = json.loads(convert(scans, Sidecar.HOCR, Sidecar.TEXT).to_json())
    assert report["documents"][0]["sidecars"] == [str(out / "scans.hocr"), str(out / "scans.txt")]


def test_only_the_suffix_of_the_pdf_is_replaced(tmp_path: Path) -> None:
    write_page(tmp_path / "v1.2" / "a.png")
    run_batch(tmp_path / "v1.2", tmp_path / "out", scripted(sidecars=(Sidecar.ALTO, Sidecar.TEXT)))
    assert files_below(tmp_path / "out") == {"v1.2.pdf", "v1.2.alto.xml", "v1.2.txt"}


def test_pages_that_could_not_be_read_say_so(scans: Path, out: Path) -> None:
    settings = scripted(("raise", "1.png"), sidecars=(Sidecar.JSON, Sidecar.TEXT))
    run_batch(scans, out, settings)
    first, second = json.loads((out / "scans.json").read_text())["pages"]
    assert (first["failure"], first["blocks"]) == ("scripted failure", [])
    assert second["failure"] is None
    assert (out / "scans.txt").read_text() == "\fword0 word1 word2\n"


def test_a_document_that_fails_leaves_none(scans: Path, out: Path) -> None:
    (scans / "2.png").write_bytes(b"no image")
    assert len(convert(scans, *ALL).failed) == 1
    assert files_below(out) == set()


def test_a_second_run_leaves_all_as_they_are(scans: Path, out: Path) -> None:
    convert(scans, *ALL)
    before = {name: (out / name).stat().st_ino for name in files_below(out)}
    assert len(convert(scans, *ALL).skipped) == 1
    assert {name: (out / name).stat().st_ino for name in files_below(out)} == before


def test_the_order_in_which_they_are_asked_for_does_not_matter(scans: Path) -> None:
    convert(scans, Sidecar.TEXT, Sidecar.JSON)
    assert len(convert(scans, Sidecar.JSON, Sidecar.TEXT).skipped) == 1


@pytest.mark.parametrize("kind", ALL)
def test_one_that_is_gone_is_made_again(kind: Sidecar, scans: Path, out: Path) -> None:
    convert(scans, *ALL)
    kind.beside(out / "scans.pdf").unlink()
    assert len(convert(scans, *ALL).published) == 1
    assert files_below(out) == NAMES | {"scans.pdf"}


def test_one_that_is_asked_for_later_is_made(scans: Path, out: Path) -> None:
    convert(scans)
    assert len(convert(scans, Sidecar.HOCR).published) == 1
    assert (out / "scans.hocr").exists()


def test_they_follow_their_scans(scans: Path, out: Path) -> None:
    convert(scans, *ALL)
    make_older(write_page(scans / "3.png"), 100)
    assert len(convert(scans, *ALL).published) == 1
    assert (out / "scans.txt").read_text().count("\f") == 2


@pytest.mark.parametrize("kind", ALL)
def test_one_that_was_corrected_by_hand_is_not_overwritten(kind: Sidecar, scans: Path, out: Path) -> None:
    convert(scans, *ALL)
    path = kind.beside(out / "scans.pdf")
    corrected = path.read_bytes().replace(b"word1", b"corrected")
    path.write_bytes(corrected)
    make_older(write_page(scans / "3.png"), 100)
    (failed,) = convert(scans, *ALL).failed
    assert path.name in failed.failures[0].message
    assert "--force" in failed.failures[0].message
    assert path.read_bytes() == corrected
    assert len(convert(scans, *ALL, force=True).published) == 1
    assert b"corrected" not in path.read_bytes()


def test_a_file_of_somebody_else_in_its_place_is_kept(scans: Path, out: Path) -> None:
    out.mkdir()
    (out / "scans.txt").write_text("shopping list")
    (failed,) = convert(scans, Sidecar.TEXT).failed
    assert "scans.txt" in failed.failures[0].message
    assert files_below(out) == {"scans.txt"}
    assert (out / "scans.txt").read_text() == "shopping list"


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_in_its_place_fails_the_document(force: bool, scans: Path, out: Path) -> None:
    (out / "scans.json").mkdir(parents=True)
    (failed,) = convert(scans, *ALL, force=force).failed
    assert "scans.json" in str(failed.failures[0])
    assert files_below(out) == set()


def test_what_a_killed_process_has_published_is_used_up_by_the_next(scans: Path, out: Path) -> None:
    convert(scans, *ALL)
    # As if it had been killed after the last sidecar, before the PDF.
    (out / "scans.pdf").rename(left_behind(out / "scans.pdf"))
    assert len(convert(scans, *ALL).published) == 1
    assert files_below(out) == NAMES | {"scans.pdf"}


def test_two_documents_of_one_folder_have_their_own(tmp_path: Path) -> None:
    write_tiff(tmp_path / "scans" / "a.tif", 2)
    write_tiff(tmp_path / "scans" / "b.tif", 3)
    run_batch(tmp_path / "scans", tmp_path / "out", scripted(sidecars=(Sidecar.TEXT,)))
    feeds = [(tmp_path / "out" / name).read_text().count("\f") for name in ("a.txt", "b.txt")]
    assert feeds == [1, 2]


def test_the_text_is_that_of_the_pdf(scans: Path, out: Path) -> None:
    convert(scans, Sidecar.TEXT)
    pages = (out / "scans.txt").read_text().split("\f")
    assert [page.split() for page in pages] == [page.split() for page in poppler_text(out / "scans.pdf")]


def test_settings_refuse_what_is_no_sidecar() -> None:
    with pytest.raises(UsageError, match="sidecars"):
        Settings(sidecars=("hocr",))  # type: ignore[arg-type]


def test_nothing_appears_if_the_last_of_several_files_cannot(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    files = [AtomicFile(tmp_path / name) for name in ("a", "b")]
    with pytest.raises(DocumentError):
        commit_together(files)
    for file in files:
        file.discard()
    assert files_below(tmp_path) == set()


def test_what_has_appeared_goes_again_if_a_later_file_does_not_appear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = AtomicFile(tmp_path / "a"), AtomicFile(tmp_path / "b")

    def refuse() -> int:
        second.discard()
        raise DocumentError("refused")

    monkeypatch.setattr(second, "commit", refuse)
    with pytest.raises(DocumentError, match="refused"):
        commit_together([first, second])
    assert files_below(tmp_path) == set()


def test_a_document_without_sidecars_says_nothing_of_them(scans: Path, out: Path) -> None:
    convert(scans)
    assert len(convert(scans).skipped) == 1
    assert b"/Sidecars" not in (out / "scans.pdf").read_bytes()
