"""Scans of all fronts and then all backs, in reading order again."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.batch.duplex import interleaved
from pdfpipe.errors import ExitCode, UsageError
from pdfpipe.model.job import PageSource
from pdfpipe.model.navigation_settings import NavigationSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_settings import Interleave, SheetSettings
from tests.batch.tiny import files_below, run_batch, scripted, write_page, write_pages
from tests.readers import pdfium_images


def duplex(order: Interleave = Interleave.REVERSED) -> Settings:
    return scripted(
        sheets=SheetSettings(interleave=order), navigation=NavigationSettings(page_labels="files")
    )


def shades(pdf: Path) -> list[int]:
    """The shade of each page: which scan it shows."""
    return [image.convert("L").getpixel((5, 5)) for image in pdfium_images(pdf)]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("order", "backs"), [(Interleave.REVERSED, (6, 4, 2)), (Interleave.SAME, (2, 4, 6))], ids=lambda v: str(v)
)
def test_a_folder_s_pages_are_read_in_order(
    tmp_path: Path, order: Interleave, backs: tuple[int, ...]
) -> None:
    for place, number in enumerate((1, 3, 5, *backs), 1):
        write_page(tmp_path / "scans" / f"scan{place}.png", 10 * number)
    report = run_batch(tmp_path / "scans", tmp_path / "out", duplex(order))
    (document,) = report.published
    assert shades(document.output) == [10, 20, 30, 40, 50, 60]
    assert [page.number for page in document.pages] == [1, 2, 3, 4, 5, 6]
    with pikepdf.open(document.output) as pdf:
        labels = [page.label for page in pdf.pages]
    named = {1: "1", 3: "2", 5: "3", **{number: str(place) for place, number in enumerate(backs, 4)}}
    assert labels == [named[number] for number in range(1, 7)]


def test_so_are_those_of_a_tiff(tmp_path: Path) -> None:
    first, *rest = (Image.new("L", (120, 160), 10 * number) for number in (1, 3, 4, 2))
    first.save(tmp_path / "minutes.tif", dpi=(300, 300), save_all=True, append_images=rest)
    report = run_batch(tmp_path / "minutes.tif", tmp_path / "out", duplex())
    assert shades(report.published[0].output) == [10, 20, 30, 40]
    assert [page.source.frame for page in report.published[0].pages] == [0, 3, 1, 2]


def test_a_document_that_lacks_a_side_fails_alone(tmp_path: Path) -> None:
    write_pages(tmp_path / "scans" / "odd", "1.png", "2.png", "3.png")
    write_pages(tmp_path / "scans" / "one", "1.png")
    write_pages(tmp_path / "scans" / "whole", "1.png", "2.png")
    report = run_batch(tmp_path / "scans", tmp_path / "out", duplex())
    assert files_below(tmp_path / "out") == {"whole.pdf"}
    assert report.exit_code == ExitCode.DOCUMENTS_FAILED
    reasons = {event.document.name: str(event.failures[0]) for event in report.failed}
    assert reasons["odd"].startswith("it has 3 pages, so")
    assert reasons["one"].startswith("it has 1 page, so")
    assert "without --interleave" in reasons["odd"]


def test_a_scan_that_cannot_be_counted_is_told_first(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png", "2.png")
    (scans / "3.tif").write_bytes(b"II*\0")
    report = run_batch(scans, tmp_path / "out", duplex())
    assert report.failed[0].failures[0].path == scans / "3.tif"


def test_pages_of_a_pdf_stay_in_their_order(tmp_path: Path) -> None:
    page = Image.new("L", (120, 160), 240)
    page.save(tmp_path / "two.pdf", save_all=True, append_images=[page], resolution=100)
    report = run_batch(tmp_path / "two.pdf", tmp_path / "out", duplex())
    assert "PDF" in report.failed[0].failures[0].message
    assert files_below(tmp_path / "out") == set()


def test_another_order_makes_another_document(tmp_path: Path) -> None:
    scans = write_pages(tmp_path / "scans", "1.png", "2.png", "3.png", "4.png")
    for settings in (duplex(), duplex(Interleave.SAME)):
        assert len(run_batch(scans, tmp_path / "out", settings).published) == 1
    assert len(run_batch(scans, tmp_path / "out", duplex(Interleave.SAME)).skipped) == 1


@given(st.integers(0, 40), st.sampled_from(Interleave))
def test_no_page_is_lost_or_doubled(sheets: int, order: Interleave) -> None:
    fronts = [PageSource(Path("fronts"), number) for number in range(sheets)]
    backs = [PageSource(Path("backs"), number) for number in range(sheets)]
    if order is Interleave.NONE:
        assert interleaved(fronts + backs, order) == (*fronts, *backs)
        return
    stacked = fronts + (backs[::-1] if order is Interleave.REVERSED else backs)
    read = interleaved(stacked, order)
    assert read == tuple(page for sheet in zip(fronts, backs, strict=True) for page in sheet)


def test_an_order_that_there_is_not_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"sheets\.interleave"):
        SheetSettings(interleave="same")  # type: ignore[arg-type]
