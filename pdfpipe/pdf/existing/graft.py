"""Lay what was read under the pages of a PDF, in place: all else in the file stays as it is."""

from __future__ import annotations

import mmap
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec
import pikepdf
from pikepdf import Array, Dictionary, Name

from pdfpipe.errors import ConformanceError, DocumentError
from pdfpipe.model.geometry import Transform
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.model.pdf_input_settings import PdfInputSettings
from pdfpipe.model.pdf_page import Grafted, GraftRequest, PageChange, PageEdit
from pdfpipe.pdf.digests import blank
from pdfpipe.pdf.existing.conformance import audit
from pdfpipe.pdf.existing.declaration import (
    claimed_pdfa,
    declare_pdfa,
    foreign_properties,
    set_information,
    srgb_stream,
)
from pdfpipe.pdf.existing.inspection import remove_signatures
from pdfpipe.pdf.existing.old_text import TEXT_LAYER, strip_invisible_text
from pdfpipe.pdf.existing.opening import open_pdf, reason
from pdfpipe.pdf.existing.resources import SENSELESS, own_resources, sub_dictionary, unused_name
from pdfpipe.pdf.marker import Marker, tail_marker
from pdfpipe.pdf.syntax import date_string, matrix

__all__ = ["graft"]

_LAYER: Final = "/PdfpipeText"
_TAIL: Final = 64
_MOST_OBSTACLES: Final = 3


def graft(
    path: Path,
    settings: PdfInputSettings,
    pages: Sequence[PageEdit],
    layers: BinaryIO,
    stream: BinaryIO,
    request: GraftRequest,
    marker: Marker,
) -> Grafted:
    """Write the PDF at `path` to `stream`, with the pages changed.

    `layers` is a PDF by `PdfWriter`, of which each page holds the text, and perhaps the image, of one page.
    The descriptor of `stream` is open for reading too.
    Streams of images are copied byte for byte.

    Raises:
        DocumentError: the file is not what it was, or cannot be changed.
        ConformanceError: it cannot be the PDF/A that it must be.
        OSError: `stream` cannot be written.

    """
    with open_pdf(path, settings.password) as pdf, pikepdf.open(layers) as source:
        if len(pdf.pages) != len(pages):
            raise DocumentError(f"it has {len(pdf.pages)} pages now, and had {len(pages)}")
        try:
            if settings.break_signature:
                remove_signatures(pdf)
            claimed = claimed_pdfa(pdf)
            for number, (page, edit) in enumerate(zip(pdf.pages, pages, strict=True), 1):
                if edit.layer is not None:
                    _change(pdf, source, page.obj, number, edit, request.moment)
            if claimed is not None:
                _give_rgb_a_meaning(pdf, pages)
            set_information(pdf, request.information, request.language)
            grafted = _conformed(pdf, request) if claimed is None else _as_claimed(claimed, request)
            room = blank(len(pages))
            _add_room_for_digests(pdf, room, request.moment)
            pdf.save(
                stream,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.preserve,
                deterministic_id=True,
                fix_metadata_version=False,
            )
        except (pikepdf.PdfError, *SENSELESS) as error:
            raise DocumentError(f"it is damaged and cannot be changed: {reason(error)}") from error
    _add_marker(stream, marker)
    return msgspec.structs.replace(grafted, digests_at=_place_of(room, stream))


def _add_room_for_digests(pdf: pikepdf.Pdf, room: bytes, moment: datetime) -> None:
    """Put it where `pdfpipe.pdf.digests` looks for it, in place of that of an earlier run."""
    pieces = sub_dictionary(pdf.Root, Name.PieceInfo)
    private = Dictionary(Digests=pdf.make_stream(room))
    pieces["/pdfpipe"] = Dictionary(LastModified=pikepdf.Object.parse(date_string(moment)), Private=private)
    pdf.Root[Name.PieceInfo] = pieces


def _place_of(room: bytes, stream: BinaryIO) -> int:
    """Where it has been written; its stream is not compressed."""
    stream.flush()
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as written:
        at = written.rfind(room)
    if at < 0:
        raise DocumentError("qpdf has not written it as it was told")
    return at


def _give_rgb_a_meaning(pdf: pikepdf.Pdf, pages: Sequence[PageEdit]) -> None:
    """Give pages that became images sRGB as their default: the output intent may be for other colors."""
    profile: Any = None
    for page, edit in zip(pdf.pages, pages, strict=True):
        if edit.change is PageChange.REPLACE_PAGE:
            profile = profile or srgb_stream(pdf)
            form = page.obj[Name.Resources][Name.XObject][_LAYER]
            form[Name.Resources][Name.ColorSpace] = Dictionary(DefaultRGB=Array([Name.ICCBased, profile]))


