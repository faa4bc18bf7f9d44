"""Scans in PDFs that lie on a side or their head are shown upright, by /Rotate alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pdfpipe.batch.orientation import Turn
from pdfpipe.imaging.preprocess import Needs
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.pdf_input_settings import PdfInputSettings, TextPages
from pdfpipe.model.settings import Settings
from tests.batch.tiny import run_batch, scripted
from tests.imaging.stages.pages import BOOK, view_of
from tests.pdf.existing.pdfs import add_scan, images_of, save, scan
from tests.readers import pdfium_text, poppler_render, poppler_text, poppler_words, qpdf_complaints

WIDTH, HEIGHT = 200, 120
LYING = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@pytest.fixture
def lies_at(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> int:
    """Reading proves that pages lie turned clockwise by so many degrees."""
    lies: int = request.param
    monkeypatch.setattr("pdfpipe.batch.preparation.needs_of", lambda _, **_how: Needs(turns=(360 - lies,)))
    monkeypatch.setattr("pdfpipe.batch.preparation.find_turn", lambda *_, **__: Turn(360 - lies, "a test"))
    return lies


def lying_pdf(path: Path, lies: int, rotate: int) -> Path:
    """A scan that is seen lying turned by `lies` degrees, with /Rotate `rotate`."""
    pdf = pikepdf.new()
    image = scan().transpose(LYING[lies])
    width, height = (size * 72 / 300 for size in image.size)
    box = (10, 20, 10 + height, 20 + width) if rotate in (90, 270) else (10, 20, 10 + width, 20 + height)
    add_scan(pdf, image, box, turn=rotate)
    return save(pdf, path)


def boxes_of(pdf: Path) -> Sequence[BoundingBox]:
    """The words of the only page, in pixels of the upright scan."""
    (words,) = poppler_words(pdf)
    return [
        BoundingBox(*(edge * 300 / 72 for edge in (word.box.x0, word.box.y0, word.box.x1, word.box.y1)))
        for word in words
    ]


@pytest.mark.parametrize("lies_at", LYING, indirect=True)
@pytest.mark.parametrize(
    ("rotate", "choice"), [*((turn, TextPages.KEEP) for turn in (0, 90, 180, 270)), (90, TextPages.FORCE)]
)
def test_a_page_is_shown_upright_with_its_text_on_its_ink(
    lies_at: int, rotate: int, choice: TextPages, tmp_path: Path
) -> None:
    source = lying_pdf(tmp_path / "scan.pdf", lies_at, rotate)
    report = run_batch(source, tmp_path / "out", scripted(pdf_input=PdfInputSettings(text_pages=choice)))
    assert report.exit_code == 0
    output = tmp_path / "out" / "scan.pdf"
    assert qpdf_complaints(output) == ""
    with pikepdf.open(output) as pdf:
        assert int(pdf.pages[0].Rotate) == (rotate + 360 - lies_at) % 360
    if choice is TextPages.KEEP:
        assert images_of(output) == images_of(source)
    shown = poppler_render(output, 300).convert("1", dither=Image.Dither.NONE)
    assert shown.resize((WIDTH, HEIGHT)).tobytes() == scan().tobytes()
    # The scripted engine spreads its words over the upright page.
    wanted = [BoundingBox(20 * i + 2, 24, 20 * i + 18, 96) for i in range(3)]
    assert all(found.iou(box) > 0.8 for found, box in zip(boxes_of(output), wanted, strict=True))
    assert pdfium_text(output)[0].split() == ["word0", "word1", "word2"]
    (page,) = report.pages
    assert page.pixels == (WIDTH, HEIGHT)
    assert any(note.startswith(f"turned by {360 - lies_at}° clockwise") for note in page.notes)


@pytest.mark.parametrize("lies_at", [180], indirect=True)
def test_rotate_that_is_inherited_and_links_and_outline_are_heeded(lies_at: int, tmp_path: Path) -> None:
    source = lying_pdf(tmp_path / "scan.pdf", lies_at, 90)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0].obj
        del page.Rotate
        pdf.Root.Pages.Rotate = 90
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([12, 22, 20, 30]), Border=Array([0, 0, 0]),
            Dest=Array([page, Name.XYZ, 12, 40, 0]),
        )  # fmt: skip
        page.Annots = Array([pdf.make_indirect(link)])
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("here", 0))
        pdf.save(source)
    assert run_batch(source, tmp_path / "out", scripted()).exit_code == 0
    with pikepdf.open(tmp_path / "out" / "scan.pdf") as pdf:
        assert int(pdf.pages[0].Rotate) == 270
        assert [float(edge) for edge in pdf.pages[0].Annots[0].Rect] == [12, 22, 20, 30]
        with pdf.open_outline() as outline:
            assert outline.root[0].title == "here"


@pytest.mark.parametrize("lies_at", [90], indirect=True)
def test_a_page_with_a_stamp_stays_as_it_lies(lies_at: int, tmp_path: Path) -> None:
    source = lying_pdf(tmp_path / "scan.pdf", lies_at, 0)
    with pikepdf.open(source, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0].obj
        page.Resources.Font = Dictionary(
            F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        )
        stamp = pdf.make_stream(b"BT /F1 4 Tf 12 24 Td (Paid) Tj ET")
        page.Contents = Array([page.Contents, stamp])
        pdf.save(source)
    settings = scripted(pdf_input=PdfInputSettings(text_pages=TextPages.REDO))
    report = run_batch(source, tmp_path / "out", settings)
    output = tmp_path / "out" / "scan.pdf"
    with pikepdf.open(output) as pdf:
        assert int(pdf.pages[0].get("/Rotate", 0)) == 0
    assert set(poppler_text(output)[0].split()) == {"Paid", "word0", "word1", "word2"}
    assert any("visible text" in note for note in report.pages[0].notes)


def test_a_real_page_on_its_side_becomes_upright_and_stays_so_when_read_again(tmp_path: Path) -> None:
    side = view_of(BOOK).pixels.convert("L").transpose(Image.Transpose.ROTATE_90)
    side.save(tmp_path / "scan.pdf", resolution=300)
    settings = Settings(engine="tesseract")
    assert run_batch(tmp_path / "scan.pdf", tmp_path / "out", settings).exit_code == 0
    first = tmp_path / "out" / "scan.pdf"
    with pikepdf.open(first) as pdf:
        assert int(pdf.pages[0].Rotate) == 90
    assert "inherent dignity" in " ".join(poppler_text(first)[0].split())
    assert run_batch(first, tmp_path / "again", settings).exit_code == 0
    with pikepdf.open(tmp_path / "again" / "scan.pdf") as pdf:
        assert int(pdf.pages[0].Rotate) == 90
