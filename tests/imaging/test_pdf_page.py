"""Pages of PDFs as images: the pixels of their scans, at the right resolution, whatever is on them."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pdfpipe.errors import PageLoadError
from pdfpipe.imaging.pdf_page import PageSurvey, PdfPage, PlacedImage
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import PageImage
from tests.pdf.existing.pdfs import add_scan, image_stream, save, scan, scanned_pdf


def seen(path: Path, *, user_unit: float = 1.0, hide_text: bool = False) -> tuple[PageSurvey, PageImage]:
    with PdfPage(path, 0, password=None, user_unit=user_unit) as page:
        survey = page.survey()
        return survey, page.render(survey, image_dpi=None, max_pixels=1e8, hide_text=hide_text)


@pytest.mark.parametrize(("turn", "unit"), list(itertools.product((0, 90, 180, 270), (1, 2.5))))
def test_a_black_and_white_scan_is_rendered_pixel_by_pixel(turn: int, unit: float, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    width, height = (48 / unit, 28.8 / unit)[:: -1 if turn in (90, 270) else 1]
    box = (7.3, -3.1, 7.3 + width, -3.1 + height)
    add_scan(pdf, scan(), box, turn=turn, UserUnit=unit)
    survey, page = seen(save(pdf, tmp_path / "scan.pdf"), user_unit=unit)
    assert page.pixels.mode == "1"
    assert page.pixels.tobytes() == scan().tobytes()
    assert page.resolution.x == pytest.approx(300, abs=0.01)
    assert (survey.words, len(survey.images)) == (0, 1)


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_scan_in_shades_or_colors_is_rendered_pixel_by_pixel(mode: str, tmp_path: Path) -> None:
    noise = Image.effect_noise((200, 120), 90)
    image = noise if mode == "L" else Image.merge("RGB", (noise, noise.rotate(180), noise))
    pdf = pikepdf.new()
    add_scan(pdf, image)
    _, page = seen(save(pdf, tmp_path / "scan.pdf"))
    assert page.pixels.mode == mode
    assert page.pixels.tobytes() == image.tobytes()


def test_unequal_resolutions_are_kept_apart(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, scan(), (0, 0, 28.8, 48), turn=90)
    pdf.pages[0].MediaBox = Array([0, 0, 28.8, 96])
    pdf.pages[0].Contents = pdf.make_stream(b"q 0 96 -28.8 0 28.8 0 cm /Im0 Do Q")
    _, page = seen(save(pdf, tmp_path / "fax.pdf"))
    assert page.pixels.size == (200, 120)
    assert (round(page.resolution.x), round(page.resolution.y)) == (150, 300)


def form_around(pdf: pikepdf.Pdf, resources: Dictionary, content: bytes, matrix: list[float]) -> Any:
    form = pdf.make_stream(content)
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox, form.Matrix, form.Resources = Array([0, 0, 1, 1]), Array(matrix), resources
    return form


def test_images_in_forms_within_forms_count_with_all_their_matrices(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    inner = form_around(
        pdf, Dictionary(XObject=Dictionary(Im0=page.Resources.XObject.Im0)), b"/Im0 Do", [0.5, 0, 0, 1, 0, 0]
    )
    outer = form_around(
        pdf, Dictionary(XObject=Dictionary(Fm1=inner)), b"q 2 0 0 1 0 0 cm /Fm1 Do Q", [48, 0, 0, 14.4, 0, 0]
    )
    page.Resources = Dictionary(XObject=Dictionary(Fm0=outer))
    page.Contents = pdf.make_stream(b"q 1 0 0 2 0 0 cm /Fm0 Do Q")
    survey, image = seen(save(pdf, tmp_path / "forms.pdf"))
    assert image.pixels.tobytes() == scan().tobytes()
    assert survey.images[0].share == pytest.approx(1)


def test_a_form_that_draws_itself_ends(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    form = form_around(pdf, Dictionary(), b"/Fm0 Do", [1, 0, 0, 1, 0, 0])
    form.Resources = Dictionary(XObject=Dictionary(Fm0=form))
    page.Resources.XObject.Fm0 = form
    page.Contents = pdf.make_stream(b"q 48 0 0 28.8 0 0 cm /Im0 Do Q /Fm0 Do")
    _, image = seen(save(pdf, tmp_path / "loop.pdf"))
    assert image.pixels.tobytes() == scan().tobytes()


def test_an_inline_image_is_an_image(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    inline = b"BI /W 200 /H 120 /BPC 1 /CS /G ID " + scan().tobytes() + b" EI"
    page.Resources = Dictionary()
    page.Contents = pdf.make_stream(b"q 48 0 0 28.8 0 0 cm " + inline + b" Q")
    survey, image = seen(save(pdf, tmp_path / "inline.pdf"))
    assert len(survey.images) == 1
    assert image.pixels.tobytes() == scan().tobytes()


@pytest.mark.parametrize("mask", ["SMask", "Mask", "ImageMask"])
def test_masks_are_heeded(mask: str, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, Image.new("L", (200, 120), 0))
    image = page.Resources.XObject.Im0
    if mask == "ImageMask":
        stencil = image_stream(pdf, scan())
        del stencil.ColorSpace
        stencil.ImageMask = True
        page.Resources.XObject.Im0 = stencil
    elif mask == "Mask":
        image.Mask = image_stream(pdf, scan())
        del image.Mask.ColorSpace
        image.Mask.ImageMask = True
    else:
        image.SMask = image_stream(pdf, scan().convert("L").point([255 - shade for shade in range(256)]))
    _, rendered = seen(save(pdf, tmp_path / "masked.pdf"))
    assert rendered.pixels.convert("L").tobytes() == scan().convert("L").tobytes()


def test_cmyk_is_seen_as_it_prints(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    add_scan(pdf, Image.new("CMYK", (20, 20), (0, 255, 255, 0)))
    _, page = seen(save(pdf, tmp_path / "cmyk.pdf"))
    red, green, blue = page.pixels.convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    assert red > 200 > 80 > max(green, blue)


def test_hidden_text_is_not_in_the_image_and_what_is_under_it_is(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    page.Resources.Font = Dictionary(
        F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    page.Contents = Array([page.Contents, pdf.make_stream(b"BT /F1 9 Tf 5 1 Td (Hello world) Tj ET")])
    path = save(pdf, tmp_path / "text.pdf")
    survey, shown = seen(path)
    _, hidden = seen(path, hide_text=True)
    assert (survey.words, survey.visible_text, survey.invisible_text) == (2, True, False)
    assert hidden.pixels.convert("1").tobytes() == scan().tobytes()
    assert shown.pixels.convert("1").tobytes() != scan().tobytes()


def test_text_outside_the_crop_box_is_no_text_of_the_page(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = add_scan(pdf, scan())
    page.MediaBox = Array([0, 0, 48, 60])
    page.CropBox = Array([0, 0, 48, 28.8])
    page.Resources.Font = Dictionary(
        F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    page.Contents = Array([page.Contents, pdf.make_stream(b"BT /F1 9 Tf 5 45 Td (Proof 7) Tj ET")])
    survey, _ = seen(save(pdf, tmp_path / "slug.pdf"))
    assert survey.words == 0


@pytest.mark.parametrize(
    ("images", "paths", "dpi"),
    [
        ([], 3, 300),
        ([(200, 1.0)], 0, 200),
        ([(200, 1.0)], 500, 300),
        ([(100, 1.0), (300, 1.0)], 0, 300),
        ([(150, 0.9), (1200, 0.01)], 0, 150),
        ([(2400, 0.01)], 5, 600),
        ([(72, 0.02)], 5, 300),
        ([(400, 0.05)] * 20, 0, 400),
    ],
)
def test_the_resolution_is_that_of_what_is_to_be_read(
    images: list[tuple[float, float]], paths: int, dpi: float
) -> None:
    placed = tuple(PlacedImage(Resolution(one, one), share, False) for one, share in images)
    assert PageSurvey(images=placed, paths=paths).dpi == Resolution(dpi, dpi)


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    path = scanned_pdf(tmp_path / "scan.pdf")
    with pytest.raises(PageLoadError, match="page 2 cannot be read"):
        PdfPage(path, 1, password=None, user_unit=1.0)
    (tmp_path / "no.pdf").write_bytes(b"no")
    with pytest.raises(PageLoadError, match="cannot be opened"):
        PdfPage(tmp_path / "no.pdf", 0, password=None, user_unit=1.0)
    with pytest.raises(PageLoadError, match="cannot be opened"):
        PdfPage(tmp_path / "gone.pdf", 0, password=None, user_unit=1.0)


def test_pages_of_several_documents_may_be_open_at_once_and_a_new_file_is_not_taken_for_the_old(
    tmp_path: Path,
) -> None:
    one = scanned_pdf(tmp_path / "one.pdf")
    other = scanned_pdf(tmp_path / "other.pdf", 2)
    with (
        PdfPage(one, 0, password=None, user_unit=1.0) as first,
        PdfPage(other, 1, password=None, user_unit=1.0) as second,
    ):
        assert first.survey() == second.survey()
    other.replace(one)
    with PdfPage(one, 1, password=None, user_unit=1.0) as page:
        assert page.survey().objects == 1
    one.unlink()
    with pytest.raises(PageLoadError, match="cannot be opened"):
        PdfPage(one, 0, password=None, user_unit=1.0)
