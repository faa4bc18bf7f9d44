"""Which PDFs of others become PDF/A, and what keeps the rest from it; veraPDF says whether it is true."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pdfpipe.errors import ConformanceError
from pdfpipe.imaging.pdf_page import PdfPage
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import Grafted, GraftRequest, PageChange, PageEdit
from pdfpipe.pdf.existing.graft import graft
from pdfpipe.pdf.writer import PdfWriter
from tests.pdf.existing.pdfs import add_scan, images_of, save, scan
from tests.pdf.existing.test_graft import MARKER, text_on_blocks
from tests.readers import pdfa_violations, qpdf_complaints
from tests.specimens import METADATA

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def written(pdf: Path, output: Path, **wishes: Any) -> Grafted:
    """The PDF with words on its first page, as PDF/A-2u where that can be."""
    with PdfPage(pdf, 0, password=None, user_unit=1.0) as page:
        placement = page.placement(200, 120, page.survey().dpi)
    with pikepdf.open(pdf) as opened:
        pages = len(opened.pages)
    request = GraftRequest(MOMENT, "en", level="2U", **wishes)
    edits = [PageEdit(PageChange.ADD_TEXT, placement, 0)]
    edits += [PageEdit(PageChange.NONE, placement)] * (pages - 1)
    with tempfile.TemporaryFile() as layers, output.open("w+b") as stream:
        with PdfPage(pdf, 0, password=None, user_unit=1.0) as page:
            resolution = page.survey().dpi
        writer = PdfWriter(cast("BinaryIO", layers), METADATA)
        writer.add_text(text_on_blocks(), resolution)
        writer.finish()
        return graft(pdf, PdfInputSettings(), edits, cast("BinaryIO", layers), stream, request, MARKER)


def lzw_encoded(data: bytes) -> bytes:
    """LZW (ISO 32000-1, 7.4.4) that clears its table before each byte."""
    bits = "".join(f"{code:09b}" for byte in data for code in (256, byte)) + f"{257:09b}"
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def plain(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.docinfo["/Title"] = 'Köln & <Bonn> "東京"'
    pdf.docinfo["/Author"] = "Ada; Charles"
    pdf.docinfo["/CreationDate"] = "D:20200102030405+01'00'"


def cmyk(pdf: pikepdf.Pdf, page: Any) -> None:
    add_scan(pdf, Image.new("CMYK", (20, 20), (9, 99, 199, 0)))
    page.Contents = Array([page.Contents, pdf.make_stream(b"0 1 1 0 k 1 1 5 5 re f")])


def lzw(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.XObject.Im0.write(lzw_encoded(scan().tobytes()), filter=Name.LZWDecode)


def interpolated(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.XObject.Im0.Interpolate = True


def inherited_resources(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.Pages.Resources = page.Resources
    del page["/Resources"]


def link(pdf: pikepdf.Pdf, page: Any) -> None:
    action = Dictionary(S=Name.URI, URI=pikepdf.String("https://example.org"))
    page.Annots = Array(
        [
            pdf.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
            )
        ]
    )


def soft_mask(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.XObject.Im0.SMask = add_scan(pdf, Image.new("L", (20, 20), 99)).Resources.XObject.Im0


def old_invisible_text(pdf: pikepdf.Pdf, page: Any) -> None:
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page.Resources.Font = Dictionary(F1=font)
    page.Contents = Array([page.Contents, pdf.make_stream(b"BT 3 Tr /F1 6 Tf 5 5 Td (old) Tj ET")])


def outline_and_labels(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Chapter 1", 0))


def xmp_of_its_own(pdf: pikepdf.Pdf, page: Any) -> None:
    with pdf.open_metadata() as xmp:
        xmp["dc:title"], xmp["xmpMM:DocumentID"] = "Title", "uuid:1"


def inline_image(pdf: pikepdf.Pdf, page: Any) -> None:
    image = b"q 9 0 0 9 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /RGB ID \x00\x01\x02 EI Q"
    page.Contents = Array([page.Contents, pdf.make_stream(image)])


CAN_BE = [
    plain,
    cmyk,
    lzw,
    interpolated,
    inherited_resources,
    link,
    soft_mask,
    old_invisible_text,
    inline_image,
    outline_and_labels,
    xmp_of_its_own,
]


def test_scans_and_what_goes_with_them_become_pdfa(tmp_path: Path) -> None:
    outputs = []
    for make in CAN_BE:
        pdf = pikepdf.new()
        make(pdf, add_scan(pdf, scan()))
        source = save(pdf, tmp_path / f"{make.__name__}.pdf")
        output = tmp_path / f"{make.__name__}-out.pdf"
        grafted = written(source, output)
        assert (grafted.level, grafted.notes) == ("2U", ()), make.__name__
        if make is not lzw:
            assert images_of(output) == images_of(source)
        assert qpdf_complaints(output) == ""
        outputs.append(output)
    again, titled = tmp_path / "again.pdf", tmp_path / "titled.pdf"
    written(outputs[0], again)
    written(tmp_path / "plain.pdf", titled, information={"/Title": "New <title>"})
    outputs += [again, titled]
    assert {pdf.name: broken for pdf, broken in pdfa_violations(outputs).items() if broken} == {}


def visible_text(pdf: pikepdf.Pdf, page: Any) -> None:
    old_invisible_text(pdf, page)
    page.Contents = Array([page.Contents[0], pdf.make_stream(b"BT /F1 6 Tf 5 5 Td (new) Tj ET")])


def script(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def attachment(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.attachments["data.csv"] = b"1,2\n"


def layers(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.Root.OCProperties = Dictionary(OCGs=Array([]), D=Dictionary())


def unknown_operator(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Contents = Array([page.Contents, pdf.make_stream(b"1 2 xyzzy")])


def separation(pdf: pikepdf.Pdf, page: Any) -> None:
    function = Dictionary(
        FunctionType=2, Domain=Array([0, 1]), C0=Array([0, 0, 0, 0]), C1=Array([0, 1, 0, 0]), N=1
    )
    page.Resources.ColorSpace = Dictionary(Cs0=Array([Name.Separation, Name.Spot, Name.DeviceCMYK, function]))
    page.Contents = Array([page.Contents, pdf.make_stream(b"/Cs0 cs 1 scn 0 0 5 5 re f")])


def hidden_annotation(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 9, 9]), F=2)])


def foreign_xmp(pdf: pikepdf.Pdf, page: Any) -> None:
    with pdf.open_metadata() as xmp:
        xmp["{http://example.org/ns/}Shelf"] = "7"


def huge(pdf: pikepdf.Pdf, page: Any) -> None:
    page.MediaBox = Array([0, 0, 20000, 100])


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (visible_text, "page 1 has visible text"),
        (script, "action that PDF/A does not allow (JavaScript)"),
        (attachment, "attachments"),
        (layers, "layers"),
        (unknown_operator, "unknown operator (xyzzy)"),
        (separation, "colors that are not looked into (Separation)"),
        (hidden_annotation, "annotation (Text) that is not always seen"),
        (foreign_xmp, "XMP metadata have properties"),
        (huge, "page 1 has no size between 3 and 14,400 units"),
    ],
)
def test_what_cannot_be_shown_to_conform_stays_plain_and_says_why(
    make: Callable[[pikepdf.Pdf, Any], None], reason: str, tmp_path: Path
) -> None:
    pdf = pikepdf.new()
    make(pdf, add_scan(pdf, scan()))
    source = save(pdf, tmp_path / "source.pdf")
    grafted = written(source, tmp_path / "out.pdf")
    assert grafted.level is None
    assert reason in grafted.notes[0]
    with pikepdf.open(tmp_path / "out.pdf") as output:
        assert "/OutputIntents" not in output.Root
    with pytest.raises(ConformanceError) as error:
        written(source, tmp_path / "must.pdf", must_conform=True)
    assert reason in str(error.value)


def test_what_is_pdfa_already_stays_what_it_is(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    written(save(pdf, tmp_path / "plain.pdf"), tmp_path / "once.pdf")
    with pikepdf.open(tmp_path / "once.pdf") as once:
        metadata = once.Root.Metadata.read_bytes()
    assert written(tmp_path / "once.pdf", tmp_path / "twice.pdf").level == "2U"
    with pikepdf.open(tmp_path / "twice.pdf") as twice:
        assert twice.Root.Metadata.read_bytes() == metadata
        assert len(twice.Root.OutputIntents) == 1


def test_a_title_goes_into_info_and_xmp_and_all_else_of_them_stays(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    plain(pdf, add_scan(pdf, scan()))
    source = save(pdf, tmp_path / "plain.pdf")
    written(source, tmp_path / "out.pdf", information={"/Title": "New <title>"})
    with pikepdf.open(tmp_path / "out.pdf") as output:
        assert str(output.docinfo["/Title"]) == "New <title>"
        assert str(output.docinfo["/Author"]) == "Ada; Charles"
        xmp = output.open_metadata()
        assert xmp["dc:title"] == "New <title>"
        assert str(output.Root.Lang) == "en"
