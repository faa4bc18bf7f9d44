"""PDFs as a user gives them to the command: by a pipe, encrypted, with odd metadata, onto a full disk."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
from PIL import Image
from pypdf import PdfReader

from tests.batch.tiny import files_below
from tests.cli.command import environment, files_of_at_most, pdfpipe
from tests.pdf.existing.pdfs import add_scan, images_of, save
from tests.readers import poppler_text
from tests.specimens import noise
from tests.support import SCANS


def letter(folder: Path, **options: object) -> Path:
    """A real scan as a PDF without text, with an odd date."""
    pdf = pikepdf.new()
    with Image.open(SCANS / "letter.tif") as page:
        scan = page.convert("1")
    add_scan(pdf, scan, (0, 0, scan.width * 72 / 300, scan.height * 72 / 300))
    pdf.docinfo["/CreationDate"] = "last Tuesday"
    return save(pdf, folder / "letter.pdf", **options)


def test_a_pdf_comes_from_standard_input_and_goes_to_standard_output(tmp_path: Path) -> None:
    source = letter(tmp_path)
    done = pdfpipe("convert", "-", "-o", "-", "--engine", "tesseract", "-q", stdin=source.read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    (tmp_path / "out.pdf").write_bytes(done.stdout)
    assert len(poppler_text(tmp_path / "out.pdf")[0].split()) > 50
    assert images_of(tmp_path / "out.pdf") == images_of(source)
    assert PdfReader(io.BytesIO(done.stdout)).metadata == PdfReader(source).metadata


def test_an_encrypted_pdf_by_a_pipe_is_refused_until_its_password_is_there(tmp_path: Path) -> None:
    data = letter(tmp_path, encryption=pikepdf.Encryption(user="sesame", owner="owner")).read_bytes()
    refused = pdfpipe("convert", "-", "-o", "-", "--engine", "tesseract", stdin=data)
    assert (refused.returncode, refused.stdout) == (4, b"")
    assert b"--password opens it, with --decrypt" in refused.stderr
    assert b"Traceback" not in refused.stderr
    opened = environment(PDFPIPE_PASSWORD="sesame")
    done = pdfpipe("convert", "-", "-o", "-", "--engine", "tesseract", "--decrypt", stdin=data, env=opened)
    assert done.returncode == 0, done.stderr
    assert not PdfReader(io.BytesIO(done.stdout)).is_encrypted


def test_a_disk_that_is_full_while_the_text_is_laid_in_leaves_no_half_of_a_pdf(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, noise("L", 500, 500), (0, 0, 120, 120))
    source, out = save(pdf, tmp_path / "noise.pdf"), tmp_path / "out"
    before = source.read_bytes()
    done = pdfpipe(
        "convert", source, "-o", out, "--engine", "tesseract", before_start=files_of_at_most(100_000)
    )
    assert done.returncode == 6
    assert f"cannot write {out / 'noise.pdf'}" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not any(name.endswith(".pdf") or "part" in name for name in files_below(out))
    assert source.read_bytes() == before
