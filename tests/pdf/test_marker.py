"""A PDF says that pdfpipe made it, and from what; no other PDF does."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from pypdf import PdfWriter as PypdfWriter

from pdfpipe.pdf.marker import Marker, read_marker
from tests.readers import pypdf_catalog
from tests.specimens import METADATA, WHITE_PIXEL, image_page, write_pdf

PAGE = image_page(WHITE_PIXEL)


@pytest.mark.parametrize("pages", [1, 40, 2000])
def test_the_marker_is_found_whatever_the_length_of_the_document(pages: int, tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "document.pdf", [PAGE] * pages)
    assert read_marker(pdf) == Marker(METADATA.settings_digest)


def test_other_settings_are_another_marker(tmp_path: Path) -> None:
    other = msgspec.structs.replace(METADATA, settings_digest="fedcba9876543210")
    assert read_marker(write_pdf(tmp_path / "a.pdf", [PAGE], other)) == Marker("fedcba9876543210")
    other = msgspec.structs.replace(METADATA, scans_digest="0123abcd")
    assert read_marker(write_pdf(tmp_path / "b.pdf", [PAGE], other)) == Marker(
        METADATA.settings_digest, scans="0123abcd"
    )


def test_the_marker_is_where_pdf_has_a_place_for_it(tmp_path: Path) -> None:
    catalog = pypdf_catalog(write_pdf(tmp_path / "a.pdf", [PAGE]))
    private = catalog["/PieceInfo"]["/pdfpipe"]["/Private"]
    assert private["/Settings"] == METADATA.settings_digest


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n%%EOF", b"not a PDF at all" * 5000], ids=["empty", "PDF", "text"]
)
def test_other_files_have_no_marker(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "other.pdf").write_bytes(data)
    assert read_marker(tmp_path / "other.pdf") is None


def test_a_file_that_another_program_saved_is_not_ours_any_more(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [PAGE])
    PypdfWriter(clone_from=pdf).write(tmp_path / "resaved.pdf")
    assert read_marker(tmp_path / "resaved.pdf") is None


def test_a_file_to_which_someone_has_added_is_not_ours_any_more(tmp_path: Path) -> None:
    # Adobe's and other programs save by appending: someone's highlights must not be overwritten.
    pdf = write_pdf(tmp_path / "a.pdf", [PAGE])
    writer = PypdfWriter(pdf, incremental=True)
    writer.add_metadata({"/Keywords": "annotated by hand"})
    writer.write(tmp_path / "annotated.pdf")
    assert (tmp_path / "annotated.pdf").read_bytes().startswith(pdf.read_bytes())
    assert read_marker(tmp_path / "annotated.pdf") is None


def test_the_text_of_a_page_cannot_pass_for_a_marker(tmp_path: Path) -> None:
    title = "/pdfpipe << /LastModified (D:2026) /Private << /Settings (0bad) >> >>"
    pdf = write_pdf(tmp_path / "a.pdf", [PAGE], msgspec.structs.replace(METADATA, title=title))
    assert read_marker(pdf) == Marker(METADATA.settings_digest)
