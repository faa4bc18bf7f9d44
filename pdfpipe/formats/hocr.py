"""hOCR 1.2 as XHTML: ocr_page, ocr_carea, ocr_line, ocrx_word; boxes are whole pixels."""

from __future__ import annotations

from typing import Final

from pdfpipe.formats.spelling import has_right_to_left, number, xml_text
from pdfpipe.formats.turned_lines import quarters_of, slope_and_offset
from pdfpipe.formats.values import SidecarDocument, SidecarPage
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Direction, Line

__all__ = ["head", "page", "tail"]

_CAPABILITIES: Final = "ocr_page ocr_carea ocr_line ocrx_word ocrp_lang ocrp_dir"
_DIRECTIONS: Final = {
    Direction.LEFT_TO_RIGHT: ' dir="ltr"',
    Direction.RIGHT_TO_LEFT: ' dir="rtl"',
    Direction.TOP_TO_BOTTOM: ' style="writing-mode: vertical-rl"',
}


def head(document: SidecarDocument) -> str:
    """All that comes before the first page."""
    language = xml_text(document.languages[0]) if document.languages else "und"
    pages = f'<meta name="ocr-number-of-pages" content="{document.pages}" />\n' if document.pages else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"'
        ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
        f'<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{language}" lang="{language}">\n'
        "<head>\n"
        f"<title>{xml_text(document.name)}</title>\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'
        f'<meta name="ocr-system" content="pdfpipe {xml_text(document.version)}" />\n'
        f'<meta name="ocr-capabilities" content="{_CAPABILITIES}" />\n'
        f"{pages}"
        f'<meta name="ocr-langs" content="{xml_text(" ".join(document.languages) or "unknown")}" />\n'
        "</head>\n"
        "<body>\n"
    )


def page(page: SidecarPage, _document: SidecarDocument) -> str:
    """One page.

    A line's baseline is told at the ends of its box, that of vertical text not at all.  The property
    ``x_engine`` is ours: which engine read the line, where several did.  So are ``x_turn`` and
    ``x_processed`` (`pdfpipe.model.text.PageText`), ``x_left_half`` and ``x_right_half`` with what of the
    scan the page is (`pdfpipe.model.half`).
    """
    image = xml_text(page.file.replace('"', "%22").replace(";", "%3B"))
    properties = (
        f"image &quot;{image}&quot;; bbox 0 0 {page.width} {page.height}; ppageno {page.number - 1};"
        f" scan_res {number(page.resolution.x)} {number(page.resolution.y)}"
    )
    if page.frame:
        properties += f"; x_source &quot;{image}&quot; {page.frame}"
    if page.half is not None:
        box = page.half.box
        properties += f"; x_{page.half.side.value}_half {box.x0:.0f} {box.y0:.0f} {box.x1:.0f} {box.y1:.0f}"
    if page.text is not None and page.text.turn:
        properties += f"; x_turn {page.text.turn}"
    if page.text is not None and page.text.processed:
        properties += "; x_processed 1"
    parts = [f'<div class="ocr_page" id="page_{page.number}" title="{properties}">\n']
    line_number = word_number = 0
    for index, block in enumerate(page.text.blocks if page.text is not None else (), 1):
        _, place = _box(block.box)
        parts.append(f'<div class="ocr_carea" id="carea_{page.number}_{index}" title="{place}">\n')
        for line in block.lines:
            line_number += 1
            parts.append(_line(line, f"{page.number}_{line_number}"))
            for word in line.words:
                word_number += 1
                direction = _DIRECTIONS[word.direction] if word.direction is not line.direction else ""
                _, place = _box(word.box)
                parts.append(
                    f'<span class="ocrx_word" id="word_{page.number}_{word_number}" title="{place};'
                    f' x_wconf {number(100 * word.confidence)}"{direction}>{xml_text(word.text)}</span>\n'
                )
            parts.append("</span>\n")
        parts.append("</div>\n")
    parts.append("</div>\n")
    return "".join(parts)


def tail(_document: SidecarDocument) -> str:
    """All that comes after the last page."""
    return "</body>\n</html>\n"


def _line(line: Line, identifier: str) -> str:
    rounded, properties = _box(line.box)
    if line.baseline is not None and line.direction is not Direction.TOP_TO_BOTTOM:
        quarters = quarters_of(line.baseline)
        slope, offset = slope_and_offset(line.baseline, rounded, quarters)
        properties += f"; baseline {number(slope, 5)} {number(offset)}"
        if quarters:
            properties += f"; textangle {90 * quarters}"
    if line.engine is not None:
        properties += f"; x_engine {xml_text(line.engine)}"
    plain = line.direction is Direction.LEFT_TO_RIGHT and not has_right_to_left(line.text)
    direction = "" if plain else _DIRECTIONS[line.direction]
    return f'<span class="ocr_line" id="line_{identifier}" title="{properties}"{direction}>\n'


def _box(box: BoundingBox) -> tuple[BoundingBox, str]:
    """The box in whole pixels, at least one in each direction, as a value and as a property."""
    x0, y0 = round(box.x0), round(box.y0)
    x1, y1 = max(round(box.x1), x0 + 1), max(round(box.y1), y0 + 1)
    return BoundingBox(x0, y0, x1, y1), f"bbox {x0} {y0} {x1} {y1}"
