"""What documents a stack of scans is, by what was seen on each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import msgspec

from pdfpipe.batch.sheets.file_names import file_name_of
from pdfpipe.model.job import PageSource
from pdfpipe.model.separator_settings import SeparatorSettings
from pdfpipe.model.sheet_look import Separator, SeparatorKind, SheetLook

__all__ = ["PREFIX", "Part", "divide", "separator_of"]

PREFIX: Final = "PDFPIPE:"
"""What the barcodes of pdfpipe's own separator sheets begin with; the document's name follows."""


class Part(msgspec.Struct, frozen=True):
    """A document that was found in a stack, and how it is called: by a barcode, or by its number."""

    pages: tuple[PageSource, ...]
    name: str = ""


def divide(
    pages: Sequence[PageSource], looks: Sequence[SheetLook], settings: SeparatorSettings
) -> list[Part]:
    """The documents of a stack, in order; together they have all its pages.

    A document begins with each page on which there is a separator.  Sheets with nothing between them begin
    one document, and such sheets at the end belong to the last.  Each page says what was seen on it.
    """
    parts: list[list[PageSource]] = [[]]
    for page, look in zip(pages, looks, strict=True):
        page = _marked(page, look, settings)
        if page.separator is not None and any(not _is_sheet(one) for one in parts[-1]):
            parts.append([])
        parts[-1].append(page)
    found = [Part(tuple(part), _name(part)) for part in parts]
    if len(found) > 1 and all(map(_is_sheet, found[-1].pages)):
        *others, last, sheets = found
        return [*others, Part(last.pages + sheets.pages, last.name)]
    return found


def separator_of(look: SheetLook, settings: SeparatorSettings) -> Separator | None:
    """Why a document begins with a page on which this was seen; None if none does."""
    if SeparatorKind.BARCODE in settings.split_on:
        for text in look.barcodes:
            name = _name_in(text, settings.barcode_pattern)
            if name is not None:
                return Separator(SeparatorKind.BARCODE, name, look.bare)
    if SeparatorKind.PATCH_T in settings.split_on and look.patch_t:
        return Separator(SeparatorKind.PATCH_T, is_sheet=look.bare)
    if SeparatorKind.BLANK in settings.split_on and look.blank:
        return Separator(SeparatorKind.BLANK)
    return None


def _name(part: Sequence[PageSource]) -> str:
    """What a document is called by its separator sheets: the last has the first say, as it is next to it."""
    separators = (page.separator for page in reversed(part) if page.separator is not None)
    return next((separator.name for separator in separators if separator.name), "")


def _is_sheet(page: PageSource) -> bool:
    return page.separator is not None and page.separator.is_sheet


def _marked(page: PageSource, look: SheetLook, settings: SeparatorSettings) -> PageSource:
    if look.failure:
        note = f"whether it is a separator sheet could not be found out: {look.failure}"
        return msgspec.structs.replace(page, notes=(*page.notes, note))
    separator = separator_of(look, settings)
    if separator is None:
        return page
    what = {
        SeparatorKind.PATCH_T: "a patch code T",
        SeparatorKind.BARCODE: "a barcode" + (f" with the name '{separator.name}'" if separator.name else ""),
        SeparatorKind.BLANK: "a blank sheet",
    }[separator.kind]
    if separator.is_sheet:
        note = f"a separator sheet: {what}"
    else:
        note = f"a document begins with it, for {what}; it is no mere separator sheet, and stays"
    return msgspec.structs.replace(page, separator=separator, notes=(*page.notes, note))


def _name_in(text: str, pattern: str) -> str | None:
    """The name that a barcode gives to the document which it begins; None if it begins none."""
    if text.startswith(PREFIX):
        return file_name_of(text.removeprefix(PREFIX))
    match = _compiled(pattern).fullmatch(text) if pattern else None
    if match is None:
        return None
    groups = match.re.groups
    name = match.groupdict().get("name") if "name" in match.re.groupindex else match[1 if groups else 0]
    return file_name_of(name or "")


@lru_cache(maxsize=8)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
