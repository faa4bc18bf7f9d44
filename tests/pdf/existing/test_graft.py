"""Text laid under the pages of PDFs lies on its ink, whatever boxes, turns and units the page has."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pdfpipe.errors import DocumentError
from pdfpipe.imaging.pdf_page import PdfPage
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import GraftRequest, PageChange, PageEdit
from pdfpipe.model.text import Block, Line, PageText, Word
from pdfpipe.pdf.existing.graft import graft
from pdfpipe.pdf.marker import Marker, read_marker
from pdfpipe.pdf.writer import PdfWriter
from tests.pdf.existing.pdfs import BLOCKS, add_scan, images_of, save, scan, scanned_pdf
from tests.pdf.existing.readback import by_pdfium, by_poppler
from tests.readers import ReadWord, poppler_render, poppler_text, pypdf_text, qpdf_complaints
from tests.specimens import METADATA

WORDS = ("alpha", "beta", "gamma")
REQUEST = GraftRequest(METADATA.created, "en")
MARKER = Marker(METADATA.settings_digest, (("txt", "abc123"),))
Reader = Callable[[Path], tuple[list[ReadWord], list[BoundingBox]]]


def text_on_blocks(width: int = 200, height: int = 120) -> PageText:
    words = [Word(text, box, 1.0) for text, box in zip(WORDS, BLOCKS, strict=True)]
    lines = (
        Line(tuple(words[:2]), words[0].box.union(words[1].box)),
        Line((words[2],), words[2].box),
    )
    return PageText(width, height, (Block(lines, BoundingBox(0, 0, width, height)),))


def grafted(pdf: Path, output: Path, edits: Sequence[PageEdit], texts: Sequence[PageText]) -> Path:
    with tempfile.TemporaryFile() as layers, output.open("w+b") as stream:
        writer = PdfWriter(cast("BinaryIO", layers), METADATA)
        for text in texts:
            with PdfPage(pdf, 0, password=None, user_unit=1.0) as page:
                writer.add_text(text, page.survey().dpi)
        writer.finish()
        graft(pdf, PdfInputSettings(), edits, cast("BinaryIO", layers), stream, REQUEST, MARKER)
    return output


def with_layer(pdf: Path, output: Path, user_unit: float = 1.0) -> Path:
    """The PDF with the words on the blocks of its only page."""
    with PdfPage(pdf, 0, password=None, user_unit=user_unit) as page:
        image = page.render(page.survey(), image_dpi=None, max_pixels=1e9)
        placement = page.placement(*image.pixels.size, image.resolution)
    with tempfile.TemporaryFile() as layers, output.open("w+b") as stream:
        writer = PdfWriter(cast("BinaryIO", layers), METADATA)
        writer.add_text(text_on_blocks(*image.pixels.size), image.resolution)
        writer.finish()
        edit = PageEdit(PageChange.ADD_TEXT, placement, 0)
        graft(pdf, PdfInputSettings(), [edit], cast("BinaryIO", layers), stream, REQUEST, MARKER)
    return output


def page_with(turn: int, unit: float, crop: str, path: Path) -> Path:
    """A page that looks the same whatever its /Rotate, boxes and /UserUnit."""
    width, height = 48 / unit, 28.8 / unit
    if turn in (90, 270):
        width, height = height, width
    margin = 0 if crop == "none" else 5 / unit
    x0, y0 = (0.0, 0.0) if crop == "none" else (7.25, -3.5)
    inner = (x0 + margin, y0 + margin, x0 + margin + width, y0 + margin + height)
    box = (x0, y0, x0 + width + 2 * margin, y0 + height + 2 * margin)
    pdf = pikepdf.new()
    entries: dict[str, Any] = {"UserUnit": unit} if unit != 1 else {}
    if crop == "inside":
        entries["CropBox"] = Array(list(inner))
    elif crop == "larger than the media box":
        entries["CropBox"] = Array([inner[0] - 50, inner[1], inner[2] + 9, inner[3]])
        box = (inner[0], box[1], inner[2], box[3])
    add_scan(pdf, scan(), box, turn=turn, inner=inner, **entries)
    return save(pdf, path)


@pytest.mark.parametrize("reader", [by_poppler, by_pdfium])
@pytest.mark.parametrize("crop", ["none", "inside", "larger than the media box"])
@pytest.mark.parametrize(("turn", "unit"), list(itertools.product((0, 90, 180, 270), (1, 2.5))))
def test_words_lie_on_their_ink(turn: int, unit: float, crop: str, reader: Reader, tmp_path: Path) -> None:
    pdf = page_with(turn, unit, crop, tmp_path / "scan.pdf")
    words, blocks = reader(with_layer(pdf, tmp_path / "out.pdf", unit))
    assert [word.text for word in words] == list(WORDS)
    # A space takes a little of the words beside it, and readers round to pixels.
    assert min(word.box.iou(block) for word, block in zip(words, blocks, strict=True)) > 0.85


def test_the_page_looks_as_before_and_its_image_is_the_same_bytes(tmp_path: Path) -> None:
    pdf = scanned_pdf(tmp_path / "scan.pdf")
    output = with_layer(pdf, tmp_path / "out.pdf")
    assert images_of(output) == images_of(pdf) != []
    assert poppler_render(output, 150).tobytes() == poppler_render(pdf, 150).tobytes()
    assert qpdf_complaints(output) == ""
    assert pypdf_text(output)[0].split() == list(WORDS)


def test_the_file_is_known_as_ours_until_another_program_saves_it(tmp_path: Path) -> None:
    pdf = scanned_pdf(tmp_path / "scan.pdf")
    output = with_layer(pdf, tmp_path / "out.pdf")
    assert read_marker(pdf) is None
    assert read_marker(output) == MARKER
    with pikepdf.open(output) as saved:
        saved.save(tmp_path / "saved.pdf")
    assert read_marker(tmp_path / "saved.pdf") is None
    appended = tmp_path / "appended.pdf"
    appended.write_bytes(output.read_bytes() + b"1 0 obj\nnull\nendobj\nstartxref\n9\n%%EOF\n")
    assert read_marker(appended) is None


def test_pages_that_share_their_resources_do_not_share_their_text(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    first, second = add_scan(pdf, scan()), add_scan(pdf, scan())
    shared = pdf.make_indirect(first.Resources)
    first.Resources = second.Resources = shared
    path = save(pdf, tmp_path / "scan.pdf")
    output = with_layer_on_first(path, tmp_path / "out.pdf")
    assert [text.split() for text in poppler_text(output)] == [list(WORDS), []]


def with_layer_on_first(pdf: Path, output: Path) -> Path:
    with PdfPage(pdf, 0, password=None, user_unit=1.0) as page:
        placement = page.placement(200, 120, page.survey().dpi)
        pages = len(pikepdf.open(pdf).pages)
    edits = [PageEdit(PageChange.ADD_TEXT, placement, 0)]
    edits += [PageEdit(PageChange.NONE, placement)] * (pages - 1)
    return grafted(pdf, output, edits, [text_on_blocks()])


def test_resources_from_the_page_tree_are_kept(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    pdf.Root.Pages.Resources = page.Resources
    del page["/Resources"]
    path = save(pdf, tmp_path / "scan.pdf")
    output = with_layer_on_first(path, tmp_path / "out.pdf")
    assert poppler_render(output, 150).tobytes() == poppler_render(path, 150).tobytes()
    assert poppler_text(output)[0].split() == list(WORDS)


@pytest.mark.parametrize("contents", [b"q 2 0 0 2 5 5 cm", b"0.5 0 0 0.5 0 0 cm 3 Tr /Im0 Do", b"Q Q q"])
def test_content_that_leaves_the_coordinates_changed_moves_no_text(contents: bytes, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    page.Contents = Array([page.Contents, pdf.make_stream(contents)])
    path = save(pdf, tmp_path / "scan.pdf")
    words, _ = by_poppler(with_layer_on_first(path, tmp_path / "out.pdf"))
    _, blocks = by_poppler(scanned_pdf(tmp_path / "plain.pdf"))
    assert min(word.box.iou(block) for word, block in zip(words, blocks, strict=True)) > 0.85


def test_the_name_of_the_layer_takes_no_other_s_place(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    page.Resources.XObject["/PdfpipeText"] = page.Resources.XObject.Im0
    page.Contents = pdf.make_stream(b"q 48 0 0 28.8 0 0 cm /PdfpipeText Do Q")
    path = save(pdf, tmp_path / "scan.pdf")
    output = with_layer_on_first(path, tmp_path / "out.pdf")
    assert poppler_render(output, 150).tobytes() == poppler_render(path, 150).tobytes()
    assert poppler_text(output)[0].split() == list(WORDS)


def test_a_file_with_another_number_of_pages_than_planned_is_refused(tmp_path: Path) -> None:
    pdf = scanned_pdf(tmp_path / "scan.pdf", pages=2)
    with pytest.raises(DocumentError, match="2 pages now, and had 1"):
        with_layer(pdf, tmp_path / "out.pdf")


def test_all_that_a_document_has_besides_its_pages_survives(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    page.Annots = Array([
        pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]),
                                     A=Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org")))),
    ])  # fmt: skip
    field = pdf.make_indirect(
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=pikepdf.String("name"),
                   V=pikepdf.String("Ada"), Rect=Array([9, 9, 20, 20]), P=page)
    )  # fmt: skip
    page.Annots.append(field)
    page.StructParents = 0
    root = pdf.Root
    root.AcroForm = Dictionary(Fields=Array([field]))
    root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r, St=7)]))
    root.MarkInfo = Dictionary(Marked=True)
    root.StructTreeRoot = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([])))
    root.Names = Dictionary(Dests=Dictionary(Names=Array([pikepdf.String("top"), Array([page, Name.Fit])])))
    root.ViewerPreferences = Dictionary(HideToolbar=True)
    pdf.attachments["data.csv"] = b"1,2,3\n"
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Chapter 1", 0))
    with pdf.open_metadata() as xmp:
        xmp["dc:description"] = "notes"
    pdf.docinfo["/Author"] = "Ada Lovelace"
    output = with_layer(save(pdf, tmp_path / "scan.pdf"), tmp_path / "out.pdf")
    with pikepdf.open(output) as after:
        assert str(after.Root.AcroForm.Fields[0].V) == "Ada"
        assert after.Root.AcroForm.Fields[0].objgen == after.pages[0].Annots[1].objgen
        assert str(after.pages[0].Annots[0].A.URI) == "https://example.org"
        assert after.Root.PageLabels.Nums[1].St == 7
        assert after.Root.StructTreeRoot.Type == Name.StructTreeRoot
        assert after.Root.Names.Dests.Names[1][0].objgen == after.pages[0].objgen
        assert bool(after.Root.ViewerPreferences.HideToolbar)
        assert after.attachments["data.csv"].get_file().read_bytes() == b"1,2,3\n"
        assert str(after.docinfo["/Author"]) == "Ada Lovelace"
        assert after.open_outline().root[0].title == "Chapter 1"
        assert after.open_metadata()["dc:description"] == "notes"
