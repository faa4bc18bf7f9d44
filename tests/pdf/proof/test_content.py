"""Text and boxes are taken from the operators as the standard has it, and as poppler and PDFium see it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pdfpipe.pdf.proof.content import Content, read_content
from pdfpipe.pdf.proof.fonts import Font
from pdfpipe.pdf.proof.reader import DocumentReader
from tests.readers import poppler_words
from tests.specimens import text_of, text_page, write_pdf
from tests.support import SCANS, SCRIPTS, truth_of

HEIGHT: Final = 400


def document(content: bytes, make: Callable[[pikepdf.Pdf], Dictionary] | None = None) -> pikepdf.Pdf:
    """A page of this content, with Courier as /F1, whose glyphs are all 0.6 em wide."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(600, HEIGHT))
    font = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Courier,
        FirstChar=32,
        LastChar=126,
        Widths=Array([600] * 95),
        FontDescriptor=Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name.Courier,
            Flags=33,
            FontBBox=Array([-23, -250, 715, 805]),
            Ascent=629,
            Descent=-157,
            CapHeight=562,
            ItalicAngle=0,
            StemV=51,
        ),
    )
    resources = Dictionary(Font=Dictionary(F1=font))
    if make is not None:
        resources.XObject = make(pdf)
    pdf.pages[0].Resources = resources
    pdf.pages[0].Contents = pdf.make_stream(content)
    return pdf


def content_of(pdf: pikepdf.Pdf) -> Content:
    return read_content(pdf.pages[0], Font)


OPERATORS: dict[str, bytes] = {
    "strings": b"BT /F1 20 Tf 50 300 Td (one two) Tj (three) Tj ET",
    "arrays": b"BT /F1 20 Tf 50 300 Td [(one) -3000 (two) -2000 (three)] TJ ET",
    "lines": b"BT /F1 20 Tf 24 TL 50 300 Td (one) Tj T* (two) Tj (three) ' 1 2 (four) \" ET",
    "leading": b"BT /F1 20 Tf 50 300 Td (one) Tj 10 -30 TD (two) Tj T* (three) Tj ET",
    "matrices": b"q 2 0 0 2 10 20 cm BT /F1 10 Tf 1 0 0 1 30 90 Tm (one) Tj 1 0 0 1 90 60 Tm (two) Tj ET Q "
    b"BT /F1 10 Tf 30 90 Td (three) Tj ET",
    "scale and spacing": b"BT /F1 20 Tf 50 Tz 2 Tc 30 Tw 50 300 Td (one two) Tj 0 -40 Td (three) Tj ET",
    "turned": b"BT /F1 20 Tf 0 1 -1 0 300 100 Tm (one two) Tj ET",
    "rise": b"BT /F1 20 Tf 50 300 Td (one ) Tj 6 Ts (two) Tj ET",
}


@pytest.mark.parametrize("name", OPERATORS)
def test_words_are_where_poppler_finds_them(name: str, tmp_path: Path) -> None:
    pdf = document(OPERATORS[name])
    pieces = content_of(pdf).pieces
    pdf.save(tmp_path / "a.pdf")
    (words,) = poppler_words(tmp_path / "a.pdf")
    found = {word.text: word.box for word in words}
    assert pieces
    for piece in pieces:
        text = next(text for text in found if piece.text in text)
        box = found[text]
        start = text.index(piece.text) / len(text)
        if piece.along[0] > 0:
            # Poppler adds character spacing to the width of words, and has its own ascent.
            assert piece.box.x0 == pytest.approx(box.x0 + start * box.width, abs=2.1)
            assert piece.box.width == pytest.approx(box.width * len(piece.text) / len(text), abs=2.1)
            assert HEIGHT - box.y1 - 3 <= piece.box.y0 < piece.box.y1 <= HEIGHT - box.y0 + 3
        else:
            assert piece.box.height == pytest.approx(box.height, abs=0.1)
            assert HEIGHT - piece.box.y1 == pytest.approx(box.y0, abs=0.1)


