"""Whether a PDF that was made by others can be PDF/A, why not, and how (ISO 19005-2).

This is no validator.  It says yes only where all that the file holds is known to conform: scans with
invisible text, and what goes with them.  What it does not know for sure, such as whether an embedded font
has the widths that the file says, it gives as a reason against.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from pdfpipe.pdf.existing.content_audit import RENDERING_INTENTS, ContentAudit
from pdfpipe.pdf.existing.resources import SENSELESS, inherited, key_of

__all__ = ["Audit", "audit"]

_FORBIDDEN_ACTIONS: Final = frozenset(
    "/Launch /Sound /Movie /ResetForm /ImportData /Hide /SetOCGState /Rendition /GoTo3DView"
    " /JavaScript".split()
)
_NAMED_ACTIONS: Final = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_FORBIDDEN_ANNOTATIONS: Final = frozenset({"/3D", "/Sound", "/Screen", "/Movie"})
_SHOWN_ELSEWHERE: Final = frozenset({"/Link", "/Popup"})
_PRINT: Final = 4
_HIDING_FLAGS: Final = 1 | 2 | 32 | 256
"""Invisible, Hidden, NoView, ToggleNoView (ISO 32000-1, table 165)."""

_LOSSLESS_FILTERS: Final = {"/LZWDecode", "/LZW", "/ASCII85Decode", "/ASCIIHexDecode", "/FlateDecode"}
_MAX_STRING: Final = 32767
_MAX_NAME: Final = 127
_MAX_INTEGER: Final = 2**31 - 1
"""Of what all programs can read (ISO 19005-2, 6.1.13)."""
_MIN_SIDE, _MAX_SIDE = 3, 14400


class Audit:
    """What was found: `obstacles` in words, and what must be changed if there are none."""

    def __init__(self) -> None:
        self._obstacles: dict[str, None] = {}
        self._fixes: list[Callable[[], None]] = []

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why the file cannot be PDF/A, each reason once."""
        return tuple(self._obstacles)

    def refuse(self, reason: str) -> None:
        """Add a reason."""
        self._obstacles[reason] = None

    def fix(self, change: Callable[[], None]) -> None:
        """Add what is simple to put right, and loses nothing."""
        self._fixes.append(change)

    def apply(self) -> None:
        """Make the changes."""
        for change in self._fixes:
            change()


def audit(pdf: pikepdf.Pdf) -> Audit:
    """Look at the whole file; nothing is changed yet."""
    found = Audit()
    _look_at_catalog(pdf, found)
    content = ContentAudit(pdf, found.refuse, found.fix)
    for number, page in enumerate(pdf.pages, 1):
        try:
            _look_at_page(page.obj, number, found)
            content.look_at_page(page.obj, number)
        except (pikepdf.PdfError, *SENSELESS):
            found.refuse(f"page {number} is damaged")
    for obj in pdf.objects:
        try:
            for inner in _direct_parts(obj):
                if isinstance(inner, Dictionary | Stream):
                    _look_at_object(inner, found)
                _look_at_limits(inner, found)
        except (pikepdf.PdfError, *SENSELESS):
            found.refuse("a part of it is damaged")
    return found


def _look_at_catalog(pdf: pikepdf.Pdf, found: Audit) -> None:
    root = pdf.Root
    if float(pdf.pdf_version) > 1.7:
        found.refuse(f"it is PDF {pdf.pdf_version}, and PDF/A-2 is made of PDF 1.7")
    for name, what in (
        (Name.OCProperties, "it has layers (optional content)"),
        (Name.Requirements, "it wants features of a viewer"),
    ):
        if name in root:
            found.refuse(what)
    names = root.get(Name.Names)
    if isinstance(names, Dictionary):
        for name, what in (
            (Name.JavaScript, "it has JavaScript"),
            (Name.EmbeddedFiles, "it has attachments, which PDF/A-2 does not allow"),
            (Name.AlternatePresentations, "it has alternate presentations"),
        ):
            if name in names:
                found.refuse(what)
    form = root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and form.get(Name.NeedAppearances):
        found.refuse("its form leaves the look of its fields to the viewer")
    for intent in _items(root.get(Name.OutputIntents)):
        if isinstance(intent, Dictionary) and (
            intent.get(Name.S) == Name.GTS_PDFA1
            or Name.DestOutputProfile in intent
            or "/DestOutputProfileRef" in intent
        ):
            found.refuse("it has an output intent already, and may have one profile only")


def _look_at_page(page: Any, number: int, found: Audit) -> None:
    box = inherited(page, Name.MediaBox)
    sides = (
        [abs(float(box[2]) - float(box[0])), abs(float(box[3]) - float(box[1]))] if box is not None else []
    )
    if not sides or not all(_MIN_SIDE <= side <= _MAX_SIDE for side in sides):
        found.refuse(f"page {number} has no size between {_MIN_SIDE} and {_MAX_SIDE:,} units")
    if Name.PresSteps in page:
        found.refuse(f"page {number} is a slide of a presentation in steps")
    resources = inherited(page, Name.Resources)
    if resources is not None and Name.Resources not in page:
        found.fix(lambda: page.__setitem__(Name.Resources, resources))
    for annotation in _items(page.get(Name.Annots)):
        if isinstance(annotation, Dictionary):
            _look_at_annotation(annotation, number, found)


