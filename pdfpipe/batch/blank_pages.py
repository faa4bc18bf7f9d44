"""Which pages are blank: those on which no ink is to be seen and nothing was read with confidence."""

from __future__ import annotations

from typing import Final

import msgspec

from pdfpipe.batch.page_reading import PageReading
from pdfpipe.errors import ran_out_of_memory
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.image import PageImage
from pdfpipe.model.text import PageText

__all__ = ["with_blankness"]

_SURE: Final = 0.8
_LETTERS: Final = 3
"""A word of so many letters or digits that is read so surely is no play of shadows ..."""
_LEAST_SHARE: Final = 0.03
"""... unless it is one of so many: of print of the other side, which is seen as in a mirror, it is one of a
hundred at most; of print that is too faint to be seen as ink, three of four."""

_LIKELY: Final = 0.6
_MANY: Final = 10
"""Nor are so many words of which so many are likely right: print may be too faint to be seen as ink."""


def with_blankness(reading: PageReading, page: PageImage, *, is_given: bool = False) -> PageReading:
    """The reading of a page, with a note and without text if the page is blank.

    Two witnesses must agree that there is nothing: what the engine read, and the pixels.  The pixels are
    looked at only where no word was read with confidence.  Of text that `is_given` every word counts.
    """
    text = reading.text
    if text is None or (any(text.words) if is_given else _says_something(text)):
        return reading
    try:
        from pdfpipe.imaging.stages.blank import look_for_ink  # OpenCV, which few pages need here

        look = look_for_ink(ocr_view(page)[0])
    except Exception as error:  # foreign code; a page that nobody has found blank is none
        if ran_out_of_memory(error):
            raise
        note = f"whether it is blank could not be found out: {type(error).__name__}: {error}"
        return msgspec.structs.replace(reading, notes=(*reading.notes, note))
    if not look.is_blank:
        return reading
    note = f"blank: dust at most ({look.share:.3%} of it is dark)"
    if doubtful := sum(1 for _ in text.words):
        note += f", so {doubtful} doubtful word{'s' if doubtful > 1 else ''} that the engine saw are left out"
    nothing = msgspec.structs.replace(text, blocks=())
    notes = (*reading.notes, note)
    return msgspec.structs.replace(reading, text=nothing, notes=notes, blank=True, level=None, unread=None)


def _says_something(text: PageText) -> bool:
    is_likely = (text.mean_confidence or 0.0) >= _LIKELY and sum(1 for _ in text.words) >= _MANY
    words = [word for word in text.words if sum(map(str.isalnum, word.text)) >= _LETTERS]
    sure = sum(word.confidence >= _SURE for word in words)
    return is_likely or sure > _LEAST_SHARE * len(words)
