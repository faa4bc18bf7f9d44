"""Sheets to print and to lay between documents before they are scanned as one stack.

A patch code T stands along all four edges, so that it does not matter which way a sheet lies.  A barcode is
there as a Code 128 (ISO/IEC 15417), and twice as a QR code (ISO/IEC 18004), in case there is dirt on one.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

__all__ = ["MOST_LETTERS", "Paper", "SeparatorSheet", "separator_sheets"]

_INCH: Final = 72.0
_NARROW, _WIDE, _SPACE = 0.08 * _INCH, 0.20 * _INCH, 0.08 * _INCH
_T: Final = (_NARROW, _WIDE, _NARROW, _WIDE)
"""The bars of a patch code T from the edge of the sheet on, and the spaces between (Kodak, Patch Code
Information, A-61599, 2006)."""

_FROM_EDGE: Final = 0.5 * _INCH
"""At least 0.25 inches, and what printers leave white."""
_BAR_LENGTH: Final = 4.0 * _INCH
"""At least 2 inches, and over the places in which scanners have their sensors."""

MOST_LETTERS: Final = 100
"""Of a name in a barcode: with more, the dots of the QR code would be too fine for 100 dpi."""

_MOST_IN_CODE_128: Final = 36
"""Letters, with which a bar is an eightieth of an inch wide."""
_CODE_WIDTH: Final = 5.0 * _INCH
_CODE_HEIGHT: Final = 0.9 * _INCH
_QR_SIDE: Final = 2.2 * _INCH
_FONT: Final = "Helvetica"


class Paper(Enum):
    """Sizes of paper, in points."""

    A4 = "a4"
    LETTER = "letter"

    @property
    def size(self) -> tuple[float, float]:
        """Width and height."""
        return (8.5 * _INCH, 11 * _INCH) if self is Paper.LETTER else (210 / 25.4 * _INCH, 297 / 25.4 * _INCH)


class SeparatorSheet(msgspec.Struct, frozen=True):
    """One sheet: `code` is the text of its barcode, empty for none; `title` is what people read on it."""

    title: str
    patch_t: bool = False
    code: str = ""


def separator_sheets(sheets: Sequence[SeparatorSheet], paper: Paper) -> bytes:
    """A PDF with these sheets, each a page; codes have no control characters and few more letters than
    `MOST_LETTERS`.
    """
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    canvas = Canvas(written, pagesize=paper.size, invariant=True)
    canvas.setTitle("Separator sheets")
    canvas.setCreator("pdfpipe")
    for sheet in sheets:
        _draw(canvas, sheet, *paper.size)
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _draw(canvas: Canvas, sheet: SeparatorSheet, width: float, height: float) -> None:
    if sheet.patch_t:
        for turn, wide, high in (
            (0, width, height),
            (90, height, width),
            (180, width, height),
            (270, height, width),
        ):
            canvas.saveState()
            canvas.translate(width / 2, height / 2)
            canvas.rotate(turn)
            _draw_patch(canvas, -wide / 2, high / 2, wide)
            canvas.restoreState()
    middle = height / 2
    if sheet.code:
        _draw_barcode(canvas, sheet.code, width / 2, middle)
    # The fonts that every PDF has know no other letters.
    title = sheet.title.encode("cp1252", "replace").decode("cp1252")
    canvas.setFont(_FONT, _font_size(title, width - 4 * _INCH))
    canvas.drawCentredString(width / 2, middle + 1.3 * _INCH, title)
    canvas.setFont(_FONT, 11)
    canvas.drawCentredString(
        width / 2, middle - 2.7 * _INCH, "Lay this sheet before the first page of a document."
    )


def _draw_patch(canvas: Canvas, left: float, top: float, width: float) -> None:
    """The bars below the upper edge of a sheet."""
    canvas.setFillGray(0)
    y = top - _FROM_EDGE
    for bar in _T:
        y -= bar
        canvas.rect(left + (width - _BAR_LENGTH) / 2, y, _BAR_LENGTH, bar, stroke=0, fill=1)
        y -= _SPACE


def _draw_barcode(canvas: Canvas, text: str, x: float, y: float) -> None:
    """The Code 128 above y and QR codes above and below it, all centred at x."""
    from reportlab.graphics import renderPDF
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing

    if text.isascii() and len(text) <= _MOST_IN_CODE_128:
        probe = Code128(text, barWidth=1.0, quiet=False)
        code: Any = Code128(text, barHeight=_CODE_HEIGHT, barWidth=_CODE_WIDTH / probe.width, quiet=False)
        code.drawOn(canvas, x - code.width / 2, y + 0.1 * _INCH)
    drawing = Drawing(_QR_SIDE, _QR_SIDE)
    drawing.add(QrCodeWidget(text, barWidth=_QR_SIDE, barHeight=_QR_SIDE, barLevel="Q"))
    for bottom in (y + 1.8 * _INCH, y - _QR_SIDE - 0.05 * _INCH):
        renderPDF.draw(drawing, canvas, x - _QR_SIDE / 2, bottom)


def _font_size(text: str, width: float) -> float:
    """The size, up to 40 points, at which a text fits into a width."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(min(40.0, 40.0 * width / max(stringWidth(text, _FONT, 40.0), 1.0)))
