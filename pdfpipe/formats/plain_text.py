"""Plain text: a line a line, an empty line between blocks, a form feed between pages."""

from __future__ import annotations

from pdfpipe.formats.spelling import utf8_text
from pdfpipe.formats.values import SidecarDocument, SidecarPage

__all__ = ["head", "page", "tail"]


def head(_document: SidecarDocument) -> str:
    """Nothing."""
    return ""


def page(page: SidecarPage, _document: SidecarDocument) -> str:
    """The text of one page; words that are broken at the end of a line stay as they are."""
    text = page.text.text if page.text is not None else ""
    return ("\f" if page.number > 1 else "") + utf8_text(text) + ("\n" if text else "")


def tail(_document: SidecarDocument) -> str:
    """Nothing."""
    return ""
