"""Blank pages: kept and told of, left out and listed, or a reason to hold their document back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pikepdf
import pytest
from PIL import Image, ImageDraw

from pdfpipe.batch.blank_pages import with_blankness
from pdfpipe.batch.page_reading import PageReading
from pdfpipe.batch.report import doubts
from pdfpipe.errors import ExitCode, UsageError
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.navigation_settings import NavigationSettings, Outline
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_settings import BlankPages, SheetSettings
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import Baseline, Block, Line, PageText, Word
from tests.batch.tiny import files_below, run_batch, scripted
from tests.cli.command import pdfpipe as command
from tests.readers import pdfium_image

EMPTY = Image.new("L", (360, 480), 240)


def inked() -> Image.Image:
    page = EMPTY.copy()
    ImageDraw.Draw(page).rectangle((100, 200, 180, 240), fill=30)
    return page


def write(folder: Path, pages: str) -> Path:
    """A folder of pages, `x` for one with ink and `-` for a blank one."""
    folder.mkdir(parents=True)
    for number, kind in enumerate(pages, 1):
        (inked() if kind == "x" else EMPTY).save(folder / f"p{number}.png", dpi=(100, 100))
    return folder


def wordless(blank: BlankPages, **settings: Any) -> Settings:
    return scripted(("words", "0"), sheets=SheetSettings(blank=blank), **settings)


def test_blank_pages_are_kept_and_told_of(tmp_path: Path) -> None:
    report = run_batch(write(tmp_path / "scans", "x-x"), tmp_path / "out", wordless(BlankPages.KEEP))
    (document,) = report.published
    assert [page.blank for page in document.pages] == [False, True, False]
    assert doubts(document.pages[1]) == ("no text found: the page is blank",)
    assert "blank" in document.pages[1].notes[0]
    assert [page.place for page in document.pages] == [1, 2, 3]
    assert report.exit_code == ExitCode.OK


def test_they_are_left_out_and_listed(tmp_path: Path) -> None:
    scans = write(tmp_path / "scans", "-x--x")
    navigation = NavigationSettings(page_labels="files", outline=Outline.FILES)
    settings = wordless(BlankPages.DROP, navigation=navigation, sidecars=(Sidecar.JSON, Sidecar.HOCR))
    report = run_batch(scans, tmp_path / "out", settings)
    (document,) = report.published
    assert [page.place for page in document.pages] == [None, 1, None, None, 2]
    assert [page.number for _, page in report.dropped] == [1, 3, 4]
    assert len(report.pages) == 2
    with pikepdf.open(document.output) as pdf:
        assert len(pdf.pages) == 2
        assert [page.label for page in pdf.pages] == ["2", "5"]
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["p2", "p5"]
    told = json.loads(report.to_json())
    assert told["totals"]["pages_dropped"] == 3
    assert [page["dropped"] for page in told["documents"][0]["pages"]] == [True, False, True, True, False]
    text = json.loads((tmp_path / "out" / "scans.json").read_bytes())
    assert [page["number"] for page in text["pages"]] == [1, 2]
    assert "ocr-number-of-pages" not in (tmp_path / "out" / "scans.hocr").read_text("utf-8")


def test_what_is_left_is_the_scan_as_it_was(tmp_path: Path) -> None:
    report = run_batch(write(tmp_path / "scans", "-x"), tmp_path / "out", wordless(BlankPages.DROP))
    shown = pdfium_image(report.published[0].output)
    assert shown.convert("L").tobytes() == inked().tobytes()


def test_they_come_back_when_they_are_kept_again(tmp_path: Path) -> None:
    scans = write(tmp_path / "scans", "x-")
    for blank, pages in ((BlankPages.DROP, 1), (BlankPages.DROP, None), (BlankPages.KEEP, 2)):
        report = run_batch(scans, tmp_path / "out", wordless(blank))
        if pages is None:
            assert len(report.skipped) == 1, "a document without its blank pages is up to date"
            continue
        with pikepdf.open(tmp_path / "out" / "scans.pdf") as pdf:
            assert len(pdf.pages) == pages


def test_a_document_is_held_back_for_them(tmp_path: Path) -> None:
    write(tmp_path / "scans" / "held", "x--")
    write(tmp_path / "scans" / "whole", "xx")
    report = run_batch(tmp_path / "scans", tmp_path / "out", wordless(BlankPages.HOLD))
    assert files_below(tmp_path / "out") == {"whole.pdf"}
    assert "pages 2, 3 are blank" in report.failed[0].failures[0].message
    assert report.exit_code == ExitCode.DOCUMENTS_FAILED


def test_a_document_of_blank_pages_alone_is_not_lost_without_a_word(tmp_path: Path) -> None:
    report = run_batch(write(tmp_path / "scans", "--"), tmp_path / "out", wordless(BlankPages.DROP))
    assert files_below(tmp_path / "out") == set()
    assert "--blank keep" in report.failed[0].failures[0].message


def test_pages_of_a_pdf_are_never_left_out(tmp_path: Path) -> None:
    EMPTY.save(tmp_path / "two.pdf", save_all=True, append_images=[inked()], resolution=100)
    report = run_batch(tmp_path / "two.pdf", tmp_path / "out", wordless(BlankPages.DROP))
    (document,) = report.published
    assert [page.blank for page in document.pages] == [True, False]
    assert not report.dropped
    assert any("kept all the same" in note for note in document.pages[0].notes)
    with pikepdf.open(document.output) as pdf:
        assert len(pdf.pages) == 2


def reading(*words: tuple[str, float]) -> PageReading:
    box = BoundingBox(10, 10, 60, 30)
    line = Line(
        tuple(Word(text, box, sure) for text, sure in words), box, Baseline(Point(10, 30), Point(60, 30))
    )
    text = PageText(360, 480, (Block((line,), box),) if words else ())
    return PageReading(text, unread=0.4 if words else None)


def page_of(pixels: Image.Image) -> PageImage:
    return PageImage(pixels, "PNG", Resolution(100, 100), DpiSource.FILE)


@pytest.mark.parametrize(
    ("words", "is_blank"),
    [
        ([], True),
        ([("il", 0.99), ("mwr", 0.4)], True),
        ([("faint", 0.9)], False),
        ([("perhaps", 0.7)] * 10, False),
        ([("hardly", 0.3)] * 10, True),
        ([("hardly", 0.3)] * 20 + [("faint", 0.9)], False),
        ([("TUO", 0.3)] * 99 + [("OTTO", 0.9)], True),
    ],
    ids=[
        "nothing",
        "shadows",
        "a sure word",
        "many likely words",
        "many unlikely words",
        "one of few",
        "one of many",
    ],
)
def test_the_engine_s_word_counts_as_well(words: list[tuple[str, float]], is_blank: bool) -> None:
    found = with_blankness(reading(*words), page_of(EMPTY))
    assert found.blank == is_blank
    assert found.text is not None
    assert len(list(found.text.words)) == (0 if is_blank else len(words))
    assert (found.unread is None) == is_blank


def test_text_that_is_given_is_never_thrown_away() -> None:
    given = reading(("x", 0.1))
    assert with_blankness(given, page_of(EMPTY), is_given=True) is given


def test_the_command_lists_what_it_left_out(tmp_path: Path) -> None:
    scans = write(tmp_path / "scans", "x-")
    done = command(
        "convert", scans, "-o", tmp_path / "out", "--engine", "tesseract", "--no-cache", "--blank", "drop"
    )
    out = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "Blank pages left out (--blank keep brings them back):" in out
    assert f"scans.pdf: page 2 of its scans ({scans / 'p2.png'})" in out
    assert b"1 page, " in done.stderr
    status = command("status", tmp_path / "out")
    assert b"2 of 2 done" in status.stdout


def test_settings_that_make_no_sense_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"sheets\.blank"):
        SheetSettings(blank="drop")  # type: ignore[arg-type]
    assert msgspec.structs.replace(Settings(), sheets=SheetSettings()) == Settings()
