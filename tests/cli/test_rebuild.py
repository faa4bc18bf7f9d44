"""pdfpipe rebuild as a user runs it, on text that was really recognized."""

from __future__ import annotations

from pathlib import Path

from tests.batch.tiny import files_below, write_pages
from tests.cli.command import pdfpipe
from tests.readers import pdfium_text, poppler_text, poppler_words
from tests.support import SCANS

ENGINE = ("--engine", "tesseract", "-j", "1")


def test_scans_are_read_corrected_and_rebuilt(tmp_path: Path) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    scans = [SCANS / "formats" / "tiff-fax-204x98.tif", SCANS / "formats" / "jpeg-exif-6.jpg"]
    done = pdfpipe("convert", *scans, "-o", out, *ENGINE, "--sidecar", "hocr,json")
    assert done.returncode == 0, done.stderr

    done = pdfpipe("rebuild", *scans, "--text", out, "--text-format", "json", "-o", again, "-j", "1")
    assert done.returncode == 0, done.stderr
    for scan in scans:
        first, second = (folder / f"{scan.stem}.pdf" for folder in (out, again))
        assert poppler_text(second) == poppler_text(first)
        assert pdfium_text(second) == pdfium_text(first)
        for word, original in zip(poppler_words(second)[0], poppler_words(first)[0], strict=True):
            assert word.box.iou(original.box) > 0.95

    hocr = out / "jpeg-exif-6.hocr"
    old = poppler_text(out / "jpeg-exif-6.pdf")[0].split()[0]
    hocr.write_text(hocr.read_text().replace(f">{old}<", ">Corrected<"))
    done = pdfpipe("rebuild", scans[1], "--text", hocr, "-o", out / "jpeg-exif-6.pdf")
    assert done.returncode == 0, done.stderr
    assert poppler_text(out / "jpeg-exif-6.pdf")[0].split()[0] == "Corrected"


def test_what_cannot_be_rebuilt_is_told_without_a_traceback(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    done = pdfpipe("rebuild", scans, "-o", tmp_path / "out")
    assert done.returncode == 4
    assert "there is no text for it" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert files_below(tmp_path / "out") == set()
    done = pdfpipe("rebuild", scans, "-o", tmp_path / "out", "--text-format", "txt")
    assert done.returncode == 2


def test_the_plan_names_the_text_of_each_page(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    (scans / "1.hocr").write_text(
        '<html><body><div class="ocr_page" title="bbox 0 0 120 160"></div></body></html>'
    )
    done = pdfpipe("rebuild", scans, "--text", scans, "-o", tmp_path / "out", "--dry-run", "-v")
    assert done.returncode == 0, done.stderr
    assert f"1.png  text: {scans}/1.hocr" in done.stdout.decode()
