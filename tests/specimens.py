"""Pages and documents to test with, made in memory."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PIL import Image

from pdfpipe.codecs import ccitt
from pdfpipe.model.geometry import BoundingBox, Point, Resolution
from pdfpipe.model.image import DpiSource, EncodedImage, PageImage
from pdfpipe.model.job import PageContent
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word
from pdfpipe.pdf.metadata import DocumentMetadata
from pdfpipe.pdf.writer import PdfWriter
from tests.support import Truth

METADATA: Final = DocumentMetadata(
    title="A specimen",
    language="en",
    producer="pdfpipe test",
    created=datetime(2026, 7, 14, 12, 30, 15, tzinfo=UTC),
    settings_digest="0123456789abcdef",
)
SAMPLES: Final = {"L": 1, "P": 1, "I;16": 2, "RGB": 3, "CMYK": 4}
WHITE_PIXEL: Final = ccitt.encode(Image.new("1", (1, 1), 1))


def noise(mode: str, width: int, height: int) -> Image.Image:
    """The same random pixels each time; no codec can get them right by chance."""
    source = random.Random(f"{mode} {width} {height}")
    size = (width + 7) // 8 * height if mode == "1" else width * height * SAMPLES[mode]
    image = Image.frombytes(mode, (width, height), source.randbytes(size))
    if mode == "P":
        image.putpalette(source.randbytes(3 * 256))
    return image


def page_image(
    pixels: Image.Image, original: bytes | None = None, icc_profile: bytes | None = None
) -> PageImage:
    """A decoded page; `original` is the file, in the format that `pixels` says."""
    return PageImage(
        pixels,
        pixels.format or "TEST",
        Resolution(72, 72),
        DpiSource.FILE,
        original=original,
        icc_profile=icc_profile,
    )


def write_pdf(
    path: Path,
    pages: Iterable[PageContent],
    metadata: DocumentMetadata = METADATA,
    output_type: OutputType = OutputType.PDFA,
) -> Path:
    path.write_bytes(pdf_bytes(pages, metadata, output_type))
    return path


def pdf_bytes(
    pages: Iterable[PageContent],
    metadata: DocumentMetadata = METADATA,
    output_type: OutputType = OutputType.PDFA,
) -> bytes:
    buffer = io.BytesIO()
    writer = PdfWriter(buffer, metadata, output_type)
    for page in pages:
        writer.add_page(page)
    writer.finish()
    return buffer.getvalue()


def text_page(
    text: PageText, dpi: float | Resolution = 100, image: EncodedImage = WHITE_PIXEL
) -> PageContent:
    """A page of this text; its image is only a white pixel."""
    resolution = dpi if isinstance(dpi, Resolution) else Resolution(dpi, dpi)
    return PageContent(image, 1, text.width, text.height, resolution, text)


def image_page(
    image: EncodedImage,
    dpi: float = 72,
    orientation: int = 1,
    text: PageText | None = None,
    page_size: tuple[int, int] | None = None,
) -> PageContent:
    """A page that shows the image, upright, and nothing else; `page_size` is that of the stored page."""
    width, height = page_size or (image.width, image.height)
    size = (height, width) if orientation >= 5 else (width, height)
    return PageContent(image, orientation, *size, Resolution(dpi, dpi), text)


def line_of(words: Sequence[Word], direction: Direction = Direction.LEFT_TO_RIGHT) -> Line:
    """A level line around its words, without a baseline."""
    return Line(tuple(words), _around(word.box for word in words), None, direction)


def page_of(lines: Sequence[Line], width: int, height: int) -> PageText:
    """A page of one block."""
    if not lines:
        return PageText(width, height)
    return PageText(width, height, (Block(tuple(lines), _around(line.box for line in lines)),))


def word(text: str, x0: float, y0: float, x1: float, y1: float) -> Word:
    return Word(text, BoundingBox(x0, y0, x1, y1), 0.9)


def text_of(truth: Truth) -> PageText:
    """The truth about a page as a perfect engine would give it; turned lines have their baseline."""
    blocks: dict[int, list[Line]] = {}
    for number, true_line in enumerate(truth.lines):
        direction = Direction(true_line.direction)
        words = [Word(w.text, w.box, 1.0, direction) for w in truth.words_of(number)]
        box = _around(w.box for w in words)
        baseline = _baseline(box, true_line.angle)
        blocks.setdefault(true_line.block, []).append(Line(tuple(words), box, baseline, direction))
    return PageText(
        truth.width,
        truth.height,
        tuple(Block(tuple(lines), _around(line.box for line in lines)) for lines in blocks.values()),
    )


def _baseline(box: BoundingBox, angle: float) -> Baseline | None:
    if angle == 0:
        return None
    if angle == 90:
        return Baseline(Point(box.x1, box.y1), Point(box.x1, box.y0))
    return Baseline(Point(box.x0, box.y1), Point(box.x1, box.y1 - box.width * math.tan(math.radians(angle))))


def _around(boxes: Iterable[BoundingBox]) -> BoundingBox:
    first, *others = boxes
    for box in others:
        first = first.union(box)
    return first
