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
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import Grafted, GraftRequest, PageChange, PageEdit
from pdfpipe.pdf.existing.graft import graft
from pdfpipe.pdf.icc_profiles import cmyk_profile
from pdfpipe.pdf.writer import PdfWriter
from tests.pdf.existing.pdfs import add_scan, images_of, save, scan
from tests.pdf.existing.test_graft import MARKER, text_on_blocks
from tests.readers import pdfa_violations, qpdf_complaints
from tests.specimens import METADATA

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def written(pdf: Path, output: Path, level: PdfaLevel = PdfaLevel.PDFA_2U, **wishes: Any) -> Grafted:
    """The PDF with words on its first page, as PDF/A-2u where that can be."""
    with PdfPage(pdf, 0, password=None, user_unit=1.0) as page:
        placement = page.placement(200, 120, page.survey().dpi)
    with pikepdf.open(pdf) as opened:
        pages = len(opened.pages)
    request = GraftRequest(MOMENT, "en", level=level, **wishes)
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


def odd_dates(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.docinfo["/CreationDate"] = "last Tuesday"
    pdf.docinfo["/Title"] = Name.NoText
    pdf.docinfo["/Shelf"] = Array([7])


def names_of_other_encodings(pdf: pikepdf.Pdf, page: Any) -> None:
    name = pikepdf.Object.parse(b"/Gr#fc#dfe")
    page.Resources.XObject[name] = page.Resources.XObject.Im0
    del page.Resources.XObject["/Im0"]
    page.Contents = pdf.make_stream(b"q 48 0 0 28.8 0 0 cm /Gr#fc#dfe Do Q")


def overprint_mode_alone(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G0=Dictionary(OPM=1, BM=Name.Normal))
    page.Contents = Array([pdf.make_stream(b"/G0 gs"), page.Contents])


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
    odd_dates,
    names_of_other_encodings,
    overprint_mode_alone,
]


def test_scans_and_what_goes_with_them_become_pdfa(tmp_path: Path) -> None:
    outputs = []
    for make in CAN_BE:
        pdf = pikepdf.new()
        make(pdf, add_scan(pdf, scan()))
        source = save(pdf, tmp_path / f"{make.__name__}.pdf")
        output = tmp_path / f"{make.__name__}-out.pdf"
        grafted = written(source, output)
        assert (grafted.level, grafted.notes) == (PdfaLevel.PDFA_2U, ()), make.__name__
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


def printing_intent(pdf: pikepdf.Pdf, page: Any) -> None:
    profile = pdf.make_stream(cmyk_profile())
    profile.N = 4
    intent = Dictionary(S=Name.GTS_PDFX, OutputConditionIdentifier=pikepdf.String("x"))
    intent.DestOutputProfile = pdf.make_indirect(profile)
    pdf.Root.OutputIntents = Array([intent])


def long_name(pdf: pikepdf.Pdf, page: Any) -> None:
    page.PieceInfo = Dictionary({"/" + 128 * "x": Dictionary()})


def long_string(pdf: pikepdf.Pdf, page: Any) -> None:
    pdf.docinfo["/Title"] = 32768 * "x"


def large_number(pdf: pikepdf.Pdf, page: Any) -> None:
    page.PieceInfo = Dictionary(Other=Dictionary(Private=Array([2**31])))