def test_every_state_is_undone_by_q_and_inherited_by_forms() -> None:
    def form(pdf: pikepdf.Pdf) -> Dictionary:
        stream = pdf.make_stream(b"BT 10 0 Td (inner) Tj ET 0 Tr BT (shown) Tj ET")
        stream.Type, stream.Subtype = Name.XObject, Name.Form
        stream.BBox, stream.Matrix = Array([0, 0, 600, 400]), Array([2, 0, 0, 2, 0, 5])
        return Dictionary(Fm0=stream)

    pdf = document(b"3 Tr /F1 10 Tf q 1 0 0 1 100 50 cm 0 Tr /Fm0 Do Q BT (outer) Tj ET", form)
    inner, shown, outer = content_of(pdf).pieces
    assert (inner.text, inner.box.x0, inner.box.width, inner.invisible) == ("inner", 120, 60, False)
    assert shown.text == "shown"
    assert shown.box.y0 == pytest.approx(55 - 2 * 1.57)
    assert (outer.text, outer.box.x0, outer.invisible) == ("outer", 0, True)


def test_forms_that_hold_themselves_come_to_an_end() -> None:
    def form(pdf: pikepdf.Pdf) -> Dictionary:
        stream = pdf.make_stream(b"/Fm0 Do")
        stream.Type, stream.Subtype, stream.BBox = Name.XObject, Name.Form, Array([0, 0, 600, 400])
        stream.Resources = Dictionary(XObject=Dictionary(Fm0=stream))
        return Dictionary(Fm0=stream)

    assert content_of(document(b"/Fm0 Do", form)).pieces == []


def test_inline_images_and_unknown_names_are_passed_over() -> None:
    content = b"BI /W 2 /H 2 /BPC 8 /CS /G ID \0\1Tj EI /Fm9 Do BT /F9 9 Tf (unseen) Tj /F1 9 Tf (seen) Tj ET"
    assert [piece.text for piece in content_of(document(content)).pieces] == ["seen"]


def test_a_user_unit_scales_the_page() -> None:
    pdf = document(b"BT /F1 20 Tf 50 300 Td (one) Tj ET")
    pdf.pages[0].UserUnit = 2
    (piece,) = content_of(pdf).pieces
    assert (piece.box.x0, piece.box.width) == (100, 72)


def test_maps_to_unicode_may_have_characters_ranges_and_lists(tmp_path: Path) -> None:
    cmap = b"""begincmap 2 beginbfchar <0001> <0041> <0002> <D83DDE00> endbfchar
        2 beginbfrange <0010> <0012> <0061> <0020> <0021> [<00660066> <0078>] endbfrange endcmap"""
    pdf = pikepdf.new()
    font = Font(
        Dictionary(
            Subtype=Name.Type0,
            ToUnicode=pdf.make_stream(cmap),
            DescendantFonts=Array([Dictionary(DW=500, W=Array([1, Array([250, 750]), 16, 18, 100]))]),
        )
    )
    (run,) = font.runs(b"\0\1\0\2\0\x10\0\x12\0\x20\0\x21\0\x30")
    assert run.text == "A\U0001f600acffx\ufffd"
    assert run.width == pytest.approx((250 + 750 + 100 + 100 + 500 + 500 + 500) / 1000)


@pytest.mark.parametrize(
    "scan", [SCANS / "formats" / "tiff-g4.tif", *sorted(SCRIPTS.iterdir())], ids=lambda path: path.name
)
def test_the_text_layer_is_read_alike_by_qpdf_and_pdfium(scan: Path, tmp_path: Path) -> None:
    truth = truth_of(scan)
    pdf = write_pdf(tmp_path / "a.pdf", [text_page(text_of(truth), truth.resolution)])
    with DocumentReader(pdf) as reader:
        page = reader.read(0)
    assert len(reader.complaints) == 0
    seen = sorted("".join(piece.text for piece in page.pieces).replace("-", ""))
    assert seen == sorted(c for c in page.copied if not c.isspace() and c not in "-\x02\ufffe")
