"""What of a page's print was not read, and who else may read it."""

from __future__ import annotations

import msgspec

from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Direction, PageText
from pdfpipe.ocr.auto.plugin import engines_in_order
from pdfpipe.ocr.engine import EngineSpec

__all__ = ["all_engines", "unread_share_of"]


def unread_share_of(view: OcrImage, text: PageText) -> float | None:
    """How much of what looks like print lies outside of the words, 0 to 1.

    None where that is not told: without any words, in columns, or if the page cannot be looked at.
    """
    if not any(text.words) or any(line.direction is Direction.TOP_TO_BOTTOM for line in text.lines):
        return None
    try:
        from pdfpipe.imaging.stages.unread import unread_share  # OpenCV

        return unread_share(view, [word.box for word in text.words])
    except Exception:  # noqa: BLE001 - foreign code, which may need more memory than there is; the text stands
        return None


def all_engines(spec: EngineSpec) -> EngineSpec | None:
    """The same, with all engines of ``auto`` asked about the whole page; None if there is no other to ask."""
    if spec.name != "auto" or spec.mode is not Mode.BALANCED or len(engines_in_order(spec)) < 2:
        return None
    return msgspec.structs.replace(spec, mode=Mode.BEST)
