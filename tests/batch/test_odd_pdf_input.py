"""PDFs with faults that viewers pass over: they are converted all the same, and later they are as written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from pdfpipe.codecs import ccitt, jbig2
from pdfpipe.model.output_type import OutputType, PdfaLevel
from pdfpipe.model.pdf_input_settings import PdfInputSettings, TextPages
from pdfpipe.model.verification import Verdict
from pdfpipe.pdf.proof.verification import verify_document
from tests.batch.tiny import files_below, run_batch, scripted
from tests.pdf.existing.pdfs import add_scan, images_of, save, scan, scanned_pdf
from tests.readers import poppler_render, poppler_text
from tests.support import require_jbig2

WORDS = ["word0", "word1", "word2"]
Make = Callable[[pikepdf.Pdf, Any], None]


def content(data: bytes) -> Make:
    """Content behind that of the scan."""

    def make(pdf: pikepdf.Pdf, page: Any) -> None:
        page.Contents = Array([page.Contents, pdf.make_stream(data)])

    return make


def entry(name: str, value: object) -> Make:
    def make(_pdf: pikepdf.Pdf, page: Any) -> None:
        page[name] = value

    return make


def undecodable_content(pdf: pikepdf.Pdf, page: Any) -> None:
    broken = pdf.make_stream(b"")
    broken.write(b"no zlib", filter=Name.FlateDecode)
    page.Contents = Array([page.Contents, broken])


def names_that_are_no_utf8(pdf: pikepdf.Pdf, page: Any) -> None:
    image, font = (pikepdf.Object.parse(name) for name in (b"/Gr#fc#dfe", b"/Schr#e4g"))
    page.Resources.XObject[image] = page.Resources.XObject.Im0
    del page.Resources.XObject["/Im0"]
    page.Resources.Font = Dictionary()
    page.Resources.Font[font] = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Contents = pdf.make_stream(
        b"q 48 0 0 28.8 0 0 cm /Gr#fc#dfe Do Q BT 3 Tr /Schr#e4g 6 Tf 5 90 Td (out of sight) Tj ET"
    )


def damaged_font(pdf: pikepdf.Pdf, page: Any) -> None:
    page.Resources.Font = Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.X), F2=5)
    content(b"BT 3 Tr /F1 6 Tf 5 90 Td (ab) Tj /F2 6 Tf (ab) Tj ET")(pdf, page)


def form_that_draws_itself(pdf: pikepdf.Pdf, page: Any) -> None:
    form = pdf.make_stream(b"/Fm0 Do")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 9, 9])
    form.Resources = Dictionary(XObject=Dictionary(Fm0=form))
    page.Resources.XObject.Fm0 = form
    content(b"/Fm0 Do")(pdf, page)


def metadata_that_is_no_stream(pdf: pikepdf.Pdf, _page: Any) -> None:
    pdf.Root.Metadata = Dictionary()


def metadata_that_is_no_xml(pdf: pikepdf.Pdf, _page: Any) -> None:
    pdf.Root.Metadata = pdf.make_stream(b"<<< Title: none")


def catalog_entries_of_the_wrong_kind(pdf: pikepdf.Pdf, _page: Any) -> None:
    root = pdf.Root
    root.Lang, root.PieceInfo, root.OutputIntents = Name.x, Array([]), Dictionary()
    root.Names, root.AcroForm = 5, 5


ODD: dict[str, Make] = {
    "operators without operands": content(b"BT Tf Tj TJ Tr Tm ET cm Do gs"),
    "operands of the wrong kind": content(b"BT (x) /F1 Tf 5 Tj /x Tr /a /b /c /d /e /f Tm ET 5 Do /No Do"),
    "a string without an end": content(b"BT (abc Tj ET"),
    "an inline image without an end": content(b"BI /W 10 /H 10 ID abc"),
    "content that cannot be decoded": undecodable_content,
    "names that are no UTF-8": names_that_are_no_utf8,
    "damaged fonts": damaged_font,
    "a form that draws itself": form_that_draws_itself,
    "a unit of no size": entry("/UserUnit", 0),
    "a unit that is no number": entry("/UserUnit", String("x")),
    "a turn by 45 degrees": entry("/Rotate", 45),
    "annotations of no kind": entry("/Annots", Array([5, Dictionary(), Dictionary(F=String("x"))])),
    "metadata that are no stream": metadata_that_is_no_stream,
    "metadata that are no XML": metadata_that_is_no_xml,
    "a catalog with entries of the wrong kind": catalog_entries_of_the_wrong_kind,
}


@pytest.mark.parametrize("name", ODD)
def test_a_page_with_faults_gets_its_text_and_looks_as_before(name: str, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    ODD[name](pdf, add_scan(pdf, scan()))
    source = save(pdf, tmp_path / "odd.pdf", fix_metadata_version=False)
    report = run_batch(source, tmp_path / "out", scripted())
    assert [document.failures for document in report.failed] == []
    output = tmp_path / "out" / "odd.pdf"
    assert [text.split()[:3] for text in poppler_text(output)] == [WORDS]
    assert images_of(output) == images_of(source)
    assert poppler_render(output, 150).tobytes() == poppler_render(source, 150).tobytes()
    assert verify_document(output).verdict is Verdict.AS_WRITTEN


def test_what_was_damaged_before_is_as_written_and_what_becomes_so_is_not(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan()).Resources.XObject.Im0.write(b"no zlib", filter=Name.FlateDecode)
    unparsable = add_scan(pdf, scan())
    unparsable.Contents.write(b"no zlib", filter=Name.FlateDecode)
    add_scan(pdf, scan())
    run_batch(save(pdf, tmp_path / "damaged.pdf"), tmp_path / "out", scripted(("words", "0")))
    output = tmp_path / "out" / "damaged.pdf"
    assert verify_document(output).is_well
    with pikepdf.open(output, allow_overwriting_input=True) as now:
        now.pages[2].Resources.XObject.Im0.Width = 0
        now.save(output)
    faults = verify_document(output).faults
    assert {fault.page for fault in faults} == {3}
    assert any("cannot be decoded" in fault.message for fault in faults)


def encoded(kind: str) -> Make:
    """The scan as an image of this filter."""

    def make(_pdf: pikepdf.Pdf, page: Any) -> None:
        image = page.Resources.XObject.Im0
        match kind:
            case "JBIG2":
                image.write(jbig2.encode(scan()).data, filter=Name.JBIG2Decode)
            case "CCITT":
                data, parms = ccitt.encode(scan()).data, Dictionary(K=-1, Columns=200, Rows=120)
                image.write(data, filter=Name.CCITTFaxDecode, decode_parms=parms)
            case "JPX":
                file = io.BytesIO()
                scan().convert("L").save(file, "JPEG2000")
                image.write(file.getvalue(), filter=Name.JPXDecode)
                del image["/ColorSpace"]
                del image["/BitsPerComponent"]
            case "DCT":
                file = io.BytesIO()
                scan().convert("L").save(file, "JPEG")
                image.write(file.getvalue(), filter=Name.DCTDecode)
                image.BitsPerComponent = 8

    return make


@pytest.mark.parametrize("choice", [TextPages.KEEP, TextPages.FORCE])
@pytest.mark.parametrize("kind", ["JBIG2", "CCITT", "JPX", "DCT"])
def test_images_of_all_filters_are_seen_at_their_resolution_and_kept(
    kind: str, choice: TextPages, tmp_path: Path
) -> None:
    if kind == "JBIG2":
        require_jbig2()
    pdf = pikepdf.new()
    encoded(kind)(pdf, add_scan(pdf, scan()))
    source = save(pdf, tmp_path / "scan.pdf")
    settings = scripted(pdf_input=PdfInputSettings(text_pages=choice))
    (page,) = run_batch(source, tmp_path / "out", settings).pages
    output = tmp_path / "out" / "scan.pdf"
    assert page.words == 3
    assert page.dpi == pytest.approx((300, 300))
    assert poppler_text(output)[0].split() == WORDS
    assert poppler_render(output, 300).tobytes() == poppler_render(source, 300).tobytes()
    if choice is TextPages.KEEP:
        assert images_of(output) == images_of(source)


def test_of_a_file_that_was_cut_off_all_is_kept_that_is_there(tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "whole.pdf", 2)
    with pikepdf.open(source) as pdf:
        pdf.save(tmp_path / "cut.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = (tmp_path / "cut.pdf").read_bytes()
    (tmp_path / "cut.pdf").write_bytes(data[: data.rindex(b"trailer")])
    report = run_batch(tmp_path / "cut.pdf", tmp_path / "out", scripted())
    assert report.exit_code == 0
    assert [text.split() for text in poppler_text(tmp_path / "out" / "cut.pdf")] == [WORDS, WORDS]
    assert verify_document(tmp_path / "out" / "cut.pdf").verdict is Verdict.AS_WRITTEN
    ((_, page),) = report.doubtful
    assert "file is damaged" in page.complaints


def test_old_text_of_a_page_that_cannot_be_parsed_is_not_redone_and_it_is_said_what_to_do(
    tmp_path: Path,
) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    page.Resources.Font = Dictionary(
        F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    content(b"BT 3 Tr /F1 6 Tf 5 5 Td (old) Tj ET")(pdf, page)
    broken = pdf.make_stream(b"")
    broken.write(b"no zlib", filter=Name.FlateDecode)
    page.Contents.append(broken)
    source = save(pdf, tmp_path / "odd.pdf")
    settings = scripted(pdf_input=PdfInputSettings(text_pages=TextPages.REDO))
    ((failure,),) = [d.failures for d in run_batch(source, tmp_path / "out", settings).failed]
    assert "content of page 1 is damaged" in failure.message
    assert "--text-pages keep" in failure.message
    assert files_below(tmp_path / "out") == set()


def test_a_level_that_is_ordered_afterwards_is_not_taken_for_the_wish_that_was_there(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.attachments["data.csv"] = b"1,2\n"
    add_scan(pdf, scan())
    source = save(pdf, tmp_path / "attached.pdf")
    assert run_batch(source, tmp_path / "out", scripted()).published[0].level is None
    report = run_batch(source, tmp_path / "out", scripted(output_type=OutputType.PDFA_2U))
    assert "attachments" in report.failed[0].failures[0].message


def test_the_report_says_of_a_pdfa_of_any_level_that_it_is_one(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    with pdf.open_metadata() as xmp:
        xmp["pdfaid:part"], xmp["pdfaid:conformance"] = "1", "B"
    source = save(pdf, tmp_path / "archived.pdf")
    report = run_batch(source, tmp_path / "out", scripted())
    assert report.published[0].level is PdfaLevel.PDFA_1B
    assert json.loads(report.to_json())["documents"][0]["kind"] == "PDF/A-1b"
