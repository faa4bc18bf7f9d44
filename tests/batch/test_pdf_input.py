"""PDFs among the scans: what becomes a document, what happens to each page, and what is refused."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from pdfpipe.batch.plan import plan
from pdfpipe.batch.report import ReportBuilder
from pdfpipe.errors import OutputConflictError
from pdfpipe.model.pdf_input_settings import PdfInputSettings, TextPages
from pdfpipe.model.settings import Settings
from tests.batch.tiny import documents, events_of, files_below, run_batch, scripted, write_page
from tests.pdf.existing.pdfs import add_scan, images_of, save, scan, scanned_pdf
from tests.readers import poppler_render, poppler_text, qpdf_complaints


def text_page(pdf: pikepdf.Pdf, mode: int, text: str = "Hello") -> None:
    """A scan with text in Helvetica of a render mode."""
    page = add_scan(pdf, scan())
    page.Resources.Font = Dictionary(
        F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    show = pdf.make_stream(f"BT {mode} Tr /F1 6 Tf 5 5 Td ({text}) Tj ET".encode())
    page.Contents = Array([page.Contents, show])


def mixed_pdf(path: Path) -> Path:
    """Three pages: a scan, one that was read before, and one with visible text."""
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    text_page(pdf, 3, "old")
    text_page(pdf, 0, "visible")
    return save(pdf, path)


def with_choice(choice: TextPages) -> Settings:
    return scripted(pdf_input=PdfInputSettings(text_pages=choice))


def test_each_pdf_is_a_document_of_its_own_beside_that_of_the_images(tmp_path: Path) -> None:
    scanned_pdf(tmp_path / "scans" / "a.pdf", 2)
    scanned_pdf(tmp_path / "scans" / "b.PDF")
    write_page(tmp_path / "scans" / "1.png")
    jobs = documents(tmp_path / "scans", tmp_path / "out", scripted())
    found = {job.output.relative_to(tmp_path).as_posix(): len(job.pages) for job in jobs}
    assert found == {"out/scans.pdf": 1, "out/a.pdf": 2, "out/b.pdf": 1}


def test_a_scanned_pdf_gets_its_text_and_keeps_its_images(tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf", 2)
    report = run_batch(source, tmp_path / "out", scripted())
    output = tmp_path / "out" / "scan.pdf"
    assert (report.exit_code, report.words) == (0, 6)
    assert [text.split() for text in poppler_text(output)] == [["word0", "word1", "word2"]] * 2
    assert images_of(output) == images_of(source)
    assert qpdf_complaints(output) == ""
    assert files_below(tmp_path / "out") == {"scan.pdf"}


def test_pages_that_have_text_are_kept(tmp_path: Path) -> None:
    report = run_batch(mixed_pdf(tmp_path / "mixed.pdf"), tmp_path / "out", scripted())
    texts = [text.split() for text in poppler_text(tmp_path / "out" / "mixed.pdf")]
    assert texts == [["word0", "word1", "word2"], ["old"], ["visible"]]
    assert [page.words for page in report.pages] == [3, 1, 1]
    assert not report.doubtful
    assert "has text already" in report.pages[1].notes[0]


def test_a_document_whose_pages_must_have_no_text_fails_and_says_which_have(tmp_path: Path) -> None:
    report = run_batch(mixed_pdf(tmp_path / "mixed.pdf"), tmp_path / "out", with_choice(TextPages.FAIL))
    assert report.exit_code == 4
    assert [failure.page for failure in report.failed[0].failures] == [2, 3]
    assert "--text-pages" in report.failed[0].failures[0].message
    assert files_below(tmp_path / "out") == set()


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf")
    run_batch(source, tmp_path / "out", scripted())
    assert len(run_batch(source, tmp_path / "out", scripted()).skipped) == 1
    assert len(run_batch(source, tmp_path / "out", with_choice(TextPages.REDO)).published) == 1


def test_what_pdfpipe_wrote_is_kept_as_it_is_when_it_is_an_input(tmp_path: Path) -> None:
    write_page(tmp_path / "scans" / "1.png")
    run_batch(tmp_path / "scans", tmp_path / "once", scripted())
    report = run_batch(tmp_path / "once", tmp_path / "twice", scripted())
    assert poppler_text(tmp_path / "twice" / "scans.pdf")[0].split() == ["word0", "word1", "word2"]
    assert "kept" in report.pages[0].notes[0]


def test_outputs_among_the_scans_are_no_scans_in_the_next_run(tmp_path: Path) -> None:
    scans = tmp_path / "scans"
    write_page(scans / "book" / "1.png")
    run_batch(scans, scans, scripted())
    planned = plan([scans], scans, scripted())
    assert [job.output for job in planned.documents] == [scans / "book.pdf"]
    assert planned.ignored == (scans / "book.pdf",)


def test_a_pdf_of_pdfpipe_s_that_is_the_only_input_is_not_overwritten_either(tmp_path: Path) -> None:
    run_batch(scanned_pdf(tmp_path / "scan.pdf"), tmp_path / "out", scripted())
    with pytest.raises(OutputConflictError, match="would be overwritten"):
        plan([tmp_path / "out" / "scan.pdf"], tmp_path / "out", scripted())


def test_a_scan_with_a_stamp_is_kept_and_the_note_says_how_to_read_it(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    text_page(pdf, 0, "Exhibit 7")
    report = run_batch(save(pdf, tmp_path / "stamped.pdf"), tmp_path / "out", scripted())
    assert "a scan with 2 words of visible text" in report.pages[0].notes[0]
    assert "--text-pages redo" in report.pages[0].notes[0]


@pytest.mark.parametrize("name", ["scan.pdf", "."])
def test_an_input_is_never_overwritten(name: str, tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf")
    with pytest.raises(OutputConflictError, match=r"scan\.pdf is an input and would be overwritten"):
        plan([source], tmp_path / name, scripted())
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(OutputConflictError, match="would be overwritten"):
        plan([source], tmp_path / "link", scripted(force=True))


def test_redo_replaces_invisible_text_and_leaves_visible_text(tmp_path: Path) -> None:
    source = mixed_pdf(tmp_path / "mixed.pdf")
    run_batch(source, tmp_path / "out", with_choice(TextPages.REDO))
    output = tmp_path / "out" / "mixed.pdf"
    new = {"word0", "word1", "word2"}
    assert [set(text.split()) for text in poppler_text(output)] == [new, new, new | {"visible"}]
    assert images_of(output) == images_of(source)
    for page in (1, 2, 3):
        assert poppler_render(output, 150, page).tobytes() == poppler_render(source, 150, page).tobytes()
    assert qpdf_complaints(output) == ""


def test_redo_replaces_pdfpipe_s_own_layers(tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf")
    write_page(tmp_path / "images" / "1.png")
    run_batch(source, tmp_path / "once", scripted(("words", "7")))
    run_batch(tmp_path / "images", tmp_path / "once", scripted(("words", "7")))
    settings = with_choice(TextPages.REDO)
    run_batch(tmp_path / "once", tmp_path / "twice", settings)
    for name in ("scan.pdf", "images.pdf"):
        assert poppler_text(tmp_path / "twice" / name)[0].split() == ["word0", "word1", "word2"]
    assert images_of(tmp_path / "twice" / "scan.pdf") == images_of(source)
    with pikepdf.open(tmp_path / "twice" / "scan.pdf") as pdf:
        assert len(pdf.pages[0].Resources.XObject.keys()) == 2


@pytest.mark.parametrize("choice", [TextPages.REDO, TextPages.FORCE])
def test_a_page_on_which_nothing_is_read_keeps_its_text(choice: TextPages, tmp_path: Path) -> None:
    settings = scripted(("words", "0"), pdf_input=PdfInputSettings(text_pages=choice))
    source = mixed_pdf(tmp_path / "mixed.pdf")
    report = run_batch(source, tmp_path / "out", settings)
    assert poppler_text(tmp_path / "out" / "mixed.pdf") == poppler_text(source)
    assert "the text that it has is kept" in report.pages[1].notes[0]


def test_force_makes_each_page_an_image_with_new_text_that_looks_the_same(tmp_path: Path) -> None:
    source = mixed_pdf(tmp_path / "mixed.pdf")
    run_batch(source, tmp_path / "out", with_choice(TextPages.FORCE))
    output = tmp_path / "out" / "mixed.pdf"
    assert [text.split() for text in poppler_text(output)] == [["word0", "word1", "word2"]] * 3
    assert len(images_of(output)) == 3
    for page in (1, 2):
        assert poppler_render(output, 300, page).tobytes() == poppler_render(source, 300, page).tobytes()
    assert qpdf_complaints(output) == ""


def failure_of(source: Path, out: Path, **options: object) -> str:
    """Why the document fails; nothing is written."""
    report = run_batch(source, out, scripted(pdf_input=PdfInputSettings(**options)))  # type: ignore[arg-type]
    assert report.exit_code == 4
    assert files_below(out) == set()
    ((failure,),) = [document.failures for document in report.failed]
    assert failure.path == source
    return failure.message


def encrypted(path: Path, user: str) -> Path:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    return save(pdf, path, encryption=pikepdf.Encryption(user=user, owner="owner"))


def test_encrypted_pdfs_are_refused_and_opened_only_to_be_decrypted(tmp_path: Path) -> None:
    source = encrypted(tmp_path / "secret.pdf", "sesame")
    out = tmp_path / "out"
    assert "--password" in failure_of(source, out)
    assert "--decrypt" in failure_of(source, out, password="sesame")
    assert "is not its password" in failure_of(source, out, password="wrong", decrypt=True)
    settings = scripted(pdf_input=PdfInputSettings(password="sesame", decrypt=True))
    assert run_batch(source, out, settings).exit_code == 0
    assert poppler_text(out / "secret.pdf")[0].split() == ["word0", "word1", "word2"]


def test_encryption_without_a_password_is_not_silently_dropped(tmp_path: Path) -> None:
    source = encrypted(tmp_path / "locked.pdf", "")
    assert "--decrypt" in failure_of(source, tmp_path / "out")
    settings = scripted(pdf_input=PdfInputSettings(decrypt=True))
    assert run_batch(source, tmp_path / "out", settings).exit_code == 0


def signed(path: Path, *, by_kid: bool = False) -> Path:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    signature = Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=pikepdf.String("x"))
    widget = {"Type": Name.Annot, "Subtype": Name.Widget, "Rect": Array([0, 0, 9, 9]), "P": page}
    if by_kid:
        kid = pdf.make_indirect(Dictionary(**widget, V=signature))
        field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=pikepdf.String("s"), Kids=Array([kid])))
        kid.Parent = field
    else:
        field = pdf.make_indirect(Dictionary(**widget, FT=Name.Sig, T=pikepdf.String("s"), V=signature))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
    pdf.Root.Perms = Dictionary(DocMDP=pdf.make_indirect(signature))
    return save(pdf, path)


@pytest.mark.parametrize("by_kid", [False, True])
def test_signed_pdfs_are_refused_unless_their_signature_may_go(by_kid: bool, tmp_path: Path) -> None:
    source = signed(tmp_path / "signed.pdf", by_kid=by_kid)
    assert "--break-signature" in failure_of(source, tmp_path / "out")
    settings = scripted(pdf_input=PdfInputSettings(break_signature=True))
    assert run_batch(source, tmp_path / "out", settings).exit_code == 0
    with pikepdf.open(tmp_path / "out" / "signed.pdf") as pdf:
        assert "/Perms" not in pdf.Root
        assert len(pdf.Root.AcroForm.Fields) == 1
        assert not any(isinstance(obj, Dictionary) and "/V" in obj for obj in pdf.objects)


def test_an_empty_signature_field_is_no_signature(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=pikepdf.String("s")))
    field.Kids = Array([field])  # which is in a circle, too
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
    report = run_batch(save(pdf, tmp_path / "form.pdf"), tmp_path / "out", scripted())
    assert report.exit_code == 0


def test_xfa_forms_and_portfolios_are_refused(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan())
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    assert "XFA" in failure_of(save(pdf, tmp_path / "xfa.pdf"), tmp_path / "out")
    del pdf.Root["/AcroForm"]
    pdf.Root.Collection = Dictionary()
    assert "portfolio" in failure_of(save(pdf, tmp_path / "portfolio.pdf"), tmp_path / "out")


def test_what_is_no_pdf_fails_alone_and_says_so(tmp_path: Path) -> None:
    scanned_pdf(tmp_path / "scans" / "good.pdf")
    (tmp_path / "scans" / "invalid.pdf").write_bytes(b"This is not a PDF.")
    (tmp_path / "scans" / "empty.pdf").write_bytes(b"")
    report = run_batch(tmp_path / "scans", tmp_path / "out", scripted())
    messages = {document.document.output.name: document.failures[0].message for document in report.failed}
    assert messages["empty.pdf"] == "the file is empty (0 bytes)"
    assert messages["invalid.pdf"].startswith("it is no PDF, or damaged beyond repair: ")
    assert "BufferedReader" not in messages["invalid.pdf"]
    assert [document.output.name for document in report.published] == ["good.pdf"]
    assert files_below(tmp_path / "out") == {"good.pdf"}


def test_a_damaged_cross_reference_is_repaired_and_told_of(tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf", 2)
    images = images_of(source)
    data = source.read_bytes()
    source.write_bytes(data[: data.rindex(b"startxref")] + b"startxref\n12345678\n%%EOF\n")
    report = run_batch(source, tmp_path / "out", scripted())
    output = tmp_path / "out" / "scan.pdf"
    assert [text.split() for text in poppler_text(output)] == [["word0", "word1", "word2"]] * 2
    assert images_of(output) == images
    assert qpdf_complaints(output) == ""
    ((_, page),) = report.doubtful
    assert page.number == 1
    assert page.complaints[0] == "file is damaged"


def test_a_page_without_content_is_kept_and_one_without_a_media_box_is_read(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(99, 99))
    page = add_scan(pdf, scan(), (0, 0, 612, 792))
    del page["/MediaBox"]
    empty = add_scan(pdf, scan())
    empty.Contents = Array([])
    source = save(pdf, tmp_path / "odd.pdf")
    report = run_batch(source, tmp_path / "out", scripted())
    assert report.exit_code == 0
    assert [page.words for page in report.pages] == [0, 3, 0]
    assert report.pages[0].notes == ("there is nothing on the page",)


def test_a_page_that_would_be_too_many_pixels_is_read_at_a_lower_resolution_and_told_of(
    tmp_path: Path,
) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf")
    report = run_batch(source, tmp_path / "out", scripted(max_image_mpixels=0.006))
    (page,) = report.pages
    assert "instead of 300 for OCR" in page.notes[0]
    assert page.dpi is not None
    assert page.dpi[0] == pytest.approx(150, abs=1)
    assert poppler_text(tmp_path / "out" / "scan.pdf")[0].split() == ["word0", "word1", "word2"]


def test_a_pdf_that_changes_during_the_run_is_not_published(tmp_path: Path) -> None:
    source = scanned_pdf(tmp_path / "scan.pdf")
    jobs = documents(source, tmp_path / "out", scripted())
    scanned_pdf(source, 2)
    report = ReportBuilder(jobs)
    for event in asyncio.run(events_of(jobs, jobs[0].settings)):
        report.add(event)
    assert "changed" in report.build(1.0).failed[0].failures[0].message
    assert files_below(tmp_path / "out") == set()
