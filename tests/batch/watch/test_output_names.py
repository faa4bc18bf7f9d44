"""No PDF is lost to another of the same name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from pdfpipe.batch.watch.output_names import OutputNames
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.sidecar import Sidecar
from tests.batch.tiny import documents, events_of, make_older, run_batch, scripted, write_page


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def job(scan: Path, out: Path, shade: int = 200) -> DocumentJob:
    (planned,) = documents(write_page(scan, shade), out, scripted())
    return planned


def made(scan: Path, out: Path) -> DocumentJob:
    planned = job(scan, out)
    run_batch(scan, out, scripted())
    return planned


def assigned(names: OutputNames, planned: DocumentJob, owner: str = "a") -> tuple[str, bool]:
    found, is_made = names.assign(planned, owner)
    return found.output.name, is_made


@pytest.mark.parametrize("mirrors", [True, False])
def test_a_name_that_is_free_is_taken(tmp_path: Path, out: Path, mirrors: bool) -> None:
    assert assigned(OutputNames(mirrors=mirrors), job(tmp_path / "a.png", out)) == ("a.pdf", False)


@pytest.mark.parametrize("mirrors", [True, False])
def test_what_is_made_already_is_known_even_if_clocks_went_wrong(
    tmp_path: Path, out: Path, mirrors: bool
) -> None:
    planned = made(tmp_path / "a.png", out)
    make_older(planned.output, 10**6)
    assert assigned(OutputNames(mirrors=mirrors), planned) == ("a.pdf", True)


def test_where_originals_go_away_a_scan_of_the_same_name_is_another_document(
    tmp_path: Path, out: Path
) -> None:
    made(tmp_path / "a.png", out)
    later = job(tmp_path / "a.png", out, shade=100)
    names = OutputNames(mirrors=False)
    assert assigned(names, later) == ("a-2.pdf", False)


def test_where_they_are_kept_it_is_the_same_one_changed(tmp_path: Path, out: Path) -> None:
    made(tmp_path / "a.png", out)
    later = job(tmp_path / "a.png", out, shade=100)
    assert assigned(OutputNames(mirrors=True), later) == ("a.pdf", False)


@pytest.mark.parametrize("mirrors", [True, False])
def test_two_that_are_there_at_the_same_time_never_share_a_name(
    tmp_path: Path, out: Path, mirrors: bool
) -> None:
    names = OutputNames(mirrors=mirrors)
    first, second = job(tmp_path / "a.png", out), job(tmp_path / "a.tif", out)
    assert assigned(names, first, "a.png") == ("a.pdf", False)
    assert assigned(names, second, "a.tif") == ("a-2.pdf", False)
    assert assigned(names, first, "a.png") == ("a.pdf", False)


def test_which_had_which_name_is_found_out_after_a_restart(tmp_path: Path, out: Path) -> None:
    by_tif, by_png = made(tmp_path / "a.tif", out), job(tmp_path / "a.png", out)
    second = msgspec.structs.replace(by_png, output=out / "a-2.pdf")
    asyncio.run(events_of([second], second.settings))
    names = OutputNames(mirrors=True)
    assert assigned(names, by_png, "a.png") == ("a-2.pdf", True)
    assert assigned(names, by_tif, "a.tif") == ("a.pdf", True)


@pytest.mark.parametrize("mirrors", [True, False])
def test_files_of_other_programs_are_stepped_around(tmp_path: Path, out: Path, mirrors: bool) -> None:
    planned = job(tmp_path / "a.png", out)
    out.mkdir()
    (out / "a.pdf").write_bytes(b"%PDF-1.4 of somebody")
    (out / "a-2.pdf").mkdir()
    assert assigned(OutputNames(mirrors=mirrors), planned) == ("a-3.pdf", False)


def test_so_are_sidecars(tmp_path: Path, out: Path) -> None:
    planned = job(tmp_path / "a.png", out)
    settings = msgspec.structs.replace(planned.settings, sidecars=(Sidecar.TEXT,))
    out.mkdir()
    (out / "a.txt").write_text("notes")
    with_text = msgspec.structs.replace(planned, settings=settings)
    assert assigned(OutputNames(mirrors=False), with_text) == ("a-2.pdf", False)
    assert assigned(OutputNames(mirrors=False), planned) == ("a.pdf", False)


def test_force_replaces(tmp_path: Path, out: Path) -> None:
    made(tmp_path / "a.png", out)
    (planned,) = documents(tmp_path / "a.png", out, scripted(force=True))
    assert assigned(OutputNames(mirrors=False), planned) == ("a.pdf", False)


def test_a_name_is_free_again_when_its_document_has_failed(tmp_path: Path, out: Path) -> None:
    names = OutputNames(mirrors=False)
    planned = job(tmp_path / "a.png", out)
    assert assigned(names, planned, "a.png") == ("a.pdf", False)
    names.release(planned.output)
    assert assigned(names, planned, "other.png") == ("a.pdf", False)
