"""Files cut short, in every format: their document is not published, the reason is told, the others go on."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from pdfpipe.batch.events import DocumentFailed
from pdfpipe.batch.report import Report
from tests.batch.tiny import files_below, run_batch, scripted, write_page, write_pages
from tests.support import HEIF, SCANS, require_tool

FORMATS = sorted(
    [*(SCANS / "formats").iterdir(), *HEIF.iterdir(), SCANS / "minutes.tif", SCANS / "letter.tif"]
)


def only_failed(report: Report) -> DocumentFailed:
    (document,) = report.failed
    return document


@pytest.mark.parametrize("scan", FORMATS, ids=lambda scan: scan.name)
def test_a_file_cut_short_anywhere_fails_its_document_alone(tmp_path: Path, scan: Path) -> None:
    whole = scan.read_bytes()
    # From "the header breaks off" to "a third of the picture is missing". The very last bytes are no test:
    # some formats end in padding.
    for length in (0, 1, 5, 30, len(whole) // 10, len(whole) // 2, len(whole) * 2 // 3):
        scans, out = tmp_path / f"scans-{length}", tmp_path / f"out-{length}"
        write_pages(scans / "good", "1.png")
        write_pages(scans / "bad", "1.png")
        (scans / "bad" / f"2{scan.suffix}").write_bytes(whole[:length])
        report = run_batch(scans, out, scripted())
        assert files_below(out) == {"good.pdf"}, f"cut to {length} of {len(whole)} bytes"
        failures = only_failed(report).failures
        assert all(failure.path == scans / "bad" / f"2{scan.suffix}" for failure in failures)
        assert all(failure.page is None or failure.page >= 2 for failure in failures)
        assert failures[0].stage.value in ("plan", "load")
        assert len(failures[0].message) > 10
        assert report.exit_code == 4


def test_a_bad_page_among_twenty_is_found_and_named(tmp_path: Path) -> None:
    names = [f"page-{number}.png" for number in range(1, 21)]
    scans = write_pages(tmp_path / "scans" / "book", *names)
    write_pages(tmp_path / "scans" / "letter", "1.png")
    Image.effect_noise((300, 400), 90).save(scans / "page-13.png", dpi=(300, 300))
    data = (scans / "page-13.png").read_bytes()
    # As a bad disk gives it back.
    (scans / "page-13.png").write_bytes(data[: len(data) // 2] + bytes(len(data) // 2))
    report = run_batch(tmp_path / "scans", tmp_path / "out", scripted())
    (failure,) = only_failed(report).failures
    assert (failure.page, failure.path) == (13, scans / "page-13.png")
    assert files_below(tmp_path / "out") == {"letter.pdf"}


@pytest.mark.parametrize("name", ["png-1bit.png", "png-grey8.png", "png-rgba.png"])
def test_a_png_that_fails_its_own_checksums_is_not_published(tmp_path: Path, name: str) -> None:
    # A PNG file has a checksum over every chunk: a flipped bit need never go unnoticed into an archive.
    whole = (SCANS / "formats" / name).read_bytes()
    chance = random.Random(3)
    for number in range(24):
        data = bytearray(whole)
        data[chance.randrange(len(data) // 10, len(data) - 16)] ^= 1 << chance.randrange(8)
        (tmp_path / "scans" / f"{number:02}").mkdir(parents=True)
        (tmp_path / "scans" / f"{number:02}" / name).write_bytes(data)
    report = run_batch(tmp_path / "scans", tmp_path / "out", scripted())
    assert [document.document.name for document in report.published] == []


@pytest.mark.parametrize("name", ["text.png", "program.tif", "picture.jpg", "movie"])
def test_what_only_pretends_to_be_an_image_fails_its_document(tmp_path: Path, name: str) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    content = {
        "text.png": b"Dear Sir or Madam,\n" * 50,
        "program.tif": b"\x7fELF" + bytes(500),
        "picture.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "movie": b"GIF89a" + bytes(3),
    }
    (scans / name).write_bytes(content[name])
    (failure,) = only_failed(run_batch(tmp_path / "scans", tmp_path / "out", scripted())).failures
    assert failure.path == scans / name
    assert not files_below(tmp_path / "out")


def test_an_image_by_another_formats_name_is_read_by_what_it_is(tmp_path: Path) -> None:
    page = write_page(tmp_path / "scans" / "page.png")
    page.rename(page.with_suffix(".jpg"))
    assert run_batch(tmp_path / "scans", tmp_path / "out", scripted()).exit_code == 0


def test_a_decompression_bomb_is_refused_before_it_bursts(tmp_path: Path) -> None:
    # 121 million pixels in a few kilobytes.
    Image.new("1", (11_000, 11_000)).save(tmp_path / "bomb.png", dpi=(300, 300))
    assert (tmp_path / "bomb.png").stat().st_size < 100_000
    settings = scripted(max_image_mpixels=100.0)
    (failure,) = only_failed(run_batch(tmp_path, tmp_path / "out", settings)).failures
    assert "11000 x 11000" in failure.message
    assert "--max-image-mpixels" in failure.message


def test_pages_of_all_formats_together_are_whole_to_begin_with(tmp_path: Path) -> None:
    # Without this the tests above could pass because the files are bad anyway.
    scans = tmp_path / "scans"
    scans.mkdir()
    for scan in FORMATS:
        shutil.copy(scan, scans)
    report = run_batch(scans, tmp_path / "out", scripted())
    assert (report.exit_code, len(report.pages)) == (0, len(FORMATS) + 2)


def test_a_page_of_a_pdf_whose_image_nobody_can_decode_is_flagged_and_stays(tmp_path: Path) -> None:
    pages = [Image.effect_noise((120, 160), 40 + number) for number in range(3)]
    pages[0].save(
        tmp_path / "book.pdf", "PDF", resolution=300, save_all=True, append_images=[*pages[1:], pages[0]]
    )
    data = bytearray((tmp_path / "book.pdf").read_bytes())
    at = data.index(b"\xff\xd8\xff", data.index(b"\xff\xd8\xff") + 1)
    data[at : at + 300] = bytes(300)
    (tmp_path / "book.pdf").write_bytes(data)
    report = run_batch(tmp_path / "book.pdf", tmp_path / "out", scripted())
    assert report.exit_code == 5
    ((number, failure),) = [(page.number, page.failure) for page in report.pages if page.failure is not None]
    assert (number, failure.page) == (2, 2)
    assert "its image cannot be decoded" in failure.message
    texts = [page.extract_text() for page in PdfReader(tmp_path / "out" / "book.pdf").pages]
    assert [bool(text.strip()) for text in texts] == [True, False, True, True]


def test_a_blank_page_of_a_pdf_is_no_damage(tmp_path: Path) -> None:
    Image.new("L", (120, 160), 255).save(tmp_path / "blank.pdf", "PDF", resolution=300)
    assert run_batch(tmp_path / "blank.pdf", tmp_path / "out", scripted()).exit_code == 0


def test_a_jpeg_without_its_end_is_whole_in_the_pdf(tmp_path: Path) -> None:
    # Found by fuzz_inputs: the picture is all there and something else behind it; strict readers refuse that.
    scan = write_page(tmp_path / "scans" / "page.jpg")
    scan.write_bytes(scan.read_bytes().removesuffix(b"\xff\xd9") + bytes(2000))
    assert run_batch(scan, tmp_path / "out", scripted()).exit_code == 0
    checked = subprocess.run(
        [require_tool("qpdf"), "--check", tmp_path / "out" / "page.pdf"], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
