"""Whether a scan shows an open book, whichever way up that lies."""

from __future__ import annotations

from typing import Final

from pdfpipe.batch.orientation import find_turn
from pdfpipe.batch.trial_reading import TrialReader
from pdfpipe.imaging.double_page import DoublePage, double_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.turning import turned
from pdfpipe.model.image import PageImage
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import EngineSpec

__all__ = ["find_double_page"]

_ON_ITS_HEAD: Final = 180


def find_double_page(page: PageImage, reader: Settings | None = None) -> DoublePage | None:
    """The halves of a scan, left and right as a reader sees them; None if it shows one page, or if there is
    doubt.

    With the settings of a `reader` it may lie on a side or on its head.  Then some lines are read both ways
    to find out which page is the left one.  Without, it is taken to lie as it is to be read.
    """
    width, height = page.upright_size
    on_a_side = 90 if height > width else 0
    if on_a_side and reader is None:
        return None
    found = double_page(turned(page, on_a_side))
    if found is None or reader is None:
        return found
    view, _ = ocr_view(turned(page, on_a_side))
    turn = find_turn(view, TrialReader(EngineSpec.from_settings(reader)), (_ON_ITS_HEAD,))
    if on_a_side and not turn.evidence:
        return None
    return double_page(turned(page, on_a_side + turn.degrees)) if turn.degrees else found
