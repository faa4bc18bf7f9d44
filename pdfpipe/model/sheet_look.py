"""What is seen on a scan before it is known of which document it is a page."""

from __future__ import annotations

from enum import Enum

import msgspec

from pdfpipe.model.half import Half

__all__ = ["Separator", "SeparatorKind", "SheetLook", "Sought"]


class SeparatorKind(Enum):
    """What makes a sheet a separator."""

    PATCH_T = "patch-t"
    """The patch code T, four black bars."""
    BARCODE = "barcode"
    BLANK = "blank"


class Separator(msgspec.Struct, frozen=True):
    """What makes a page the first of a document.

    Attributes:
        kind: by what it was known.
        name: of the document, as a barcode says; empty where it says nothing.
        is_sheet: whether there is hardly anything else on the page, so that it is no page of the document.

    """

    kind: SeparatorKind
    name: str = ""
    is_sheet: bool = True


class Sought(Enum):
    """What a scan can be looked at for."""

    PATCH_T = "patch-t"
    SHEET_CODES = "sheet codes"
    """Barcodes as large as those of separator sheets."""
    BARCODES = "barcodes"
    """Barcodes of all kinds and sizes."""
    INK = "ink"
    BINDING = "binding"
    """The binding of an open book."""


class SheetLook(msgspec.Struct, frozen=True):
    """What was seen on one scan, as far as it was looked for.

    Attributes:
        patch_t: whether the patch code T is on it.
        barcodes: the texts of all barcodes on it, from top to bottom.
        bare: whether there is hardly anything on it besides such codes.
        blank: whether there is no ink on it.
        halves: the left and the right page of an open book; empty where it is one page.
        binding: what tells of the binding between them.
        failure: why it could not be looked at; empty where it could.

    """

    patch_t: bool = False
    barcodes: tuple[str, ...] = ()
    bare: bool = False
    blank: bool = False
    halves: tuple[Half, ...] = ()
    binding: str = ""
    failure: str = ""
