from __future__ import annotations

from pathlib import Path

import pytest

from pdfpipe.imaging.formats import is_image_file, is_pdf, looks_like_image
from tests.support import FIXTURES, HEIF, SCANS, SCRIPTS

every_scan = pytest.mark.parametrize(
    "scan",
    sorted(path for folder in (SCANS, SCRIPTS, HEIF) for path in folder.rglob("*.*")),
    ids=lambda path: str(path.relative_to(FIXTURES)),
)


@every_scan
def test_every_fixture_is_an_image_by_its_suffix_and_by_its_first_bytes(scan: Path, tmp_path: Path) -> None:
    assert is_image_file(scan)
    nameless = tmp_path / "scan"
    nameless.write_bytes(scan.read_bytes())
    assert is_image_file(nameless)


@pytest.mark.parametrize("name", ["Thumbs.db", "notes.txt", "report.docx", "index.html", "page.tif.part"])
def test_other_files_in_a_folder_of_scans_are_no_pages(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes((SCANS / "formats" / "png-grey8.png").read_bytes())
    assert not is_image_file(tmp_path / name)


@pytest.mark.parametrize("name", ["page.TIF", "page.JPeG", "page.Png"])
def test_case_does_not_count_in_suffixes(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")
    assert is_image_file(tmp_path / name)


@pytest.mark.parametrize(
    "head", [b"", b"\x89PN", b"%PDF-1.7\n", b"#!/bin/sh\nBM", b"GIF", b"Plain text", b"RIFF\0\0\0\0WAVEfmt "]
)
def test_text_and_other_media_do_not_look_like_images(head: bytes) -> None:
    assert not looks_like_image(head)


def test_a_pdf_is_one_by_its_name_or_by_its_first_bytes(tmp_path: Path) -> None:
    assert is_pdf(Path("letter.PDF"), b"anything")
    assert is_pdf(Path("stdin"), b"%PDF-1.7")
    assert not is_pdf(Path("page.tif"), b"II*\0")
    (tmp_path / "letter").write_bytes(b"%PDF-1.7\n")
    assert is_image_file(tmp_path / "letter")
