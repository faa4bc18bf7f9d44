"""Page labels and outlines as other programs read them."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from pdfpipe.model.geometry import Resolution
from pdfpipe.model.job import PageContent
from pdfpipe.model.page_labels import LabelRange, LabelStyle, labels_of_names, parse_page_labels
from pdfpipe.pdf.navigation import Bookmark
from pdfpipe.pdf.writer import PdfWriter
from tests.readers import pdfa_violations, pypdf_catalog, qpdf_complaints
from tests.specimens import METADATA, WHITE_PIXEL, image_page

PAGE = image_page(WHITE_PIXEL, 20)


def written(path: Path, bookmarks: list[str | None], labels: list[LabelRange]) -> Path:
    stream = io.BytesIO()
    writer = PdfWriter(stream, METADATA)
    for bookmark in bookmarks:
        writer.add_page(PAGE, [Bookmark(bookmark)] if bookmark is not None else [])
    writer.finish(labels)
    path.write_bytes(stream.getvalue())
    return path


def outline(pdf: Path) -> list[tuple[str, int]]:
    """Titles and page indexes, as PDFium has them."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [(item.get_title(), item.get_dest().get_index()) for item in document.get_toc()]


def pdfium_labels(pdf: Path) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [document.get_page_label(index) for index in range(len(document))]


def test_labels_are_read_as_they_were_meant(tmp_path: Path) -> None:
    labels = list(parse_page_labels("Umschlag – außen:,i-iv,A:9-10,aa-bb,M,7-").ranges(12))
    pdf = written(tmp_path / "a.pdf", [None] * 12, labels)
    expected = ["Umschlag – außen", "i", "ii", "iii", "iv", "A9", "A10", "aa", "bb", "M", "7", "8"]
    assert PdfReader(pdf).page_labels == pdfium_labels(pdf) == expected
    assert qpdf_complaints(pdf) == ""


@pytest.mark.parametrize("pages", [1, 64, 65, 500])
def test_every_page_of_many_has_its_own_label(pages: int, tmp_path: Path) -> None:
    names = [f"ms-{number // 2 + 1:03}{'rv'[number % 2]}" for number in range(pages)]
    pdf = written(tmp_path / "a.pdf", [None] * pages, list(labels_of_names(names)))
    if pages > 1:
        assert pdfium_labels(pdf) == [name[3:].lstrip("0") for name in names]
    assert qpdf_complaints(pdf) == ""


def test_bookmarks_lead_to_their_pages(tmp_path: Path) -> None:
    titles = ["Deckel", None, "(f. 2) \\ 東京 🗄", None, None, "last"]
    pdf = written(tmp_path / "a.pdf", titles, [])
    assert outline(pdf) == [(title, index) for index, title in enumerate(titles) if title]
    read = PdfReader(pdf)
    items = [item for item in read.outline if isinstance(item, Destination)]
    assert [(item.title, read.get_destination_page_number(item)) for item in items] == outline(pdf)
    assert float(items[0].top or 0) == float(read.pages[0].mediabox.top)


def test_an_outline_of_one_item_has_no_neighbours(tmp_path: Path) -> None:
    pdf = written(tmp_path / "a.pdf", ["only"], [])
    assert outline(pdf) == [("only", 0)]
    root = pypdf_catalog(pdf)["/Outlines"]
    assert root["/First"].keys() == {"/Title", "/Parent", "/Dest"}


def test_without_them_there_is_nothing(tmp_path: Path) -> None:
    catalog = PdfReader(written(tmp_path / "a.pdf", [None], [])).root_object
    assert not {"/Outlines", "/PageLabels"} & catalog.keys()


def test_they_are_valid_in_pdfa(tmp_path: Path) -> None:
    ranges = [LabelRange(index, LabelStyle.DECIMAL, f"p. {index} ", 5) for index in range(200)]
    pdf = written(tmp_path / "a.pdf", [f"page {number}" for number in range(200)], ranges)
    assert pdfa_violations([pdf]) == {pdf: []}
    assert len(outline(pdf)) == 200
    assert pdfium_labels(pdf)[199] == "p. 199 5"


@pytest.mark.parametrize("width", [800, 40_000], ids=["a page", "a page with a unit of its own"])
def test_a_bookmark_leads_to_its_place_on_the_page(width: int, tmp_path: Path) -> None:
    stream = io.BytesIO()
    writer = PdfWriter(stream, METADATA)
    page = PageContent(WHITE_PIXEL, 1, width, 1000, Resolution(100, 50), None)
    writer.add_page(page, [Bookmark("first", 100), Bookmark("second", 900)])
    writer.finish()
    read = PdfReader(stream)
    items = [item for item in read.outline if isinstance(item, Destination)]
    height = float(read.pages[0].mediabox.height)
    assert [float(item.top or 0) / height for item in items] == pytest.approx([0.9, 0.1], abs=1e-3)