def _as_claimed(claimed: PdfaLevel, request: GraftRequest) -> Grafted:
    """It stays the PDF/A that it is, which must do."""
    if request.must_conform and request.level is not None and not claimed.includes(request.level):
        raise ConformanceError(
            f"it cannot be {request.level}, for it is {claimed}; --output-type pdfa leaves it what it is"
        )
    return Grafted(claimed)


def _conformed(pdf: pikepdf.Pdf, request: GraftRequest) -> Grafted:
    """Make it PDF/A if that is wanted and can be done."""
    if request.level is None:
        return Grafted(None)
    found = audit(pdf)
    obstacles = found.obstacles
    if foreign_properties(pdf):
        obstacles += ("its XMP metadata have properties that PDF/A does not know",)
    if not obstacles:
        found.apply()
        declare_pdfa(pdf, request.level)
        return Grafted(request.level)
    reason = f"it cannot be PDF/A: {'; '.join(obstacles[:_MOST_OBSTACLES])}"
    if request.must_conform:
        raise ConformanceError(f"{reason}; --output-type auto or pdf writes it as it is")
    return Grafted(None, (reason,))


def _change(
    pdf: pikepdf.Pdf, source: pikepdf.Pdf, page: Any, number: int, edit: PageEdit, moment: datetime
) -> None:
    form = _form(pdf, source, edit, moment)
    if edit.turn:
        pikepdf.Page(page).rotate(edit.turn, relative=True)
    if edit.change is PageChange.REPLACE_PAGE:
        page[Name.Resources] = Dictionary(XObject=Dictionary({_LAYER: form}))
        page[Name.Contents] = pdf.make_stream(f"{_LAYER} Do\n".encode("ascii"))
        return
    if edit.change is PageChange.REPLACE_TEXT:
        try:
            strip_invisible_text(pdf, page)
        except pikepdf.PdfError as error:
            raise DocumentError(
                f"the content of page {number} is damaged, so that its old text cannot be taken out: "
                f"{reason(error)}; --text-pages keep leaves it as it is, force makes it an image"
            ) from error
    resources = own_resources(page)
    objects = sub_dictionary(resources, Name.XObject)
    name = unused_name(objects, _LAYER)
    objects[name] = form
    resources[Name.XObject] = objects
    page[Name.Resources] = resources
    # Before all else: only there is the page's own coordinate system sure to be in force.
    draw = pdf.make_stream(f"q {name} Do Q\n".encode("ascii"))
    page[Name.Contents] = Array([draw, *_contents(page)])


def _form(pdf: pikepdf.Pdf, source: pikepdf.Pdf, edit: PageEdit, moment: datetime) -> Any:
    """The layer as a form, text with the mark by which it is found again (ISO 32000-1, 8.10 and 14.5)."""
    assert edit.layer is not None  # noqa: S101 - for mypy
    layer = source.pages[edit.layer].obj
    form = pdf.copy_foreign(layer[Name.Contents])
    unit = float(layer.get(Name.UserUnit, 1))
    placement = Transform.scaling(unit, unit).then(edit.placement)
    form[Name.Type] = Name.XObject
    form[Name.Subtype] = Name.Form
    form[Name.BBox] = Array(list(layer[Name.MediaBox]))
    form[Name.Matrix] = pikepdf.Object.parse(f"[{matrix(placement)}]".encode("ascii"))
    form[Name.Resources] = pdf.copy_foreign(source.make_indirect(layer[Name.Resources]))
    if edit.change is not PageChange.REPLACE_PAGE:
        date = pikepdf.Object.parse(date_string(moment))
        mark = Dictionary(LastModified=date, Private=Dictionary(Layer=TEXT_LAYER))
        form[Name.LastModified] = date
        form[Name.PieceInfo] = Dictionary({"/pdfpipe": mark})
    return form


def _contents(page: Any) -> list[Any]:
    contents = page.get(Name.Contents)
    if isinstance(contents, pikepdf.Stream):
        return [contents]
    return (
        [part for part in contents if isinstance(part, pikepdf.Stream)] if isinstance(contents, Array) else []
    )


def _add_marker(stream: BinaryIO, marker: Marker) -> None:
    """Put the mark that this file is ours before the pointer to the cross-reference table."""
    stream.flush()
    end = stream.seek(0, os.SEEK_END)
    start = max(0, end - _TAIL)
    # The stream is for writing only.
    tail = os.pread(stream.fileno(), _TAIL, start)
    at = tail.rindex(b"startxref")
    stream.seek(start + at)
    stream.write(tail_marker(marker) + tail[at:])
