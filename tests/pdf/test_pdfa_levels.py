"""Other kinds of PDF than PDF/A-2u, and what is done with a page that none of PDF/A can hold."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from pdfpipe.codecs.select import encode
from pdfpipe.errors import ConformanceError
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.job import PageContent
from pdfpipe.model.output_type import OutputType, PdfaLevel
from pdfpipe.pdf.pdfa import page_unit, size_obstacle
from pdfpipe.pdf.writer import PdfWriter
from tests.readers import (
    pdfa_violations,
    pdfium_render,
    poppler_words,
    pypdf_catalog,
    pypdf_text,
    qpdf_complaints,
)
from tests.specimens import (
    METADATA,
    WHITE_PIXEL,
    image_page,
    line_of,
    noise,
    page_image,
    page_of,
    text_page,
    word,
    write_pdf,
)

LINE = line_of([word("Searchable", 100, 100, 400, 140), word("words", 420, 100, 560, 140)])
PAGE = text_page(page_of([LINE], 800, 1000))
CMYK_PAGE = image_page(encode(page_image(noise("CMYK", 20, 20))))


def page_sized(width: int, height: int, dpi: float = 72) -> PageContent:
    return PageContent(WHITE_PIXEL, 1, width, height, Resolution(dpi, dpi), None)


THREAD = page_sized(60_000, 9)
"""A page that no unit makes fit: 60,000 points are 14,400 units, of which its height is two."""


def declared_level(pdf: Path) -> str:
    xmp = ET.fromstring(pypdf_catalog(pdf)["/Metadata"].get_data())
    name = "{http://www.aiim.org/pdfa/ns/id/}"
    return "".join(xmp.findtext(f".//{name}{key}", "") for key in ("part", "conformance"))


def test_each_level_is_declared_and_kept(tmp_path: Path) -> None:
    levels = {}
    for kind in OutputType:
        if kind.level is None:
            continue
        pdf = write_pdf(tmp_path / f"{kind.value}.pdf", [PAGE, CMYK_PAGE], output_type=kind)
        assert declared_level(pdf) == kind.level.value
        levels[pdf] = kind.level
    assert set(levels.values()) == {PdfaLevel.PDFA_2B, PdfaLevel.PDFA_2U, PdfaLevel.PDFA_3U}
    assert {pdf.name: broken for pdf, broken in pdfa_violations(levels).items() if broken} == {}


def test_the_validator_tells_levels_apart(tmp_path: Path) -> None:
    pdf = write_pdf(tmp_path / "a.pdf", [PAGE], output_type=OutputType.PDFA_2B)
    broken = pdfa_violations({pdf: PdfaLevel.PDFA_2U})[pdf]
    assert any("conformance" in rule for rule in broken)


def test_pdfa_is_pdfa_2u(tmp_path: Path) -> None:
    named = write_pdf(tmp_path / "named.pdf", [PAGE], output_type=OutputType.PDFA_2U)
    assert write_pdf(tmp_path / "default.pdf", [PAGE]).read_bytes() == named.read_bytes()


def test_a_plain_pdf_claims_nothing_and_shows_and_says_the_same(tmp_path: Path) -> None:
    plain = write_pdf(tmp_path / "plain.pdf", [PAGE, CMYK_PAGE], output_type=OutputType.PDF)
    archival = write_pdf(tmp_path / "archival.pdf", [PAGE, CMYK_PAGE])
    assert declared_level(plain) == ""
    assert "/OutputIntents" not in pypdf_catalog(plain)
    assert plain.stat().st_size < archival.stat().st_size
    assert poppler_words(plain) == poppler_words(archival)
    assert pypdf_text(plain) == pypdf_text(archival)
    assert pdfium_render(plain, 36, 2).tobytes() == pdfium_render(archival, 36, 2).tobytes()
    assert qpdf_complaints(plain) == ""


def test_a_page_that_pdfa_cannot_hold_is_refused_with_the_reason_and_a_way_out() -> None:
    writer = PdfWriter(io.BytesIO(), METADATA, OutputType.PDFA_3U)
    writer.add_page(PAGE)
    with pytest.raises(ConformanceError, match=r"cannot be PDF/A-3u: .*21,166.7 mm x 3.2 mm.*--output-type"):
        writer.add_page(THREAD)


def test_auto_writes_a_plain_pdf_only_where_it_must(tmp_path: Path) -> None:
    for name, pages, level in (("thread", [PAGE, THREAD, PAGE], None), ("page", [PAGE], PdfaLevel.PDFA_2U)):
        stream = io.BytesIO()
        writer = PdfWriter(stream, METADATA, OutputType.AUTO)
        for page in pages:
            writer.add_page(page)
        writer.finish()
        pdf = tmp_path / f"{name}.pdf"
        pdf.write_bytes(stream.getvalue())
        assert writer.level is level
        assert declared_level(pdf) == (level.value if level else "")
        assert ("/OutputIntents" in pypdf_catalog(pdf)) is (level is not None)
        assert qpdf_complaints(pdf) == ""
        told = writer.obstacle or ""
        assert told.startswith("it cannot be PDF/A-2u: page 2: of a page of ") if level is None else not told


@pytest.mark.parametrize(
    ("width", "height", "unit"),
    [(595, 842, 1), (28_800, 10_000, 2), (1, 1, 1 / 3), (1.5, 600, 0.5), (14_400, 3, 1), (43_200, 9, 3)],
)
def test_the_unit_keeps_pages_within_the_limits(width: float, height: float, unit: float) -> None:
    assert page_unit(width, height) == page_unit(height, width) == pytest.approx(unit)
    assert size_obstacle(width, height) is size_obstacle(height, width) is None


def test_pages_at_the_limits_are_valid_and_keep_their_size(tmp_path: Path) -> None:
    sizes = [(1, 1), (2, 700), (14_400, 3), (43_200, 9), (28_000, 20_000)]
    pdf = write_pdf(tmp_path / "a.pdf", [page_sized(*size) for size in sizes])
    assert pdfa_violations([pdf]) == {pdf: []}
    for page, size in zip(PdfReader(pdf).pages, sizes, strict=True):
        sides = [float(side) * page.user_unit for side in page.mediabox[2:]]
        assert sides == pytest.approx(size, rel=1e-4)


def test_words_on_a_tiny_page_are_found(tmp_path: Path) -> None:
    text = page_of([line_of([word("tiny", 1, 1, 9, 4)])], 10, 5)
    pdf = write_pdf(tmp_path / "a.pdf", [text_page(text, 300, encode(page_image(Image.new("L", (10, 5)))))])
    assert pypdf_text(pdf) == ["tiny"]
    assert pdfa_violations([pdf]) == {pdf: []}
