"""Scans of both sides by a feeder that sees one: all fronts, then all backs, put back into reading order."""

from __future__ import annotations

from collections.abc import Sequence

from pdfpipe.model.job import PageSource
from pdfpipe.model.sheet_settings import Interleave

__all__ = ["interleaved", "reason_not_to_interleave"]


def reason_not_to_interleave(pages: Sequence[PageSource]) -> str | None:
    """Why the pages of a document cannot be fronts and then backs; None if they can."""
    if any(page.pdf is not None for page in pages):
        return (
            "the pages of a PDF stay in their order, so its fronts and backs cannot be interleaved: convert "
            "its images, or the PDF without --interleave"
        )
    if len(pages) % 2:
        one = "1 page" if len(pages) == 1 else f"{len(pages)} pages"
        return (
            f"it has {one}, so it is not as many fronts as backs (--interleave): see whether a side is "
            "missing or was scanned twice, or convert it without --interleave"
        )
    return None


def interleaved(pages: Sequence[PageSource], order: Interleave) -> tuple[PageSource, ...]:
    """Each front and its back; the first half of an even number of pages are fronts, the second backs.

    `order` says how the backs lie.
    """
    if order is Interleave.NONE:
        return tuple(pages)
    fronts, backs = pages[: len(pages) // 2], pages[len(pages) // 2 :]
    if order is Interleave.REVERSED:
        backs = backs[::-1]
    return tuple(side for sheet in zip(fronts, backs, strict=True) for side in sheet)
