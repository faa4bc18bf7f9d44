"""Settle the resolution of a page whose file does not tell it, once its text is known."""

from __future__ import annotations

from typing import Final

import msgspec

from pdfpipe.imaging.dpi import estimate_dpi
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, PageImage
from pdfpipe.model.text import PageText
from pdfpipe.ocr.letter_height import x_height_of

__all__ = ["SettledPage", "with_settled_dpi", "without_dpi_notes"]

_NOTE: Final = "resolution estimated"


class SettledPage(msgspec.Struct, frozen=True, eq=False):
    """A page, how sure its resolution is (0 to 1) where that was estimated, and a note on it then."""

    page: PageImage
    dpi_certainty: float | None = None
    notes: tuple[str, ...] = ()


def without_dpi_notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    """Without what was noted of this when the text was read that is given now."""
    return tuple(note for note in notes if not note.startswith(_NOTE))


def with_settled_dpi(page: PageImage, text: PageText | None) -> SettledPage:
    """The page with the resolution that its sides and its letters speak for, if its file tells none.

    Half of a scan keeps what the whole scan's sides speak for.
    """
    if page.dpi_source is not DpiSource.ESTIMATED or page.image_box is not None:
        return SettledPage(page)
    estimate = estimate_dpi(*page.upright_size, x_height_of(text) if text is not None else None)
    note = f"{_NOTE}: {estimate.dpi:g} dpi, {estimate.certainty:.0%} sure: {estimate.reason}"
    settled = msgspec.structs.replace(page, resolution=Resolution(estimate.dpi, estimate.dpi))
    return SettledPage(settled, round(estimate.certainty, 2), (note,))
