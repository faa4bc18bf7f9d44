"""How much of a page's print may be left unread."""

from __future__ import annotations

from typing import Final

__all__ = ["MUCH_UNREAD"]

MUCH_UNREAD: Final = 0.08
"""Share of a page's print: with more that was not read it needs a look, however sure the rest is.  Pages that
were read well have 0.07 at most (pdfpipe.ocr.unread)."""
