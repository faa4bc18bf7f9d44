"""What is done about sheets that carry no text of their own; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from enum import Enum

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["BlankPages", "SheetSettings"]


class BlankPages(Enum):
    """What becomes of pages with nothing on them."""

    KEEP = "keep"
    """They are published, and the report tells of them."""
    DROP = "drop"
    """They are left out of the document, and listed."""
    HOLD = "hold"
    """A document with such a page is not published."""


class SheetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is done about sheets that carry no text of their own.

    Attributes:
        blank: what becomes of pages with nothing on them.

    """

    blank: BlankPages = BlankPages.KEEP

    def __post_init__(self) -> None:
        if not isinstance(self.blank, BlankPages):
            raise UsageError(f"sheets.blank: {self.blank!r} is no BlankPages")
