"""Each exit code by a real cause, and what the user is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.batch.tiny import files_below, write_page, write_pages
from tests.cli.command import environment, files_of_at_most, pdfpipe, without_privileges
from tests.support import SCANS


def unreadable_for_tesseract(path: Path) -> Path:
    """A page that decodes and that Tesseract refuses: a side of more than 32767 pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("1", (33000, 60), 1).save(path, dpi=(300, 300))
    return path


def test_0_all_well_blank_pages_too(tmp_path: Path) -> None:
    done = pdfpipe("convert", write_page(tmp_path / "blank.png"), "-o", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert files_below(tmp_path / "out") == {"blank.pdf"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Missing argument 'SCANS...'"),
        (["scans"], "Missing option '-o'"),
        (["scans", "-o", "out", "--colour"], "--colour"),
        (["missing", "-o", "out"], "cannot read missing: No such file or directory"),
        (["empty", "-o", "out"], "nothing to convert"),
        (["scans", "-o", "out", "-l", "eng+"], "'eng+' is no list of languages"),
        (["scans", "-o", "out", "-j", "0"], "-j"),
        (["scans", "-o", "out", "--image-dpi", "0"], "--image-dpi: "),
        (["scans", "-o", "out", "--image-dpi", "nan"], "--image-dpi: "),
        (["scans", "-o", "out", "--max-image-mpixels", "nan"], "--max-image-mpixels: "),
        (["scans", "-o", "out", "--jpeg-quality", "101"], "--jpeg-quality"),
        (["scans", "-o", "out", "--max-dpi", "nan"], "--max-dpi: "),
        (["scans", "-o", "out", "--max-dpi", "3"], "--max-dpi: "),
        (["scans", "-o", "out", "--group", "size"], "'folder', 'file'"),
        (["scans", "-o", "out", "--group", "file"], "2 inputs would write"),
        (["scans", "-o", "out", "--tessdata-dir", "missing"], "missing"),
        (["scans", "scans/deep", "-o", "one.pdf"], "name a folder"),
        (["-", "scans", "-o", "out"], "standard input"),
        (
            ["scans", "-o", "out", "--sidecar", "hcr"],
            "--sidecar: 'hcr' is none of its values; did you mean 'hocr'?",
        ),
        (["scans/deep", "-o", "-", "--sidecar", "txt"], "standard output has no room for the txt"),
        (
            ["scans/deep", "-o", "o", "--sidecar", "json", "--report", "o/deep.json"],
            "o/deep.json cannot be both",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_2_arguments_that_make_no_sense(tmp_path: Path, arguments: list[str], told: str) -> None:
    write_pages(tmp_path / "scans", "a.png", "a.jpg")
    write_page(tmp_path / "scans" / "deep" / "b.png")
    (tmp_path / "empty").mkdir()
    before = files_below(tmp_path)
    done = pdfpipe("convert", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert files_below(tmp_path) == before


def test_2_a_date_that_is_none(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    done = pdfpipe("convert", page, "-o", tmp_path / "out", env=environment(SOURCE_DATE_EPOCH="yesterday"))
    assert done.returncode == 2
    assert b"SOURCE_DATE_EPOCH" in done.stderr


def test_2_two_inputs_for_one_output_are_both_named_before_any_work(tmp_path: Path) -> None:
    write_pages(tmp_path, "page.png", "page.jpg")
    done = pdfpipe("convert", tmp_path / "page.png", tmp_path / "page.jpg", "-o", tmp_path / "out")
    assert done.returncode == 2
    for name in (b"page.png", b"page.jpg", b"page.pdf"):
        assert name in done.stderr
    assert not (tmp_path / "out").exists()


def test_3_a_language_without_a_model_and_how_to_install_it(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    done = pdfpipe("convert", page, "-o", tmp_path / "out", "-l", "eng+dzo")
    assert done.returncode == 3
    for told in (b"'dzo'", b"apt-get install tesseract-ocr-dzo", b"--tessdata-dir", b"eng"):
        assert told in done.stderr
    assert not (tmp_path / "out").exists()


def test_4_a_page_that_cannot_be_decoded(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    write_pages(scans / "good", "1.png")
    write_pages(scans / "bad", "1.png", "2.png")
    whole = (scans / "bad" / "2.png").read_bytes()
    (scans / "bad" / "2.png").write_bytes(whole[: len(whole) // 2])
    done = pdfpipe("convert", scans, "-o", tmp_path / "out")
    assert done.returncode == 4
    for told in ("FAILED", "bad.pdf", "2.png", "page 2", "stage load"):
        assert told in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert files_below(tmp_path / "out") == {"good.pdf"}
    assert "1 published, 1 failed" in done.stdout.decode()


def test_4_a_file_of_another_program_in_the_way_and_what_to_do(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.4 precious")
    done = pdfpipe("convert", page, "-o", tmp_path)
    assert done.returncode == 4
    assert b"--force" in done.stderr
    assert (tmp_path / "page.pdf").read_bytes() == b"%PDF-1.4 precious"


@pytest.mark.parametrize("closed", ["file", "folder"])
def test_4_a_scan_that_may_not_be_read(tmp_path: Path, closed: str) -> None:
    write_page(tmp_path / "scans" / "open" / "1.png")
    page = write_page(tmp_path / "scans" / "shut" / "1.png")
    target = page if closed == "file" else page.parent
    target.chmod(0)
    done = pdfpipe("convert", tmp_path / "scans", "-o", tmp_path / "out", before_start=without_privileges())
    target.chmod(0o700)
    assert done.returncode == 4
    assert str(target) in done.stderr.decode()
    assert "permission" in done.stderr.decode().lower()
    assert files_below(tmp_path / "out") == {"open.pdf"}


def test_4_an_output_folder_that_may_not_be_written(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    done = pdfpipe("convert", page, "-o", out, before_start=without_privileges())
    assert done.returncode == 4
    assert "no permission to write" in done.stderr.decode()
    assert str(out / "page.pdf") in done.stderr.decode()
    assert files_below(out) == set()


def test_5_a_page_that_the_engine_cannot_read_is_published_as_an_image(tmp_path: Path) -> None:
    shutil.copy(SCANS / "letter.tif", unreadable_for_tesseract(tmp_path / "scans" / "1.png").parent)
    done = pdfpipe("convert", tmp_path / "scans", "-o", tmp_path / "out", "--engine", "tesseract")
    assert done.returncode == 5
    for told in ("scans.pdf page 1", "1.png", "not read", "32767"):
        assert told in done.stdout.decode()
    pages = PdfReader(tmp_path / "out" / "scans.pdf").pages
    assert [bool(page.extract_text()) for page in pages] == [False, True]
    assert len(pages[0].images) == 1


def test_6_a_disk_that_takes_no_more_and_the_old_output_is_kept(tmp_path: Path) -> None:
    scans, out = tmp_path / "scans", tmp_path / "out"
    scans.mkdir()
    # Noise, so that no compression makes it fit.
    Image.effect_noise((500, 500), 90).save(scans / "1.png", dpi=(300, 300))
    assert pdfpipe("convert", scans, "-o", out).returncode == 0
    old = (out / "scans.pdf").read_bytes()
    done = pdfpipe("convert", scans, "-o", out, "--force", before_start=files_of_at_most(50_000))
    assert done.returncode == 6
    assert f"cannot write {out / 'scans.pdf'}" in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert files_below(out) == {"scans.pdf"}
    assert (out / "scans.pdf").read_bytes() == old


def test_6_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    (tmp_path / "file").touch()
    done = pdfpipe("convert", page, "-o", tmp_path / "out", "--report", tmp_path / "file" / "report.json")
    # All documents were made, so that 4 would be a lie.
    assert done.returncode == 6
    assert b"report.json" in done.stderr


def test_failing_fast_leaves_the_rest_and_says_so(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_page(tmp_path / "scans" / name / "1.png")
    (tmp_path / "scans" / "a" / "1.png").write_text("not an image")
    done = pdfpipe("convert", tmp_path / "scans", "-o", tmp_path / "out", "--fail-fast", "-j", "1")
    assert done.returncode == 4
    assert "not finished" in done.stdout.decode()
    assert "c.pdf" not in files_below(tmp_path / "out")


def test_a_traceback_is_shown_with_debug_and_only_then(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_text("not an image")
    arguments = ("convert", tmp_path / "page.png", "-o", tmp_path / "out")
    assert b"Traceback" not in pdfpipe(*arguments).stderr
    assert b"Traceback" not in pdfpipe(*arguments, "-v").stderr
    assert b"Traceback" in pdfpipe(*arguments, "--debug").stderr
    assert b"Traceback" in pdfpipe("convert", "missing", "-o", "out", "--debug", cwd=tmp_path).stderr
