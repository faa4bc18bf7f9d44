"""ALTO 4.4, a page of the document a Page; lengths are pixels, to a hundredth."""

from __future__ import annotations

from typing import Final

from pdfpipe.formats.spelling import number, xml_text
from pdfpipe.formats.values import SidecarDocument, SidecarPage
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Line, are_joined

__all__ = ["head", "page", "tail"]

_NAMESPACE: Final = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA: Final = "http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"


def head(document: SidecarDocument) -> str:
    """All that comes before the first page."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<alto xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_NAMESPACE} {_SCHEMA}" SCHEMAVERSION="4.4">\n'
        "<Description>\n"
        "<MeasurementUnit>pixel</MeasurementUnit>\n"
        f"<sourceImageInformation><fileName>{xml_text(document.name)}</fileName></sourceImageInformation>\n"
        '<Processing ID="processing_1"><processingCategory>contentGeneration</processingCategory>'
        "<processingSoftware><softwareName>pdfpipe</softwareName>"
        f"<softwareVersion>{xml_text(document.version)}</softwareVersion></processingSoftware></Processing>\n"
        "</Description>\n"
        "<Layout>\n"
    )


def page(page: SidecarPage, document: SidecarDocument) -> str:
    """One page.

    The engine that read a line is not told, nor the direction of a word, which follows from its letters.
    """
    n, text = page.number, page.text
    size = f'WIDTH="{page.width}" HEIGHT="{page.height}"'
    about = f' LANG="{xml_text(document.languages[0])}"' if document.languages else ""
    if text is not None and text.mean_confidence is not None:
        about += f' PC="{number(text.mean_confidence, 4)}"'
    if detail := quality_detail(page):
        about += f' QUALITY_DETAIL="{detail}"'
    parts = [
        f'<Page ID="page_{n}" PHYSICAL_IMG_NR="{n}" {size}{about}>\n<PrintSpace HPOS="0" VPOS="0" {size}>\n'
    ]
    line_number = word_number = 0
    for index, block in enumerate(text.blocks if text is not None else (), 1):
        parts.append(f'<TextBlock ID="block_{n}_{index}"{_box(block.box)}>\n')
        for line in block.lines:
            line_number += 1
            parts.append(f'<TextLine ID="line_{n}_{line_number}"{_box(line.box)}{_base(line)}>\n')
            before = ""
            for word in line.words:
                word_number += 1
                space = "<SP/>" if before and not are_joined(before, word.text) else ""
                parts.append(
                    f'{space}<String ID="word_{n}_{word_number}"{_box(word.box)}'
                    f' WC="{number(word.confidence, 4)}" CONTENT="{xml_text(word.text)}"/>\n'
                )
                before = word.text
            parts.append("</TextLine>\n")
        parts.append("</TextBlock>\n")
    parts.append("</PrintSpace>\n</Page>\n")
    return "".join(parts)


def quality_detail(page: SidecarPage) -> str:
    """What ALTO has no other place for: that a text is not of the scan as it lies, or not of all of it."""
    details = []
    if page.half is not None:
        box = page.half.box
        details.append(
            f"{page.half} of the scan, pixels {box.x0:.0f},{box.y0:.0f} to {box.x1:.0f},{box.y1:.0f}"
        )
    if page.text is not None and page.text.turn:
        details.append(f"turned {page.text.turn} degrees clockwise")
    if page.text is not None and page.text.processed:
        details.append("processed image")
    return "; ".join(details)


def tail(_document: SidecarDocument) -> str:
    """All that comes after the last page."""
    return "</Layout>\n</alto>\n"


def _box(box: BoundingBox) -> str:
    """The four attributes; width and height so that the right and bottom edges are exact too."""
    x0, y0, x1, y1 = round(box.x0, 2), round(box.y0, 2), round(box.x1, 2), round(box.y1, 2)
    return f' HPOS="{number(x0)}" VPOS="{number(y0)}" WIDTH="{number(x1 - x0)}" HEIGHT="{number(y1 - y0)}"'


def _base(line: Line) -> str:
    base = f' BASEDIRECTION="{line.direction.value}"'
    if line.baseline is not None:
        start, end = line.baseline.start, line.baseline.end
        base += f' BASELINE="{number(start.x)},{number(start.y)} {number(end.x)},{number(end.y)}"'
    return base
