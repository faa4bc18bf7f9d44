"""Scans of open books: each is two pages of its document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from pdfpipe.config.languages import direction_of
from pdfpipe.model.half import Half
from pdfpipe.model.job import DocumentJob, PageSource
from pdfpipe.model.sheet_look import SheetLook

__all__ = ["as_split", "as_whole", "in_reading_order", "split", "with_halves"]


def in_reading_order(halves: tuple[Half, Half], languages: Sequence[str]) -> tuple[Half, Half]:
    """The left and the right half of a scan, the page that is read first at first.

    That is the right one in books of right-to-left scripts and of vertical writing, by the first of the
    languages; else, and where that is still to be found out, the left one.
    """
    left, right = halves
    return (right, left) if direction_of(languages[0]) in ("rtl", "ttb") else (left, right)


def with_halves(job: DocumentJob, looks: Iterable[SheetLook]) -> DocumentJob:
    """The document with the two pages of each scan of an open book, by what was seen on its scans.

    A scan that could not be looked at stays whole, and its notes say so.
    """
    pages: list[PageSource] = []
    for page, look in zip(job.pages, looks, strict=True):
        if look.failure:
            note = f"whether it shows two pages could not be found out: {look.failure}"
            page = msgspec.structs.replace(page, notes=(*page.notes, note))
        if len(look.halves) != 2 or page.separator is not None:
            pages.append(page)
            continue
        left, right = look.halves
        for half in split(page, in_reading_order((left, right), job.settings.languages)):
            note = f"the {half.half} of a scan of an open book, told by {look.binding}"
            pages.append(msgspec.structs.replace(half, notes=(*half.notes, note)))
    return msgspec.structs.replace(job, pages=tuple(pages))


def split(page: PageSource, halves: tuple[Half, Half]) -> tuple[PageSource, PageSource]:
    """The two pages that a scan shows, in the order given."""
    first, second = (msgspec.structs.replace(page, half=half) for half in halves)
    return first, second


def as_whole(pages: Sequence[PageSource]) -> tuple[PageSource, ...]:
    """The scans of pages, each once."""
    scans = (msgspec.structs.replace(page, half=None, notes=()) if page.half else page for page in pages)
    return tuple(dict.fromkeys(scans))


def as_split(scans: Sequence[PageSource], halves: Sequence[Half | None]) -> tuple[PageSource, ...]:
    """The pages of scans that were split before, of which the halves are known, None for whole scans.

    Of two halves in a row that are not of the same side, both are of one scan.  Where there are more or fewer
    pages than fit the scans, all scans are whole.
    """
    pages: list[PageSource] = []
    rest = list(scans)
    before: Half | None = None
    for half in halves:
        if half is not None and before is not None and half.side is not before.side:
            pages.append(msgspec.structs.replace(pages[-1], half=half))
            before = None
            continue
        if not rest:
            return tuple(scans)
        pages.append(msgspec.structs.replace(rest.pop(0), half=half))
        before = half
    return tuple(scans) if rest else tuple(pages)