def rendering_intent(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.XObject.Im0.Intent = Name.Best


def rendering_intent_in_content(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Contents = Array([pdf.make_stream(b"/Best ri"), page.Contents])


def blend_mode(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G0=Dictionary(BM=Name.Stir))
    page.Contents = Array([pdf.make_stream(b"/G0 gs"), page.Contents])


def overprint(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.ExtGState = Dictionary(G0=Dictionary(OPM=1), G1=Dictionary(op=True))
    page.Contents = Array([pdf.make_stream(b"/G0 gs /G1 gs"), page.Contents])


def action_of_a_field(pdf: pikepdf.Pdf, page: Any) -> None:
    action = Dictionary(K=Dictionary(S=Name.GoTo, D=Array([page, Name.Fit])))
    field = Dictionary(FT=Name.Tx, T=pikepdf.String("name"), AA=action)
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def font_without_widths(pdf: pikepdf.Pdf, page: Any) -> None:
    old_invisible_text(pdf, page)
    page.Resources.Font.F1.BaseFont = Name("/Courier New")


def font_of_unknown_completeness(pdf: pikepdf.Pdf, page: Any) -> None:
    old_invisible_text(pdf, page)
    page.Resources.Font.F1.FontDescriptor = Dictionary(Type=Name.FontDescriptor, CharSet=pikepdf.String("/a"))


def senseless_operands(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Contents = Array([page.Contents, pdf.make_stream(b"BT Tf ET /x Tr 5 Do")])


def damaged_content(pdf: pikepdf.Pdf, page: Any) -> None:
    broken = pdf.make_stream(b"")
    broken.write(b"no zlib", filter=Name.FlateDecode)
    page.Contents = Array([page.Contents, broken])


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
        (printing_intent, "it has an output intent already"),
        (long_name, "larger than PDF/A allows"),
        (long_string, "larger than PDF/A allows"),
        (large_number, "larger than PDF/A allows"),
        (rendering_intent, "an image has an unknown rendering intent"),
        (rendering_intent_in_content, "page 1 has an unknown rendering intent"),
        (overprint, "page 1 overprints"),
        (blend_mode, "page 1 blends in an unknown way (Stir)"),
        (action_of_a_field, "it runs actions by itself"),
        (font_without_widths, "font that is not looked into (Courier New)"),
        (font_of_unknown_completeness, "font that is not looked into (Helvetica)"),
        (senseless_operands, "page 1 has an operator that makes no sense (Tf)"),
        (damaged_content, "page 1 is damaged"),
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
        assert "pdfaid:part" not in output.open_metadata()
    with pytest.raises(ConformanceError) as error:
        written(source, tmp_path / "must.pdf", must_conform=True)
    assert reason in str(error.value)


def test_what_is_pdfa_already_stays_what_it_is(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    written(save(pdf, tmp_path / "plain.pdf"), tmp_path / "once.pdf")
    with pikepdf.open(tmp_path / "once.pdf") as once:
        metadata = once.Root.Metadata.read_bytes()
    assert written(tmp_path / "once.pdf", tmp_path / "twice.pdf").level is PdfaLevel.PDFA_2U
    with pikepdf.open(tmp_path / "twice.pdf") as twice:
        assert twice.Root.Metadata.read_bytes() == metadata
        assert len(twice.Root.OutputIntents) == 1


@pytest.mark.parametrize(
    ("part", "conformance", "satisfied"),
    [
        ("2", "A", True),
        ("2", "u", True),
        ("2", "B", False),
        ("1", "B", False),
        ("3", "U", False),
        ("4", "", False),
    ],
)
def test_a_level_that_is_ordered_is_that_of_a_pdfa_or_the_document_fails(
    part: str, conformance: str, satisfied: bool, tmp_path: Path
) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    with pdf.open_metadata() as xmp:
        xmp["pdfaid:part"] = part
        if conformance:
            xmp["pdfaid:conformance"] = conformance
    source, output = save(pdf, tmp_path / "source.pdf"), tmp_path / "out.pdf"
    kind = PdfaLevel(part + conformance.upper())
    assert written(source, output).level is kind
    if satisfied:
        assert written(source, output, must_conform=True).level is kind
        return
    with pytest.raises(
        ConformanceError, match=f"it cannot be PDF/A-2u, for it is {kind}; --output-type pdfa"
    ):
        written(source, output, must_conform=True)


def test_what_claims_to_be_a_pdfa_that_there_is_none_of_is_looked_at(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    with pdf.open_metadata() as xmp:
        xmp["pdfaid:part"], xmp["pdfaid:conformance"] = "9", "Z"
    source = save(pdf, tmp_path / "source.pdf")
    assert written(source, tmp_path / "out.pdf").level is PdfaLevel.PDFA_2U
    assert pdfa_violations([tmp_path / "out.pdf"]) == {tmp_path / "out.pdf": []}


def test_a_title_with_characters_that_xml_forbids_goes_without_them_into_both(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    with pdf.open_metadata() as xmp:
        xmp["dc:title"] = "Old"
    source = save(pdf, tmp_path / "source.pdf")
    written(source, tmp_path / "out.pdf", information={"/Title": "Bell\x07 and \ud800 whistle"})
    with pikepdf.open(tmp_path / "out.pdf") as output:
        assert str(output.docinfo["/Title"]) == output.open_metadata()["dc:title"] == "Bell and  whistle"


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
