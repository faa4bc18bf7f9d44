"""``pdfpipe preview``."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.errors import ExitCode
from tests.cli.command import pdfpipe
from tests.support import SCANS

SKEWED = SCANS / "layouts" / "skewed.png"


def test_the_steps_of_a_page_are_pictured_and_told_of(tmp_path: Path) -> None:
    picture = tmp_path / "new" / "skewed.png"
    run = pdfpipe("preview", SKEWED, "-o", picture, "--engine", "tesseract", cwd=tmp_path)
    assert run.returncode == ExitCode.OK, run.stderr
    told = run.stdout.decode()
    assert "deskew" in told
    assert "read as it is: 73 words" in told
    assert "read as prepared: 73 words" in told
    with Image.open(picture) as sheet:
        assert sheet.width > 900  # three panels


def test_a_page_of_a_pdf_that_needs_nothing(tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    Image.open(SCANS / "letter.tif").save(scan, resolution=300)
    run = pdfpipe("preview", scan, "--engine", "tesseract", "--stages", "none", cwd=tmp_path)
    assert run.returncode == ExitCode.OK, run.stderr
    assert b"read as prepared" not in run.stdout
    assert b"words" in run.stdout
    assert (tmp_path / "preview.png").exists()


@pytest.mark.parametrize(("shown", "is_reduced"), [("original", True), ("processed", False)])
def test_a_fine_scan_is_reduced_unless_that_would_be_shown(
    shown: str, is_reduced: bool, tmp_path: Path
) -> None:
    scan = tmp_path / "fine.png"
    with Image.open(SCANS / "letter.tif") as letter:
        upper = letter.convert("L").crop((0, 0, letter.width, letter.height // 2))
        upper.resize((2 * upper.width, 2 * upper.height)).save(scan, dpi=(600, 600))
    (tmp_path / "pdfpipe.toml").write_text(f'[preprocessing]\npage_image = "{shown}"\n')
    run = pdfpipe("preview", scan, "--engine", "tesseract", cwd=tmp_path)
    assert run.returncode == ExitCode.OK, run.stderr
    assert (b"0.5 times" in run.stdout) is is_reduced


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("-o", "preview.jpg"), "does not end in .png"),
        (("-o", "other.png"), "is no preview"),
        (("--page", "2"), "has one page"),
        (("--stages", "deskwe"), "did you mean 'deskew'"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    Image.new("L", (8, 8)).save(other)
    before = other.read_bytes()
    run = pdfpipe("preview", SKEWED, *arguments, cwd=tmp_path)
    assert run.returncode == ExitCode.USAGE
    assert reason in run.stderr.decode()
    assert other.read_bytes() == before


def test_a_damaged_scan_is_named(tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(SKEWED.read_bytes()[:500])
    run = pdfpipe("preview", "scan.png", cwd=tmp_path)
    assert run.returncode == ExitCode.DOCUMENTS_FAILED
    assert "scan.png, page 1: it cannot be decoded" in run.stderr.decode()
