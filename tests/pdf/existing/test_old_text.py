"""Invisible text goes, wherever it stands; visible text and all that is painted stay to the last operator."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pdfpipe.pdf.existing.old_text import strip_invisible_text
from tests.pdf.existing.pdfs import add_scan, save, scan
from tests.readers import poppler_render, poppler_text

FONT = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)


def stripped(
    content: bytes, tmp_path: Path, forms: dict[str, bytes] | None = None
) -> tuple[list[str], pikepdf.Pdf]:
    """The words that are left of a page; it looks as before."""
    pdf = pikepdf.new()
    page = add_scan(pdf, scan(), (0, 0, 200, 120))
    page.Resources.Font = Dictionary(F1=FONT)
    for name, inside in (forms or {}).items():
        form = pdf.make_stream(inside)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 120])
        form.Resources = Dictionary(Font=Dictionary(F1=FONT))
        page.Resources.XObject[name] = form
    page.Contents = Array([page.Contents, pdf.make_stream(content)])
    before = save(pdf, tmp_path / "before.pdf")
    changed = strip_invisible_text(pdf, page)
    after = save(pdf, tmp_path / "after.pdf")
    assert changed == (poppler_text(before) != poppler_text(after))
    assert poppler_render(before, 72).tobytes() == poppler_render(after, 72).tobytes()
    return poppler_text(after)[0].split(), pdf


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (b"BT 3 Tr /F1 9 Tf 9 9 Td (old) Tj ET", []),
        (b"BT /F1 9 Tf 9 9 Td (new) Tj ET", ["new"]),
        (b"3 Tr BT /F1 9 Tf 9 9 Td (old) Tj ET BT /F1 9 Tf 9 30 Td (old) Tj ET", []),
        (b"q 3 Tr BT /F1 9 Tf 9 9 Td (old) Tj ET Q BT /F1 9 Tf 9 30 Td (new) Tj ET", ["new"]),
        (b"BT /F1 9 Tf 3 Tr 9 9 Td (old) Tj 0 Tr 0 20 Td (new) Tj ET", ["new"]),
        (b"BT /F1 9 Tf 12 TL 9 90 Td 3 Tr (old) ' (old) ' 0 Tr (new) ' ET", ["new"]),
        (b'BT /F1 9 Tf 12 TL 9 90 Td 3 Tr 5 2 (old) " 0 Tr T* (new) Tj ET', ["new"]),
        (b"BT /F1 9 Tf 9 9 Td 3 Tr [(o) -50 (ld)] TJ ET", []),
        (b"BT /F1 9 Tf 7 Tr 9 9 Td (clip) Tj ET", ["clip"]),
        # Without the invisible part, the visible would move to the left.
        (b"BT /F1 9 Tf 9 9 Td 3 Tr (kept) Tj 0 Tr (new) Tj ET", ["keptnew"]),
    ],
)
def test_text_of_render_mode_3_goes_and_other_text_stays(
    content: bytes, left: list[str], tmp_path: Path
) -> None:
    assert stripped(content, tmp_path)[0] == left


def test_a_form_that_is_but_invisible_text_goes_wholly(tmp_path: Path) -> None:
    words, pdf = stripped(b"/Fm0 Do", tmp_path, {"/Fm0": b"BT 3 Tr /F1 9 Tf 9 9 Td (old) Tj ET"})
    assert words == []
    assert list(pdf.pages[0].Resources.XObject.keys()) == ["/Im0"]
    assert "/Font" not in pdf.pages[0].Resources


def test_a_form_keeps_what_it_paints(tmp_path: Path) -> None:
    inside = b"1 0 0 rg 5 5 50 50 re f BT 3 Tr /F1 9 Tf 9 9 Td (old) Tj ET"
    words, _ = stripped(b"/Fm0 Do", tmp_path, {"/Fm0": inside})
    assert words == []


def test_a_form_of_an_inline_image_and_invisible_text_keeps_the_image(tmp_path: Path) -> None:
    inside = b"q 50 0 0 50 9 9 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q BT 3 Tr /F1 9 Tf 9 9 Td (old) Tj ET"
    words, pdf = stripped(b"/Fm0 Do", tmp_path, {"/Fm0": inside})
    assert words == []
    assert len(pdf.pages[0].Resources.XObject.keys()) == 2


def test_a_form_inherits_the_render_mode_of_where_it_is_drawn(tmp_path: Path) -> None:
    inside = b"BT /F1 9 Tf 9 9 Td (both) Tj ET"
    content = b"q 3 Tr /Fm0 Do Q q 0 Tr 1 0 0 1 0 40 cm /Fm0 Do Q"
    words, _ = stripped(content, tmp_path, {"/Fm0": inside})
    assert words == ["both"]


def test_a_form_of_two_pages_is_changed_for_one_only(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pages = [add_scan(pdf, scan(), (0, 0, 200, 120)) for _ in range(2)]
    form = pdf.make_stream(b"BT 3 Tr /F1 9 Tf 9 9 Td (old) Tj ET")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 120])
    form.Resources = Dictionary(Font=Dictionary(F1=FONT))
    for page in pages:
        page.Resources.XObject.Fm0 = form
        page.Contents = Array([page.Contents, pdf.make_stream(b"/Fm0 Do")])
    pages[1].Resources = pages[0].Resources = pdf.make_indirect(pages[0].Resources)
    assert strip_invisible_text(pdf, pages[0])
    texts = [text.split() for text in poppler_text(save(pdf, tmp_path / "out.pdf"))]
    assert texts == [[], ["old"]]


def test_text_in_a_type_3_font_is_visible_in_any_mode(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan(), (0, 0, 200, 120))
    glyph = pdf.make_stream(b"1000 0 0 0 1000 1000 d1 0 0 800 800 re f")
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 1000, 1000]), FirstChar=65, LastChar=65,
        FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), CharProcs=Dictionary(A=glyph), Widths=Array([1000]),
        Encoding=Dictionary(Type=Name.Encoding, Differences=Array([65, Name.A])),
    )  # fmt: skip
    page.Resources.Font = Dictionary(F1=font)
    page.Contents = Array([page.Contents, pdf.make_stream(b"BT 3 Tr /F1 9 Tf 9 9 Td (A) Tj ET")])
    assert not strip_invisible_text(pdf, page)


def test_a_form_that_draws_itself_ends(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan(), (0, 0, 200, 120))
    form = pdf.make_stream(b"/Fm0 Do BT 3 Tr /F1 9 Tf 9 9 Td (old) Tj ET")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 120])
    form.Resources = Dictionary(Font=Dictionary(F1=FONT), XObject=Dictionary(Fm0=form))
    page.Resources.XObject.Fm0 = form
    page.Contents = Array([page.Contents, pdf.make_stream(b"/Fm0 Do")])
    assert strip_invisible_text(pdf, page)
