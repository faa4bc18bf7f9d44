"""Separator sheets drawn by their standards, and as pdfpipe prints them."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import pypdfium2
from PIL import Image, ImageDraw

from pdfpipe.pdf.separator_sheets import Paper, SeparatorSheet, separator_sheets

DPI: Final = 100
LETTER: Final = (850, 1100)

PATCHES: Final = {"1": "WWNN", "2": "WNNW", "3": "WNWN", "4": "NWWN", "T": "NWNW", "6": "NNWW"}
"""Wide and narrow bars from the leading edge on (Kodak, A-61599)."""


def patch_sheet(name: str = "T", dpi: int = DPI, length: float = 2.5) -> Image.Image:
    """A white sheet with one patch code along its upper edge; the bars are `length` inches long."""
    page = Image.new("L", (round(8.5 * dpi), 11 * dpi), 255)
    draw = ImageDraw.Draw(page)
    y, left = 0.4, (8.5 - length) / 2
    for bar in PATCHES[name]:
        width = 0.20 if bar == "W" else 0.08
        box = (left, y, left + length, y + width)
        x0, y0, x1, y1 = (round(edge * dpi) for edge in box)
        draw.rectangle((x0, y0, x1 - 1, y1 - 1), fill=0)
        y += width + 0.08
    return page


@lru_cache(maxsize=16)
def printed(sheet: SeparatorSheet, dpi: int = DPI, paper: Paper = Paper.A4) -> Image.Image:
    """A sheet of `pdfpipe separators` as PDFium shows it; not to be drawn on."""
    with pypdfium2.PdfDocument(separator_sheets([sheet], paper)) as pdf:
        rendered: Image.Image = pdf[0].render(scale=dpi / 72, grayscale=True).to_pil()
        return rendered.convert("L")


def as_png(page: Image.Image) -> bytes:
    written = io.BytesIO()
    page.save(written, "PNG", dpi=(DPI, DPI))
    return written.getvalue()
