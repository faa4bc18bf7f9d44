"""What is to be known of a PDF before its pages are read, and why some are not to be changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pikepdf
from pikepdf import Name

from pdfpipe.errors import DocumentError, PageLoadError
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import PdfPageSource
from pdfpipe.pdf.existing.opening import complaints, open_pdf, reason
from pdfpipe.pdf.existing.resources import SENSELESS, user_unit

__all__ = ["inspect", "is_signed", "remove_signatures", "signatures"]

_MAX_FIELDS: Final = 100_000
_MAX_PAGES: Final = 100_000
"""A file of a megabyte can list one page so often."""


def inspect(path: Path, settings: PdfInputSettings) -> tuple[PdfPageSource, ...]:
    """The pages of a PDF, in order.

    Raises:
        DocumentError: it cannot be read, or is not to be changed; the message says what can be done.

    """
    with open_pdf(path, settings.password) as pdf:
        try:
            _refuse(pdf, settings)
            if len(pdf.pages) > _MAX_PAGES:
                raise PageLoadError(f"it has more than {_MAX_PAGES} pages")
            pages = [page.obj for page in pdf.pages]
        except (pikepdf.PdfError, *SENSELESS) as error:
            raise PageLoadError(f"it is damaged beyond repair: {reason(error)}") from error
        if not pages:
            raise PageLoadError("it has no pages")
        found = complaints(pdf)
        units = [user_unit(page) for page in pages]
    return tuple(
        PdfPageSource(unit, bool(found), () if number else found) for number, unit in enumerate(units)
    )


def _refuse(pdf: pikepdf.Pdf, settings: PdfInputSettings) -> None:
    if pdf.is_encrypted and not settings.decrypt:
        raise DocumentError(
            "it is encrypted, and what is written would not be: --decrypt allows that"
            + ("" if settings.password else " (it opens without a password)")
        )
    root = pdf.Root
    if Name.Collection in root:
        raise DocumentError(
            "it is a PDF portfolio, a wrapper around other files: take these out of it and convert them"
        )
    form = root.get(Name.AcroForm)
    if isinstance(form, pikepdf.Dictionary) and Name.XFA in form:
        raise DocumentError(
            "it is an XFA form, whose pages a program makes up when it is opened: print it to a PDF first"
        )
    if not settings.break_signature and is_signed(pdf):
        raise DocumentError(
            "it is signed, and any change breaks the signature: --break-signature allows that"
        )


def is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether there is a signature that a change would break (ISO 32000-1, 12.8)."""
    return Name.Perms in pdf.Root or next(signatures(pdf), None) is not None


def remove_signatures(pdf: pikepdf.Pdf) -> None:
    """Leave the fields of signatures empty, for what was signed is about to change."""
    for field in signatures(pdf):
        del field[Name.V]
    for name in (Name.Perms, Name.DSS):
        if name in pdf.Root:
            del pdf.Root[name]
    form = pdf.Root.get(Name.AcroForm)
    if isinstance(form, pikepdf.Dictionary) and Name.SigFlags in form:
        del form[Name.SigFlags]


def signatures(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The form fields that hold a signature."""
    form = pdf.Root.get(Name.AcroForm)
    fields = form.get(Name.Fields) if isinstance(form, pikepdf.Dictionary) else None
    pending: list[tuple[Any, Any]] = (
        [(field, None) for field in fields] if isinstance(fields, pikepdf.Array) else []
    )
    seen: set[tuple[int, int]] = set()
    for _ in range(_MAX_FIELDS):
        if not pending:
            return
        field, inherited = pending.pop()
        if not isinstance(field, pikepdf.Dictionary) or field.objgen in seen:
            continue
        if field.is_indirect:
            seen.add(field.objgen)
        kind = field.get(Name.FT, inherited)
        if kind == Name.Sig and Name.V in field:
            yield field
        kids: Any = field.get(Name.Kids)
        if isinstance(kids, pikepdf.Array):
            pending += [(kid, kind) for kid in kids]
