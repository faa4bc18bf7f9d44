"""Scans of open books are two pages each, where the stage `split` is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pdfpipe.batch.plan import plan
from pdfpipe.batch.sheets import looking
from pdfpipe.batch.sheets.binding import find_double_page
from pdfpipe.batch.sheets.look_job import LookJob
from pdfpipe.errors import UsageError, WorkerCrashedError
from pdfpipe.imaging.turning import turned
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.preprocessing_settings import PreprocessingSettings
from pdfpipe.model.separator_settings import SeparatorSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import SeparatorKind, SheetLook
from tests.batch.sheets.stack import Here
from tests.batch.tiny import make_older, run_batch, scripted
from tests.open_books import open_book
from tests.pdf.test_halves import images_in
from tests.readers import poppler_text
from tests.separators import LETTER, patch_sheet


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "BlockingCalls", Here)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The scans that were looked at."""
    seen: list[Path] = []
    each = Here.each

    def watched(here: Here, jobs: Iterable[LookJob]) -> Iterator[SheetLook | WorkerCrashedError]:
        listed = list(jobs)
        seen.extend(job.source.path for job in listed)
        return each(here, listed)

    monkeypatch.setattr(Here, "each", watched)
    return seen


def splitting(*stages: str, **settings: Any) -> Settings:
    return scripted(preprocessing=PreprocessingSettings(stages=("split", *stages)), **settings)


def write_book(folder: Path) -> Path:
    """A single page, and an open book after it."""
    folder.mkdir(parents=True)
    book = open_book(dpi=100)
    book.crop((0, 0, book.width // 2 - 30, book.height)).save(folder / "1.jpg", dpi=(100, 100))
    book.save(folder / "2.jpg", dpi=(100, 100))
    for scan in folder.iterdir():
        make_older(scan)
    return folder


def sides(job: DocumentJob) -> list[tuple[str, str]]:
    return [(page.path.name, page.half.side.value if page.half else "whole") for page in job.pages]


def planned(scans: Path, settings: Settings) -> list[tuple[str, str]]:
    (job,) = plan([scans], Path("out"), settings).documents
    return sides(job)


def test_an_open_book_is_two_pages_of_one_image(tmp_path: Path) -> None:
    report = run_batch(write_book(tmp_path / "book"), tmp_path / "out", splitting())
    (document,) = report.published
    assert sides(document.document) == [("1.jpg", "whole"), ("2.jpg", "left"), ("2.jpg", "right")]
    assert [any("open book" in note for note in page.notes) for page in document.pages] == [False, True, True]
    assert "the right half" in document.pages[2].notes[0]
    assert images_in(document.output) == [
        (tmp_path / "book" / name).read_bytes() for name in ("1.jpg", "2.jpg")
    ]
    assert len(poppler_text(document.output)) == 3


def test_nothing_is_split_unless_it_is_said(tmp_path: Path, looks: list[Path]) -> None:
    scans = write_book(tmp_path / "book")
    for stages in (("auto",), ("orientation", "crop", "deskew"), ()):
        settings = scripted(preprocessing=PreprocessingSettings(stages=stages))
        assert planned(scans, settings) == [("1.jpg", "whole"), ("2.jpg", "whole")]
    assert looks == []


@pytest.mark.parametrize(("language", "first"), [("eng", "left"), ("heb", "right"), ("jpn_vert", "right")])
def test_the_page_that_is_read_first_comes_first(language: str, first: str, tmp_path: Path) -> None:
    found = planned(write_book(tmp_path / "book"), splitting(languages=(language,)))
    assert [side for _, side in found[1:]] == [first, "right" if first == "left" else "left"]


def test_what_was_seen_is_remembered_and_a_finished_book_is_skipped(
    tmp_path: Path, looks: list[Path]
) -> None:
    scans = write_book(tmp_path / "book")
    settings = splitting(cache=CacheSettings(folder=tmp_path / "cache"))
    assert len(run_batch(scans, tmp_path / "out", settings).published) == 1
    assert len(looks) == 2
    assert len(run_batch(scans, tmp_path / "out", settings).skipped) == 1
    assert len(looks) == 2


def test_a_stack_is_divided_at_its_separators_and_its_books_are_split(tmp_path: Path) -> None:
    scans = write_book(tmp_path / "book")
    patch_sheet().save(scans / "1b.png", dpi=(100, 100))
    separators = SeparatorSettings(split_on=(SeparatorKind.PATCH_T,))
    jobs = plan([scans], tmp_path / "out", splitting(separators=separators)).documents
    assert [sides(job) for job in jobs] == [
        [("1.jpg", "whole")],
        [("1b.png", "whole"), ("2.jpg", "left"), ("2.jpg", "right")],
    ]


def test_a_scan_that_cannot_be_looked_at_stays_a_page(tmp_path: Path) -> None:
    scans = write_book(tmp_path / "book")
    (scans / "3.jpg").write_bytes((scans / "2.jpg").read_bytes()[:900])
    (job,) = plan([scans], Path("out"), splitting()).documents
    assert sides(job)[-1] == ("3.jpg", "whole")
    (note,) = job.pages[-1].notes
    assert note.startswith("whether it shows two pages could not be found out: it cannot be decoded")


def test_pages_of_a_pdf_stay_whole(tmp_path: Path, looks: list[Path]) -> None:
    open_book(dpi=100).save(tmp_path / "book.pdf", resolution=100)
    assert planned(tmp_path / "book.pdf", splitting()) == [("book.pdf", "whole")]
    assert looks == []


def scan_of(image: Image.Image, orientation: int = 1) -> PageImage:
    return PageImage(image, "TEST", Resolution(200, 200), DpiSource.FILE, orientation)


def test_which_page_is_the_left_one_is_found_out_by_reading() -> None:
    reader = Settings(engine="tesseract", cache=CacheSettings(enabled=False))
    book = scan_of(open_book(dpi=150))
    straight = find_double_page(book, reader)
    assert straight is not None
    for turn in (90, 180):
        # Stored pixels are the same; that the scan lies otherwise is told by its orientation.
        found = find_double_page(turned(book, turn), reader)
        assert found is not None
        assert (found.left.box, found.right.box) == (straight.left.box, straight.right.box), turn
    assert find_double_page(turned(book, 90)) is None
    wordless = scan_of(Image.new("L", LETTER, 250))
    assert find_double_page(wordless, reader) is None


def test_auto_goes_with_split_and_with_no_other() -> None:
    assert PreprocessingSettings(stages=("split", "auto")).is_auto
    assert PreprocessingSettings(stages=("auto", "split")).splits
    assert not PreprocessingSettings(stages=("split",)).is_auto
    with pytest.raises(UsageError, match="no other than split"):
        PreprocessingSettings(stages=("split", "auto", "deskew"))
