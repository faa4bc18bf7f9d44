"""What is up to date is left alone, what is not is made again, what is not ours is not touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter

from pdfpipe.batch.report import Report
from pdfpipe.config.layers import settings_of
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.metadata_settings import MetadataSettings
from pdfpipe.model.settings import Settings
from tests.batch.tiny import make_older, run_batch, scripted, write_page, write_pages

FOREIGN = b"%PDF-1.4\nsomebody else's\n%%EOF\n"


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = write_pages(tmp_path / "scans", "1.png", "2.png", "3.png")
    for page in folder.iterdir():
        make_older(page)
    return folder


def convert(scans: Path, settings: Settings | None = None) -> Report:
    return run_batch(scans, scans.parent / "out", settings or scripted())


def output_of(scans: Path) -> Path:
    return scans.parent / "out" / "scans.pdf"


def test_a_second_run_skips_the_document_and_leaves_its_file_alone(scans: Path) -> None:
    assert len(convert(scans).published) == 1
    before = output_of(scans).stat()
    report = convert(scans)
    assert (len(report.skipped), len(report.published), report.exit_code) == (1, 0, 0)
    after = output_of(scans).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def touch(scans: Path) -> None:
    future = output_of(scans).stat().st_mtime_ns + 1
    os.utime(scans / "2.png", ns=(future, future))


def touch_at_the_same_time(scans: Path) -> None:
    now = output_of(scans).stat().st_mtime_ns
    os.utime(scans / "2.png", ns=(now, now))


def add(scans: Path) -> None:
    make_older(write_page(scans / "4.png"), 100)


def remove(scans: Path) -> None:
    (scans / "2.png").unlink()


def rename(scans: Path) -> None:
    (scans / "1.png").rename(scans / "9.png")


def replace_by_an_older_one(scans: Path) -> None:
    # Sizes tell them apart: time alone would not, as with a file that is moved here.
    Image.new("L", (300, 400), 7).save(scans / "2.png", dpi=(300, 300))
    make_older(scans / "2.png", 1000)


@pytest.mark.parametrize("kind", ["tesseract.user_words", "tesseract.user_patterns"])
def test_an_edited_list_makes_documents_again(scans: Path, kind: str) -> None:
    listed = scans.parent / "list.txt"
    listed.write_text("pdfpipe\n")
    settings = msgspec.structs.replace(scripted(), tesseract=settings_of({kind: listed}).tesseract)
    convert(scans, settings)
    assert len(convert(scans, settings).skipped) == 1
    listed.write_text("pdfpipe\nOCR\n")
    assert len(convert(scans, settings).published) == 1
    assert len(convert(scans, settings).skipped) == 1


@pytest.mark.parametrize(
    "change", [touch, touch_at_the_same_time, add, remove, rename, replace_by_an_older_one]
)
def test_a_document_is_made_again_after(change: Callable[[Path], None], scans: Path) -> None:
    convert(scans)
    change(scans)
    report = convert(scans)
    assert len(report.published) == 1
    assert len(PdfReader(output_of(scans)).pages) == len(list(scans.iterdir()))


@pytest.mark.parametrize(
    "other",
    [
        {"metadata": MetadataSettings(title="Minutes")},
        {"metadata": MetadataSettings(keywords=("deed",))},
        {"images": ImageSettings(mrc=True)},
        {"image_dpi": 150.0},
        {"languages": ("eng", "deu")},
        {"engine_options": (("words", "4"),)},
        {"images": ImageSettings(jpeg_quality=50)},
    ],
    ids=lambda setting: next(iter(setting)),
)
def test_a_document_is_made_again_with_another(other: dict[str, object], scans: Path) -> None:
    convert(scans)
    changed = msgspec.structs.replace(scripted(), **other)
    assert len(convert(scans, changed).published) == 1
    assert len(convert(scans, changed).skipped) == 1


@pytest.mark.parametrize(
    "irrelevant", [{"jobs": 2}, {"fail_fast": True}], ids=lambda setting: next(iter(setting))
)
def test_settings_that_change_no_byte_do_not_count(irrelevant: dict[str, object], scans: Path) -> None:
    convert(scans)
    assert len(convert(scans, msgspec.structs.replace(scripted(), **irrelevant)).skipped) == 1


def test_force_makes_it_again(scans: Path) -> None:
    convert(scans)
    assert len(convert(scans, scripted(force=True)).published) == 1


@pytest.mark.parametrize("content", [FOREIGN, b""], ids=["a foreign PDF", "an empty file"])
def test_a_file_that_is_not_ours_is_kept_and_the_reason_says_what_to_do(scans: Path, content: bytes) -> None:
    output_of(scans).parent.mkdir()
    output_of(scans).write_bytes(content)
    report = convert(scans)
    (failed,) = report.failed
    assert "--force" in failed.failures[0].message
    assert "scans.pdf" in failed.failures[0].message
    assert output_of(scans).read_bytes() == content
    assert report.exit_code == 4


def test_force_replaces_a_file_that_is_not_ours(scans: Path) -> None:
    output_of(scans).parent.mkdir()
    output_of(scans).write_bytes(FOREIGN)
    assert len(convert(scans, scripted(force=True)).published) == 1
    assert len(PdfReader(output_of(scans)).pages) == 3


def test_a_document_that_another_program_has_saved_again_is_not_ours_any_more(scans: Path) -> None:
    convert(scans)
    edited = PdfWriter(clone_from=PdfReader(output_of(scans)))
    edited.add_metadata({"/Subject": "annotated by hand"})
    with output_of(scans).open("wb") as stream:
        edited.write(stream)
    touch(scans)
    kept = output_of(scans).read_bytes()
    assert len(convert(scans).failed) == 1
    assert output_of(scans).read_bytes() == kept


def test_a_document_cut_short_is_not_taken_for_whole(scans: Path) -> None:
    convert(scans)
    whole = output_of(scans).read_bytes()
    output_of(scans).write_bytes(whole[: len(whole) // 2])
    assert not convert(scans).skipped


def test_a_folder_in_the_place_of_the_output_fails_the_document(scans: Path) -> None:
    output_of(scans).mkdir(parents=True)
    for settings in (scripted(), scripted(force=True)):
        report = convert(scans, settings)
        assert len(report.failed) == 1
        assert "scans.pdf" in report.failed[0].failures[0].message
    assert list(output_of(scans).iterdir()) == []
