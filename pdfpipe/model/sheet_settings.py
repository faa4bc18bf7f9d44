"""How sheets of paper become pages; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from enum import Enum

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["BlankPages", "Interleave", "SheetSettings"]


class BlankPages(Enum):
    """What becomes of pages with nothing on them."""

    KEEP = "keep"
    """They are published, and the report tells of them."""
    DROP = "drop"
    """They are left out of the document, and listed."""
    HOLD = "hold"
    """A document with such a page is not published."""


class Interleave(Enum):
    """In what order the sides of sheets were scanned."""

    NONE = "none"
    """As they are to be read."""
    REVERSED = "reversed"
    """All fronts, then all backs from the last to the first, since the whole stack was turned over."""
    SAME = "same"
    """All fronts, then all backs from the first to the last."""


class SheetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How sheets of paper become pages.

    Attributes:
        blank: what becomes of pages with nothing on them.
        interleave: in what order the sides of sheets were scanned.

    """

    blank: BlankPages = BlankPages.KEEP
    interleave: Interleave = Interleave.NONE

    def __post_init__(self) -> None:
        if not isinstance(self.blank, BlankPages):
            raise UsageError(f"sheets.blank: {self.blank!r} is no BlankPages")
        if not isinstance(self.interleave, Interleave):
            raise UsageError(f"sheets.interleave: {self.interleave!r} is no Interleave")
