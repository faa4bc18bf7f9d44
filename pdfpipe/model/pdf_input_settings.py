"""What is done with PDFs that are given as input; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from enum import Enum

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["PdfInputSettings", "TextPages"]


class TextPages(Enum):
    """What is done with pages of a PDF that have text already."""

    KEEP = "keep"
    """They stay as they are."""
    REDO = "redo"
    """Invisible text, as OCR leaves it, is replaced by a new reading; visible text stays."""
    FORCE = "force"
    """The page becomes an image of itself, with what is read on that as its only text."""
    FAIL = "fail"
    """The document is not made."""


class PdfInputSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options for PDFs as input.

    Attributes:
        text_pages: what is done with pages that have text.
        password: opens encrypted PDFs.
        decrypt: write PDFs that were encrypted without encryption, which they are not without it.
        break_signature: change PDFs that are signed, whose signatures are then removed.

    """

    text_pages: TextPages = TextPages.KEEP
    password: str | None = None
    decrypt: bool = False
    break_signature: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.text_pages, TextPages):
            raise UsageError(f"pdf_input.text_pages: {self.text_pages!r} is no TextPages")
