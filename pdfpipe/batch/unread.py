"""How much of a page's print was not read."""

from __future__ import annotations

from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Direction, PageText

__all__ = ["unread_share_of"]


def unread_share_of(view: OcrImage, text: PageText) -> float | None:
    """How much of what looks like print lies outside of the words, 0 to 1.

    None where that is not told: without any words, in columns, of too small print, or if the page cannot be
    looked at.
    """
    if not any(text.words) or any(line.direction is Direction.TOP_TO_BOTTOM for line in text.lines):
        return None
    try:
        from pdfpipe.ocr.unread import unread_print  # OpenCV

        unread = unread_print(view, [word.box for word in text.words])
    except Exception:  # noqa: BLE001 - foreign code, which may need more memory than there is; the text stands
        return None
    return None if unread is None else unread.share
