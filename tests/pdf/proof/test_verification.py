"""A document is as it was published, whoever saved it since, or it is said which page is not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pikepdf
import pytest

from pdfpipe.model.proof import Fault
from pdfpipe.model.verification import Verdict
from pdfpipe.pdf.proof.verification import verify_document
from tests.batch.tiny import run_batch, scripted, write_pages
from tests.pdf.proof import sabotage
from tests.specimens import WHITE_PIXEL, image_page, pdf_bytes
from tests.support import require_tool


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Three pages of different images and the same text."""
    scans = write_pages(tmp_path / "scans", "1.png", "2.png", "3.png")
    run_batch(scans, tmp_path, scripted())
    return tmp_path / "scans.pdf"


def test_what_was_published_is_as_written(pdf: Path) -> None:
    done = verify_document(pdf)
    assert (done.verdict, done.pages, done.faults, done.is_well) == (Verdict.AS_WRITTEN, 3, (), True)
    assert done.pdfa is not None
    assert (done.pdfa.claimed, done.pdfa.valid) == ("2u", None)


def test_the_digests_are_the_same_each_time(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    settings = scripted(created=datetime(2026, 1, 1, tzinfo=UTC))
    scans = write_pages(tmp_path / "scans", "1.png", "2.png")
    for out in ("a", "b"):
        run_batch(scans, tmp_path / out, settings)
    assert (tmp_path / "a" / "scans.pdf").read_bytes() == (tmp_path / "b" / "scans.pdf").read_bytes()


@pytest.mark.parametrize(
    "options",
    [[], ["--object-streams=disable"], ["--normalize-content=y"], ["--linearize"], ["--coalesce-contents"]],
    ids=lambda options: " ".join(options) or "plain",
)
def test_what_qpdf_saved_again_is_as_written(options: list[str], pdf: Path) -> None:
    again = pdf.with_name("again.pdf")
    subprocess.run([require_tool("qpdf"), *options, pdf, again], check=True, timeout=60)
    assert verify_document(again).verdict is Verdict.AS_WRITTEN


def test_an_edited_text_is_found_with_its_page(pdf: Path) -> None:
    sabotage.edit_content(pdf, 2, lambda content: content.replace(b"\0w\0o\0r\0d\x001", b"\0l\0o\0r\0d\x001"))
    done = verify_document(pdf)
    assert done.verdict is Verdict.CHANGED
    assert done.faults == (Fault("its text is not as it was written", 2),)


def test_a_moved_text_is_found_with_its_page(pdf: Path) -> None:
    sabotage.edit_content(pdf, 3, sabotage.with_text_moved(1.5))
    assert verify_document(pdf).faults == (Fault("its text is not as it was written", 3),)


def test_an_image_that_was_exchanged_is_found_with_its_page(pdf: Path) -> None:
    def exchange(document: pikepdf.Pdf) -> None:
        document.pages[0].Resources.XObject.Im0.write(bytes(120 * 160))

    sabotage.spoil(pdf, exchange)
    assert verify_document(pdf).faults == (Fault("its image is not as it was written", 1),)


def test_a_wrong_byte_in_the_file_is_found_with_its_page(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        stream = document.pages[1].Resources.XObject.Im0.read_raw_bytes()
    data = bytearray(pdf.read_bytes())
    first = data.index(stream)  # the pages differ in their palettes alone
    data[data.index(stream, first + 1) + len(stream) // 2] ^= 4
    pdf.write_bytes(data)
    done = verify_document(pdf)
    assert done.verdict is Verdict.CHANGED
    assert {fault.page for fault in done.faults} == {2}


def test_a_page_that_is_gone_is_named(pdf: Path) -> None:
    sabotage.spoil(pdf, lambda document: document.pages.__delitem__(1))
    faults = verify_document(pdf).faults
    assert [str(fault.message) for fault in faults] == [
        "it has 2 pages, 3 were written",
        "what was written as page 2 is on no page",
    ]


def test_a_page_that_was_added_is_named(pdf: Path) -> None:
    sabotage.spoil(pdf, lambda document: document.add_blank_page())
    faults = verify_document(pdf).faults
    assert faults == (
        Fault("it has 4 pages, 3 were written"),
        Fault("it is none of the pages that were written", 4),
    )


def test_pages_that_changed_their_places_are_named(pdf: Path) -> None:
    sabotage.spoil(pdf, lambda document: document.pages.reverse())
    assert verify_document(pdf).faults == (
        Fault("it was written as page 3", 1),
        Fault("it was written as page 1", 3),
    )


def test_a_file_that_was_cut_is_damaged(pdf: Path) -> None:
    pdf.write_bytes(pdf.read_bytes()[:-200])
    done = verify_document(pdf)
    assert not done.is_well
    assert done.faults


def test_a_pdf_of_another_program_is_foreign(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(tmp_path / "other.pdf")
    done = verify_document(tmp_path / "other.pdf")
    assert (done.verdict, done.pages, done.pdfa, done.is_well) == (Verdict.FOREIGN, 1, None, False)


def test_a_document_that_was_never_proved_is_not_as_written(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_bytes([image_page(WHITE_PIXEL)]))
    assert verify_document(tmp_path / "a.pdf").verdict is Verdict.CHANGED


def test_metadata_that_are_no_stream_claim_nothing(pdf: Path) -> None:
    sabotage.spoil(pdf, lambda document: document.Root.__setitem__("/Metadata", pikepdf.Dictionary()))
    done = verify_document(pdf)
    assert (done.verdict, done.pdfa) == (Verdict.AS_WRITTEN, None)


@pytest.mark.parametrize("no_stream", [True, False])
def test_damaged_digests_are_told_of(no_stream: bool, pdf: Path) -> None:
    def damage(document: pikepdf.Pdf) -> None:
        private = document.Root.PieceInfo["/pdfpipe"].Private
        if no_stream:
            private.Digests = pikepdf.Dictionary()
        else:
            private.Digests.write(b"no zlib", filter=pikepdf.Name.FlateDecode)

    sabotage.spoil(pdf, damage)
    assert [fault.message for fault in verify_document(pdf).faults] == [
        "the digests with which it was published are damaged"
    ]


def test_a_page_tree_that_is_lost_is_unreadable_and_says_so(pdf: Path) -> None:
    with pikepdf.open(pdf) as document:
        document.save(pdf.with_name("open.pdf"), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = pdf.with_name("open.pdf").read_bytes()
    pdf.write_bytes(data.replace(b"/Pages ", b"/Tages "))
    done = verify_document(pdf)
    assert done.verdict is Verdict.UNREADABLE
    assert done.faults


def test_an_encrypted_pdf_is_unreadable_and_says_why(pdf: Path) -> None:
    sabotaged = pdf.with_name("locked.pdf")
    with pikepdf.open(pdf) as document:
        document.save(sabotaged, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    done = verify_document(sabotaged)
    assert (done.verdict, done.pages) == (Verdict.UNREADABLE, None)
    assert done.faults[0].message == "it is encrypted and cannot be read without its password"


@pytest.mark.parametrize("data", [b"", b"no PDF", b"%PDF-1.7\n%%EOF"], ids=["empty", "text", "header"])
def test_what_is_no_pdf_is_unreadable_and_says_why(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    done = verify_document(tmp_path / "a.pdf")
    assert done.verdict is Verdict.UNREADABLE
    assert done.faults[0].message.startswith("it cannot be read")
    assert str(tmp_path) not in done.faults[0].message
