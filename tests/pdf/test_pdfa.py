"""What we write is PDF/A, at each level that we offer: says veraPDF, and qpdf finds nothing wrong either."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache, partial
from pathlib import Path

import msgspec
from pypdf import PdfWriter as PypdfWriter
from pypdf.generic import NameObject

from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.job import PageContent, PageSource
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.text import Direction
from tests.codecs.mrc.pages import BLACK, BLUE, RED, WHITE, content, jpeg_page, sheet
from tests.readers import pdfa_violations, qpdf_complaints
from tests.specimens import (
    METADATA,
    WHITE_PIXEL,
    image_page,
    line_of,
    noise,
    page_image,
    page_of,
    text_of,
    text_page,
    word,
    write_pdf,
)
from tests.support import SCANS, SCRIPTS, truth_of


@cache
def fixture_page(scan: Path) -> PageContent:
    page = load_page(PageSource(scan), image_dpi=None, max_pixels=250e6)
    width, height = page.upright_size
    return PageContent(encode(page), page.orientation, width, height, page.upright_resolution,
                       text_of(truth_of(scan)))  # fmt: skip


def specimens(folder: Path, kind: OutputType = OutputType.PDFA) -> Iterator[Path]:
    """A document of each kind of image, script, layout, size and metadata."""
    folder.mkdir(exist_ok=True)
    write = partial(write_pdf, output_type=kind)
    for scan in sorted([*(SCANS / "formats").iterdir(), *(SCANS / "layouts").iterdir(), *SCRIPTS.iterdir()]):
        yield write(folder / f"{scan.name}.pdf", [fixture_page(scan)])
    for mode in ("1", "L", "P", "RGB", "CMYK", "I;16"):
        page = image_page(encode(page_image(noise(mode, 37, 23))))
        yield write(folder / f"noise-{mode.replace(';', '-')}.pdf", [page, page])
    for name, ink in (("one-ink", BLACK), ("inks", [RED, BLUE])):
        drawn = sheet(ink, WHITE, height=40)
        yield write(folder / f"mrc-{name}.pdf", [content(jpeg_page(drawn.image), drawn.text)])
    for orientation in range(1, 9):
        yield write(folder / f"turned-{orientation}.pdf", [image_page(WHITE_PIXEL, 20, orientation)])
    book = page_image(noise("L", 37, 23))
    halves = [msgspec.structs.replace(book, part=BoundingBox(x, 0, x + 18, 23)) for x in (0, 19)]
    seen = [PageContent(encode(half), 1, *half.upright_size, half.resolution, None, image_box=half.image_box)
            for half in halves]  # fmt: skip
    yield write(folder / "halves.pdf", seen)
    yield write(folder / "many-pages.pdf", [image_page(WHITE_PIXEL, 20)] * 1025)
    yield write(
        folder / "large.pdf", [text_page(page_of([line_of([word("x", 1, 1, 99, 99)])], 30_000, 9), 72)]
    )
    title = 'Köln & <Bonn> (1948) \\ "東京" 🗄'
    metadata = msgspec.structs.replace(
        METADATA,
        title=title,
        language="zh-Hans",
        author=title,
        subject=title,
        keywords=(title, "deed"),
        dated=date(1948, 12, 10),
    )
    yield write(folder / "title.pdf", [image_page(WHITE_PIXEL, 20)], metadata)
    astral = "".join(chr(0x20000 + index) for index in range(2100))
    odd = [
        line_of([word(astral, 10, 10, 500, 20)]),
        line_of([word("a\0\ufeff\ud800\ufffeb", 10, 30, 50, 40)]),
        line_of([word("縦書き", 100, 50, 110, 90)], Direction.TOP_TO_BOTTOM),
    ]
    yield write(folder / "odd-characters.pdf", [text_page(page_of(odd, 600, 100), 72)])


def test_every_document_is_valid_at_every_level(tmp_path: Path) -> None:
    levels = {
        pdf: kind.level
        for kind in (OutputType.PDFA_2B, OutputType.PDFA_2U, OutputType.PDFA_3U)
        for pdf in specimens(tmp_path / kind.value, kind)
    }
    violations = pdfa_violations(levels)
    assert len(violations) > 150
    assert {pdf.name: broken for pdf, broken in violations.items() if broken} == {}


def test_qpdf_finds_every_document_sound(tmp_path: Path) -> None:
    complaints = {pdf.name: qpdf_complaints(pdf) for pdf in specimens(tmp_path)}
    assert {name: complaint for name, complaint in complaints.items() if complaint} == {}


def test_the_validator_would_find_violations(tmp_path: Path) -> None:
    valid = write_pdf(
        tmp_path / "valid.pdf", [text_page(page_of([line_of([word("x", 5, 5, 9, 9)])], 99, 99), 72)]
    )
    without_intent = PypdfWriter(clone_from=valid)
    del without_intent.root_object[NameObject("/OutputIntents")]
    without_intent.write(tmp_path / "without-intent.pdf")
    without_meaning = PypdfWriter(clone_from=valid)
    for obj in without_meaning._objects:
        if isinstance(obj, dict) and "/ToUnicode" in obj:
            del obj[NameObject("/ToUnicode")]
    without_meaning.write(tmp_path / "without-meaning.pdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n")
    names = ["valid", "without-intent", "without-meaning", "broken"]
    violations = pdfa_violations(tmp_path / f"{name}.pdf" for name in names)
    rules = [{line.split()[0] for line in broken} for broken in violations.values()]
    assert rules[0] == set()
    assert any(rule.startswith("6.2.4.3") for rule in rules[1])
    assert any(rule.startswith("6.2.11.7") for rule in rules[2])
    assert rules[3] == {"none"}
