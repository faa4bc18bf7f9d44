"""Pages of text, drawn at 200 dpi with the boxes of their words, and how a reader shows them in layers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

from pdfpipe.codecs.mrc.encoder import MixedRaster, in_layers
from pdfpipe.codecs.select import encode
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.job import PageContent
from pdfpipe.model.text import Line, PageText
from tests.specimens import line_of, page_of, pdf_bytes, word

DPI: Final = 200
Color = int | tuple[int, int, int]
RED, BLUE, GREEN, WHITE, BLACK = (190, 30, 40), (20, 60, 170), (10, 110, 60), (250, 250, 250), (15, 15, 15)
WORDS: Final = "Everyone has the right to rest and leisure including reasonable limitation".split()


@dataclass(frozen=True)
class Sheet:
    """A page as it was drawn, and where its words are."""

    image: Image.Image
    text: PageText


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture as photos are: much contrast over large distances, little over small ones."""
    picture = Image.new("L", (width, height), 128)
    for step, strength in ((64, 80.0), (24, 30.0), (6, 8.0)):
        octave = Image.effect_noise((width // step + 2, height // step + 2), strength)
        octave = octave.resize((width, height), Image.Resampling.BICUBIC)
        picture = ImageChops.add(picture, octave, 1, -128)
    if mode == "L":
        return picture
    return Image.merge("RGB", (picture, ImageChops.offset(picture, 9, 5), ImageOps.invert(picture)))


def sheet(
    ink: Color | Sequence[Color] = 20,
    paper: Color | Image.Image = 235,
    *,
    size: tuple[int, int] = (600, 300),
    height: int = 28,
    words: Sequence[str] = WORDS,
    blur: float = 0.6,
) -> Sheet:
    """A page of lines; with several inks, the lines have them in turn."""
    inks = [ink] if isinstance(ink, int | tuple) and not isinstance(ink, list) else list(ink)
    if isinstance(paper, Image.Image):
        image = paper.copy()
    else:
        image = Image.new("L" if isinstance(paper, int) else "RGB", size, paper)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(height)
    lines: list[Line] = []
    row: list[tuple[str, float]] = []
    x, y = 20.0, 16.0

    def finish() -> None:
        placed = []
        for text, left in row:
            draw.text((left, y), text, inks[len(lines) % len(inks)], font)
            placed.append(word(text, *draw.textbbox((left, y), text, font)))
        lines.append(line_of(placed))
        row.clear()

    for text in words:
        width = draw.textlength(text, font)
        if row and x + width > image.width - 20:
            finish()
            x, y = 20.0, y + 1.6 * height
        if y + 1.4 * height > image.height:
            break
        row.append((text, x))
        x += width + 0.4 * height
    if row:
        finish()
    image = image.filter(ImageFilter.GaussianBlur(blur))
    return Sheet(image, page_of(lines, *image.size))


def jpeg_page(
    image: Image.Image, *, quality: int = 92, dpi: float = DPI, orientation: int = 1, **options: object
) -> PageImage:
    """The page as a JPEG file of it is loaded."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, **options)
    decoded = Image.open(buffer)
    decoded.load()
    profile = options.get("icc_profile")
    return PageImage(
        decoded,
        "JPEG",
        Resolution(dpi, dpi),
        DpiSource.FILE,
        orientation,
        buffer.getvalue(),
        icc_profile=profile if isinstance(profile, bytes) else None,
    )


def layered(page: PageImage, text: PageText | None) -> MixedRaster:
    return in_layers(page, text, encode(page))


def content(page: PageImage, text: PageText | None) -> PageContent:
    """The page in layers, as the writer takes it."""
    mixed = layered(page, text)
    return PageContent(
        mixed.image, page.orientation, *page.upright_size, page.upright_resolution, None, mixed.overlay
    )


def shown(page: PageImage, text: PageText | None) -> Image.Image:
    """What PDFium shows of the page in layers, pixel for pixel of the upright page."""
    with pypdfium2.PdfDocument(pdf_bytes([content(page, text)])) as document:
        image: Image.Image = document[0].render(scale=DPI / 72).to_pil()
        return image.convert("RGB")


def save(path: Path, page: PageImage, text: PageText | None) -> Path:
    path.write_bytes(pdf_bytes([content(page, text)]))
    return path
