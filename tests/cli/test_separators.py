"""Separator sheets from the printer to the documents."""

from __future__ import annotations

from pathlib import Path

import pypdf
import pypdfium2
import pytest
from click.testing import CliRunner, Result

from pdfpipe.cli.main import cli
from pdfpipe.errors import OutputConflictError, UsageError
from tests.batch.tiny import files_below
from tests.cli.command import pdfpipe
from tests.support import SCANS


def separators(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["separators", *map(str, arguments)])


def test_sheets_that_were_printed_and_scanned_make_documents(tmp_path: Path) -> None:
    sheets = tmp_path / "sheets.pdf"
    assert separators("-o", sheets, "--patch-t", "--barcode", "Bill 7", "--barcode", "請求書").exit_code == 0
    scans = tmp_path / "scans" / "stack"
    scans.mkdir(parents=True)
    with pypdfium2.PdfDocument(sheets) as pdf:
        assert len(pdf) == 2
        for number, name in ((0, "2"), (1, "5")):
            scan = pdf[number].render(scale=150 / 72, grayscale=True, rotation=180).to_pil()
            scan.rotate(3, fillcolor=255).save(scans / f"{name}.png", dpi=(150, 150))
    for name in ("1", "3", "6"):
        (scans / f"{name}.png").symlink_to(SCANS / "formats" / "png-1bit.png")
    out = tmp_path / "out"
    command = (
        "convert",
        tmp_path / "scans",
        "-o",
        out,
        "--split-on",
        "patch-t,barcode",
        "--engine",
        "tesseract",
        "-j",
        "1",
    )
    planned = pdfpipe(*command, "--dry-run")
    assert b"Bill 7.pdf" in planned.stdout
    assert not out.exists()
    done = pdfpipe(*command)
    assert done.returncode == 0, done.stderr
    assert files_below(out) == {"stack-001.pdf", "Bill 7.pdf", "請求書.pdf"}
    assert len(pypdf.PdfReader(out / "Bill 7.pdf").pages) == 1
    text = done.stdout.decode()
    assert "Separator sheets left out (--keep-separators keeps them):" in text
    assert f"Bill 7.pdf: page 1 of its scans ({scans / '2.png'})" in text
    assert b"1 separator sheet left out" in done.stderr
    assert b"5 of 5" in pdfpipe("status", out).stdout


def test_sheets_say_what_they_are(tmp_path: Path) -> None:
    sheets = tmp_path / "sheets.pdf"
    assert (
        "4 sheets"
        in separators(
            "-o", sheets, "--barcode", "a", "--barcode", "Ü", "--count", "2", "--paper", "letter"
        ).output
    )
    reader = pypdf.PdfReader(sheets)
    assert [page.extract_text().split()[0] for page in reader.pages] == ["a", "a", "Ü", "Ü"]
    assert reader.pages[0].mediabox[2:] == [612, 792]


def test_nothing_is_replaced_unless_that_is_asked_for(tmp_path: Path) -> None:
    sheets = tmp_path / "sheets.pdf"
    assert separators("-o", sheets).exit_code == 0
    assert isinstance(separators("-o", sheets).exception, OutputConflictError)
    assert separators("-o", sheets, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("name", "reason"),
    [("a/b", "'a_b' would do"), ("x" * 101, "too long"), ("..", "is no name"), ("", "is no name")],
)
def test_names_that_no_document_can_have_are_refused(tmp_path: Path, name: str, reason: str) -> None:
    error = separators("-o", tmp_path / "s.pdf", "--barcode", name).exception
    assert isinstance(error, UsageError)
    assert reason in str(error)


def test_a_pattern_that_is_none_is_refused_with_its_option(tmp_path: Path) -> None:
    done = pdfpipe("convert", SCANS, "-o", tmp_path / "out", "--barcode-pattern", "(")
    assert done.returncode == 2
    assert b"--barcode-pattern" in done.stderr
