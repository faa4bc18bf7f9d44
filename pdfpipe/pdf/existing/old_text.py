"""Remove the invisible text of a page, as OCR leaves it, and nothing else.

Text is invisible in render mode 3 (ISO 32000-1, 9.3.6), which lasts until it is changed or restored, in
forms too.  Text in Type 3 fonts is visible in any mode.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from copy import copy
from typing import Any, Final

import msgspec
import pikepdf
from pikepdf import Dictionary, Name, Operator

from pdfpipe.pdf.existing.resources import key_of, name_of, own_resources, sub_dictionary, unused_name

__all__ = ["TEXT_LAYER", "is_text_layer", "strip_invisible_text"]

TEXT_LAYER: Final = Name.Text
"""What the private data of a form say that is a text layer of ours."""

_INVISIBLE: Final = 3
_MAX_DEPTH: Final = 15

_INLINE_IMAGE: Final = "INLINE IMAGE"
"""What pikepdf's parser makes of BI, ID and EI."""

_SHOW: Final = frozenset({"Tj", "TJ", "'", '"'})
_MOVE: Final = frozenset({"Td", "TD", "Tm", "T*", "'", '"'})
_TEXT_ONLY: Final = frozenset("BT ET Tf Td TD Tm T* Tc Tw Tz TL Ts Tr".split())
_PAINT: Final = _SHOW | {_INLINE_IMAGE} | frozenset("f F f* B B* b b* S s sh Do".split())

Instruction = Any
"""What pikepdf's parser gives: operands and an operator, or an inline image."""


class _Stripped(msgspec.Struct):
    """What is left of a stream; `changed` tells whether it is less."""

    instructions: list[Instruction]
    changed: bool
    has_text: bool


def strip_invisible_text(pdf: pikepdf.Pdf, page: Any) -> bool:
    """Remove it from a page and from the forms that it draws; returns whether there was any.

    Raises:
        pikepdf.PdfError: the content cannot be parsed.

    """
    resources = own_resources(page)
    content = pikepdf.parse_content_stream(pikepdf.Page(page))
    stripped = _Stripper(pdf).strip(content, resources, 0, 0)
    if stripped.changed:
        page[Name.Resources] = resources
        page[Name.Contents] = pdf.make_stream(
            zlib.compress(pikepdf.unparse_content_stream(stripped.instructions)), Filter=Name.FlateDecode
        )
    return stripped.changed


def is_text_layer(form: Any) -> bool:
    """Whether a form is a text layer that pdfpipe has laid into the page."""
    pieces = form.get(Name.PieceInfo)
    mark = pieces.get("/pdfpipe") if isinstance(pieces, Dictionary) else None
    private = mark.get(Name.Private) if isinstance(mark, Dictionary) else None
    return isinstance(private, Dictionary) and private.get(Name.Layer) == TEXT_LAYER


