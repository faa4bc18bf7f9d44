"""Faults that a reader of the code found, each once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
from PIL import Image

import pdfpipe
from pdfpipe.batch.events import DocumentFailed, DocumentPublished, DocumentSkipped
from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ImageFilter, PageImage
from pdfpipe.model.job import PageSource
from tests.batch.tiny import PART_SUFFIX, documents, events_of, scripted, write_page, write_pages
from tests.cli.command import environment
from tests.cli.command import pdfpipe as command

MIN_IS_WHITE = {262: 0}


def load(path: Path) -> PageImage:
    return load_page(PageSource(path), image_dpi=300, max_pixels=1e9)


async def test_failing_fast_leaves_no_part_of_the_documents_beside(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "p0.png", "p1.png")
    out = tmp_path / "out"
    out.mkdir()
    (out / "p1.pdf").write_bytes(b"%PDF-1.4 someone else's")
    settings = scripted(grouping=pdfpipe.Grouping.FILE, fail_fast=True)
    events = await events_of(documents(scans, out, settings), settings)
    assert isinstance(events[-1], DocumentFailed)
    assert not list(out.glob(f".*{PART_SUFFIX}"))


async def test_a_later_document_without_its_language_fails_alone(tmp_path: Path) -> None:
    settings = scripted(grouping=pdfpipe.Grouping.FILE)
    first, second, third = documents(
        write_pages(tmp_path / "s", "a.png", "b.png", "c.png"), tmp_path / "o", settings
    )
    elsewhere = msgspec.structs.replace(settings, engine="tesseract", languages=("tlh",))
    jobs = [first, msgspec.structs.replace(second, settings=elsewhere), third]
    ended = {type(event): event for event in await events_of(jobs, settings)}
    assert "tlh" in str(ended[DocumentFailed].failures[0])  # type: ignore[union-attr]
    assert (tmp_path / "o" / "a.pdf").exists()
    assert (tmp_path / "o" / "c.pdf").exists()


async def test_scans_that_change_places_are_noticed(tmp_path: Path) -> None:
    scans, settings = tmp_path / "scans", scripted()
    first, second = write_page(scans / "1.bmp", 10), write_page(scans / "2.bmp", 20)
    await events_of(documents(scans, tmp_path / "out", settings), settings)
    first.rename(scans / "x.bmp")
    second.rename(scans / "1.bmp")
    (scans / "x.bmp").rename(scans / "2.bmp")
    events = await events_of(documents(scans, tmp_path / "out", settings), settings)
    assert isinstance(events[-1], DocumentPublished)
    again = await events_of(documents(scans, tmp_path / "out", settings), settings)
    assert isinstance(again[-1], DocumentSkipped)


async def test_a_folder_where_the_document_goes_is_named_as_such(tmp_path: Path) -> None:
    scans, settings = write_pages(tmp_path / "scans", "1.png"), scripted(force=True)
    (tmp_path / "out" / "scans.pdf").mkdir(parents=True)
    (event,) = await events_of(documents(scans, tmp_path / "out", settings), settings)
    assert isinstance(event, DocumentFailed)
    assert "there is a folder of this name" in str(event.failures[0])


def test_a_negative_jpeg_in_a_tiff_is_shown_as_the_engine_saw_it(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    Image.new("L", (64, 64), 250).save(path, compression="jpeg", tiffinfo=MIN_IS_WHITE)
    page = load(path)
    encoded = encode(page)
    assert encoded.filter is ImageFilter.DCT
    assert (encoded.decode == (1, 0)) == (page.tiff_jpeg is not None and page.tiff_jpeg.photometric == 0)


def test_sixteen_bits_with_white_at_zero_are_turned_over(tmp_path: Path) -> None:
    path = tmp_path / "page.tif"
    Image.new("I;16", (64, 64), 60000).save(path)
    data = path.read_bytes()
    black_is_zero = load(path).pixels.getpixel((0, 0))
    entry = b"\x06\x01\x03\x00\x01\x00\x00\x00"
    assert entry + b"\x01" in data
    path.write_bytes(data.replace(entry + b"\x01", entry + b"\x00"))
    assert load(path).pixels.getpixel((0, 0)) == 65535 - black_is_zero  # type: ignore[operator]


def test_a_shade_of_sixteen_bits_that_is_transparent_does_not_whiten_others(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    image = Image.new("I;16", (64, 64), 0x8000)
    image.putpixel((0, 0), 1000)
    image.save(path, transparency=1000)
    pixels = load(path).pixels
    assert (pixels.getpixel((0, 0)), pixels.getpixel((5, 5))) == (65535, 0x8000)


def test_a_reader_that_leaves_early_does_not_stop_the_batch(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", *(f"{number}.png" for number in range(6)))
    command_line: list[str | Path] = [
        sys.executable,
        "-m",
        "pdfpipe",
        "convert",
        scans,
        "-o",
        tmp_path / "out",
        "--group",
        "file",
    ]
    run = subprocess.Popen(
        command_line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), text=True
    )
    assert run.stdout is not None
    assert run.stderr is not None
    run.stdout.close()
    run.stderr.readline()
    run.stderr.close()
    assert run.wait(timeout=100) == 0
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 6


def test_the_report_of_a_run_that_did_not_begin_has_the_command_s_exit_code(tmp_path: Path) -> None:
    scans, report = write_pages(tmp_path / "scans", "1.png"), tmp_path / "report.json"
    done = command("convert", scans, "-o", tmp_path / "out", "-l", "tlh", "--report", report)
    assert done.returncode == json.loads(report.read_bytes())["exit_code"] == 3


def test_a_report_replaces_a_report_and_nothing_else(tmp_path: Path) -> None:
    scans, report = write_pages(tmp_path / "scans", "1.png"), tmp_path / "report.json"
    for _ in range(2):
        assert command("convert", scans, "-o", tmp_path / "out", "--report", report).returncode == 0
    done = command("convert", scans, "-o", tmp_path / "out", "--report", scans / "1.png")
    assert done.returncode == 2
    assert b"is no report of pdfpipe's" in done.stderr
    assert (scans / "1.png").read_bytes().startswith(b"\x89PNG")


def test_a_stale_tessdata_prefix_does_not_hide_the_models_that_are_there(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png")
    stale = environment(TESSDATA_PREFIX=str(tmp_path / "gone"))
    assert command("convert", scans, "-o", tmp_path / "out", env=stale).returncode == 0


def test_the_parent_folder_gives_its_own_name(tmp_path: Path) -> None:
    inside = write_pages(tmp_path / "scans", "1.png") / "inside"
    inside.mkdir()
    done = command("convert", "..", "-o", "../../out", "--dry-run", cwd=inside)
    assert b"scans.pdf" in done.stdout
