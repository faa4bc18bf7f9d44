"""At which sheets a stack is divided into documents; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

import re

import msgspec

from pdfpipe.errors import UsageError
from pdfpipe.model.sheet_look import SeparatorKind

__all__ = ["SeparatorSettings"]


class SeparatorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """At which sheets a stack of scans is divided into documents.

    Attributes:
        split_on: kinds of sheets before which a document ends; none for documents as they were planned.
        barcode_pattern: regular expression that the whole text of a barcode matches which divides, besides
            those of pdfpipe's own sheets; its group ``name``, else its first group, else all of it names the
            document.  Empty for pdfpipe's own sheets alone.
        keep: whether separator sheets stay in the documents, as the first page of each.

    """

    split_on: tuple[SeparatorKind, ...] = ()
    barcode_pattern: str = ""
    keep: bool = False

    def __post_init__(self) -> None:
        kinds = self.split_on
        if not isinstance(kinds, tuple) or not all(isinstance(kind, SeparatorKind) for kind in kinds):
            raise UsageError(
                "separators.split_on: a tuple of SeparatorKind is needed, such as (SeparatorKind.PATCH_T,)"
            )
        try:
            re.compile(self.barcode_pattern)
        except (re.error, TypeError) as error:
            raise UsageError(
                f"separators.barcode_pattern: '{self.barcode_pattern}' is no regular expression: {error}"
            ) from error