class _Stripper:
    """Strips the streams of one page; changed forms are new ones, for others may use the old."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._forms: dict[tuple[tuple[int, int], int], tuple[Any, bool]] = {}

    def strip(self, instructions: Sequence[Instruction], resources: Any, mode: int, depth: int) -> _Stripped:
        """Strip one stream, which begins in `mode`, and fit its `resources`, a copy for it alone."""
        objects, fonts = sub_dictionary(resources, Name.XObject), sub_dictionary(resources, Name.Font)
        visible_follows = _visible_text_follows(instructions)
        kept: list[Instruction] = []
        modes: list[tuple[int, bool]] = []
        visible_font = False
        changed = has_text = False
        for index, instruction in enumerate(instructions):
            operator = str(instruction.operator)
            match operator:
                case "q":
                    modes.append((mode, visible_font))
                case "Q" if modes:
                    mode, visible_font = modes.pop()
                case "Tr":
                    mode = _integer(_first(instruction))
                case "Tf":
                    font = _named(fonts, instruction)
                    visible_font = isinstance(font, Dictionary) and font.get(Name.Subtype) == Name.Type3
                case "Do":
                    drawn, form_text = self._drawn(instruction, objects, mode, depth)
                    has_text = has_text or form_text
                    changed = changed or drawn is not instruction
                    if drawn is not None:
                        kept.append(drawn)
                    continue
            if operator not in _SHOW:
                kept.append(instruction)
            elif mode == _INVISIBLE and not visible_font and not visible_follows[index]:
                kept += _without_text(instruction)
                changed = True
            else:
                kept.append(instruction)
                has_text = True
        if changed:
            kept = kept if has_text else [one for one in kept if str(one.operator) not in _TEXT_ONLY]
            _prune(resources, objects, fonts, kept)
        return _Stripped(kept, changed, has_text)

    def _drawn(
        self, draw: Instruction, objects: Any, mode: int, depth: int
    ) -> tuple[Instruction | None, bool]:
        """What to draw in place of an object, None for nothing; and whether there is text in it."""
        form = _named(objects, draw)
        if not isinstance(form, pikepdf.Stream) or form.get(Name.Subtype) != Name.Form or depth >= _MAX_DEPTH:
            return draw, False
        if is_text_layer(form):
            return None, False
        key = (form.objgen, mode)
        if key not in self._forms:
            self._forms[key] = (form, False)  # a form that draws itself is left as it is
            self._forms[key] = self._stripped_form(form, objects, mode, depth)
        stripped, has_text = self._forms[key]
        if stripped is form:
            return draw, has_text
        if stripped is None:
            return None, False
        new_name = unused_name(objects, "/Stripped")
        objects[new_name] = stripped
        return pikepdf.ContentStreamInstruction([Name(new_name)], Operator("Do")), has_text

    def _stripped_form(self, form: Any, objects: Any, mode: int, depth: int) -> tuple[Any, bool]:
        """The form, or one without its invisible text, or None if that was all it had."""
        inside = form.get(Name.Resources)
        resources = copy(inside) if isinstance(inside, Dictionary) else Dictionary(XObject=objects)
        stripped = self.strip(pikepdf.parse_content_stream(form), resources, mode, depth + 1)
        if not stripped.changed:
            return form, stripped.has_text
        if not any(str(one.operator) in _PAINT for one in stripped.instructions):
            return None, False
        data = zlib.compress(pikepdf.unparse_content_stream(stripped.instructions))
        new = self._pdf.make_stream(data, Filter=Name.FlateDecode)
        for key, value in form.items():
            if key not in ("/Length", "/Filter", "/DecodeParms"):
                new[name_of(key)] = value
        if isinstance(inside, Dictionary):
            new[Name.Resources] = resources
        return new, stripped.has_text


def _visible_text_follows(instructions: Sequence[Instruction]) -> list[bool]:
    """For each place, whether visible text goes on where invisible text ends there.

    Without the invisible text it would stand elsewhere.
    """
    follows = [False] * len(instructions)
    if_visible = if_invisible = False
    for index in range(len(instructions) - 1, -1, -1):
        follows[index] = if_invisible
        operator = str(instructions[index].operator)
        if operator in _MOVE or operator == "ET":
            if_visible = if_invisible = False
        elif operator == "Tr":
            is_invisible = _integer(_first(instructions[index])) == _INVISIBLE
            if_visible = if_invisible = if_invisible if is_invisible else if_visible
        elif operator in _SHOW:
            if_visible = True
    return follows


def _without_text(show: Instruction) -> list[Instruction]:
    """What a text-showing operator does besides showing text (9.4.3)."""
    match str(show.operator):
        case "'":
            return [pikepdf.ContentStreamInstruction([], Operator("T*"))]
        case '"':
            word_space, character_space, _ = show.operands
            return [
                pikepdf.ContentStreamInstruction([word_space], Operator("Tw")),
                pikepdf.ContentStreamInstruction([character_space], Operator("Tc")),
                pikepdf.ContentStreamInstruction([], Operator("T*")),
            ]
        case _:
            return []


def _prune(resources: Any, objects: Any, fonts: Any, kept: Sequence[Instruction]) -> None:
    """Take the names that are not used any more out of the resources.

    Forms without resources of their own use those of the page, which are then left as they are.
    """
    forms = [one for _, one in objects.items() if isinstance(one, pikepdf.Stream)]
    if not any(one.get(Name.Subtype) == Name.Form and Name.Resources not in one for one in forms):
        drawn = {key_of(_first(one)) for one in kept if str(one.operator) == "Do"}
        set_fonts = {key_of(_first(one)) for one in kept if str(one.operator) == "Tf"}
        for names, used in ((objects, drawn), (fonts, set_fonts)):
            for name in [name for name in names.keys() if name not in used]:  # noqa: SIM118 - no mapping
                del names[name_of(name)]
    for kind, names in ((Name.XObject, objects), (Name.Font, fonts)):
        if len(names.keys()):
            resources[kind] = names
        elif kind in resources:
            del resources[kind]


def _first(instruction: Instruction) -> Any:
    """The first operand; None if there is none."""
    return instruction.operands[0] if instruction.operands else None


def _named(names: Any, instruction: Instruction) -> Any:
    """What an operator names; None if it names nothing that is there."""
    name = _first(instruction)
    return names.get(name) if isinstance(name, Name) else None


def _integer(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