def _look_at_annotation(annotation: Any, number: int, found: Audit) -> None:
    kind = str(annotation.get(Name.Subtype, "/"))
    what = f"page {number} has an annotation ({kind[1:]})"
    if kind in _FORBIDDEN_ANNOTATIONS:
        found.refuse(f"{what} that PDF/A does not allow")
    if kind == "/Widget" and Name.A in annotation:
        found.refuse(f"{what} that runs actions")
    flags = int(annotation.get(Name.F, 0))
    if kind != "/Popup" and (flags & _HIDING_FLAGS or not flags & _PRINT):
        if kind != "/Link" or flags & _HIDING_FLAGS:
            found.refuse(f"{what} that is not always seen and printed")
        else:
            found.fix(lambda: annotation.__setitem__(Name.F, flags | _PRINT))
    appearance = annotation.get(Name.AP)
    if kind not in _SHOWN_ELSEWHERE and not isinstance(appearance, Dictionary):
        found.refuse(f"{what} without an appearance")
    if isinstance(appearance, Dictionary) and list(appearance.keys()) != ["/N"]:
        found.refuse(f"{what} with appearances for the mouse")


def _look_at_object(obj: Any, found: Audit) -> None:
    """A dictionary or a stream of any kind, wherever it stands."""
    if isinstance(obj, Stream):
        _look_at_stream(obj, found)
    if Name.S in obj:
        action = str(obj[Name.S])
        if action in _FORBIDDEN_ACTIONS or (
            action == "/Named" and str(obj.get(Name.N)) not in _NAMED_ACTIONS
        ):
            found.refuse(f"it has an action that PDF/A does not allow ({action[1:]})")
    if Name.AA in obj:
        found.refuse("it runs actions by itself")
    if Name.EF in obj:
        found.refuse("it has attachments, which PDF/A-2 does not allow")
    if any(name in obj for name in (Name.TR, Name.TR2, Name.HTP)) and Name.Filter not in obj:
        found.refuse("it has transfer functions or halftones of its own")
    if Name.HalftoneType in obj:
        found.refuse("it has transfer functions or halftones of its own")


def _look_at_limits(obj: Any, found: Audit) -> None:
    """What stands in a dictionary or an array."""
    values = list(obj) if isinstance(obj, Array) else [part for item in obj.items() for part in item]
    for value in values:
        if isinstance(value, pikepdf.String):
            too_much = len(bytes(value)) > _MAX_STRING
        elif isinstance(value, str | Name):
            too_much = len(os.fsencode(key_of(value))) - 1 > _MAX_NAME
        else:
            too_much = isinstance(value, int) and abs(value) > _MAX_INTEGER
        if too_much:
            found.refuse("a string, a name or a number in it is larger than PDF/A allows")


def _look_at_stream(stream: Any, found: Audit) -> None:
    filters = [str(name) for name in _items(stream.get(Name.Filter))]
    if Name.F in stream:
        found.refuse("a part of it is in another file")
    if "/Crypt" in filters:
        found.refuse("a part of it is encrypted")
    kind = stream.get(Name.Subtype)
    if any(name in ("/LZWDecode", "/LZW") for name in filters):
        if set(filters) <= _LOSSLESS_FILTERS and _is_decodable(stream):
            found.fix(lambda: _recompress(stream))
        else:
            found.refuse("it has LZW compression that cannot simply be replaced")
    if kind == Name.PS or stream.get("/Subtype2") == Name.PS:
        found.refuse("it has PostScript")
    if kind == Name.Image:
        for name in (Name.Alternates, Name.OPI):
            if name in stream:
                found.refuse("an image has other versions of itself")
        if stream.get(Name.Interpolate):
            found.fix(lambda: stream.__delitem__(Name.Interpolate))
        if "/JPXDecode" in filters:
            found.refuse("it has JPEG 2000 images, which are not looked into")
        if str(stream.get(Name.Intent, "/Perceptual")) not in RENDERING_INTENTS:
            found.refuse("an image has an unknown rendering intent")
    if kind == Name.Form and (Name.Ref in stream or Name.OPI in stream):
        found.refuse("a part of it is in another file")


def _is_decodable(stream: Any) -> bool:
    try:
        stream.read_bytes()
    except pikepdf.PdfError:
        return False
    return True


def _recompress(stream: Any) -> None:
    stream.write(zlib.compress(stream.read_bytes()), filter=Name.FlateDecode)


def _direct_parts(obj: Any) -> Iterator[Any]:
    """The dictionaries, streams and arrays in an object that are no objects by themselves, and itself."""
    pending = [obj]
    while pending:
        part = pending.pop()
        if isinstance(part, Dictionary | Stream):
            children: Iterable[Any] = [value for _, value in part.items()]
        elif isinstance(part, Array):
            children = list(part)
        else:
            continue
        yield part
        pending += [
            child for child in children if isinstance(child, Dictionary | Array) and not child.is_indirect
        ]


def _items(value: Any) -> list[Any]:
    """The items of an array, or the value alone, or nothing."""
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]
