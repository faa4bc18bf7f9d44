"""What a page shows: its text in the order of its operators, with boxes, and its images.

This is the text part of the imaging model (ISO 32000-1, 8.4 and 9.4), taken literally: nothing is
guessed, ordered or joined, so that what it finds is the same in ten years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import pikepdf

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.pdf.existing.resources import SENSELESS, user_unit
from pdfpipe.pdf.proof.fonts import Font

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Content", "Piece", "read_content"]

_INVISIBLE: Final = 3
_MAX_DEPTH: Final = 20
"""Forms within forms."""

_OPERATORS: Final = "q Q cm BT ET Tf Tz Tc Tw TL Tr Ts Td TD Tm T* Tj TJ ' \" Do"


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Characters without white space that one string shows.

    `box` is in points from the origin of the page's user space, `along` the direction of the text.
    `spaced` says whether white space was shown since the piece before.
    """

    text: str
    box: BoundingBox
    along: tuple[float, float]
    invisible: bool
    spaced: bool


class Content(NamedTuple):
    """All text and all image streams of a page, masks too, in the order in which they are painted."""

    pieces: list[Piece]
    images: list[pikepdf.Object]


class _Matrix(NamedTuple):
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def then(self, after: _Matrix) -> _Matrix:
        a, b, c, d, e, f = self
        return _Matrix(
            a * after.a + b * after.c,
            a * after.b + b * after.d,
            c * after.a + d * after.c,
            c * after.b + d * after.d,
            e * after.a + f * after.c + after.e,
            e * after.b + f * after.d + after.f,
        )


class _State:
    """The graphics state (8.4.1, 9.3.1), as far as text depends on it."""

    def __init__(self, ctm: _Matrix) -> None:
        self.ctm = ctm
        self.font: Font | None = None
        self.size = 0.0
        self.scale = 1.0
        self.character_spacing = 0.0
        self.word_spacing = 0.0
        self.leading = 0.0
        self.mode = 0
        self.rise = 0.0


def read_content(page: pikepdf.Page, font_of: Callable[[pikepdf.Object], Font | None]) -> Content:
    """Read a page and the forms on it; `font_of` makes fonts of their dictionaries.

    Raises:
        pikepdf.PdfError: its content cannot be parsed.

    """
    unit = user_unit(page.obj)
    reader = _Reader(font_of)
    reader.read(page, page.resources, _State(_Matrix(a=unit, d=unit)))
    return Content(reader.pieces, reader.images)


class _Reader:
    def __init__(self, font_of: Callable[[pikepdf.Object], Font | None]) -> None:
        self.pieces: list[Piece] = []
        self.images: list[pikepdf.Object] = []
        self._font_of = font_of
        self._spaced = True
        self._drawn: list[tuple[int, int]] = []
        self._line = self._text = _Matrix()

    def read(self, stream: pikepdf.Page | pikepdf.Object, resources: Any, state: _State) -> None:
        saved: list[_State] = []
        fonts: dict[bytes, Font | None] = {}
        for operands, operator in _instructions(stream):
            try:
                if operator == "Tz":
                    state.scale = float(operands[0]) / 100
                elif operator == "Tj":
                    self._show(bytes(operands[0]), state)
                elif operator == "Tm":
                    self._line = self._text = _Matrix(*map(float, operands))
                elif operator == "Tf":
                    name = bytes(operands[0])
                    if name not in fonts:
                        font = resources.get("/Font", {}).get(operands[0])
                        fonts[name] = None if font is None else self._font_of(font)
                    state.font, state.size = fonts[name], float(operands[1])
                elif operator == "BT":
                    self._line = self._text = _Matrix()
                elif operator == "TJ":
                    self._show_array(operands[0], state)
                elif operator == "q":
                    saved.append(copy(state))
                elif operator == "Q":
                    state = saved.pop() if saved else state
                elif operator == "cm":
                    state.ctm = _Matrix(*map(float, operands)).then(state.ctm)
                elif operator == "Do":
                    self._paint(resources.get("/XObject", {}).get(operands[0]), resources, state)
                else:
                    self._other(operator, operands, state)
            except SENSELESS:
                continue  # as in viewers, an operator whose operands make no sense does nothing

    def _other(self, operator: str, operands: Sequence[Any], state: _State) -> None:
        """The operators that are seldom used."""
        match operator:
            case "Tc":
                state.character_spacing = float(operands[0])
            case "Tw":
                state.word_spacing = float(operands[0])
            case "TL":
                state.leading = float(operands[0])
            case "Tr":
                state.mode = int(operands[0])
            case "Ts":
                state.rise = float(operands[0])
            case "Td":
                self._next_line(float(operands[0]), float(operands[1]))
            case "TD":
                state.leading = -float(operands[1])
                self._next_line(float(operands[0]), float(operands[1]))
            case "T*":
                self._next_line(0, -state.leading)
            case "'":
                self._next_line(0, -state.leading)
                self._show(bytes(operands[0]), state)
            case '"':
                state.word_spacing, state.character_spacing = float(operands[0]), float(operands[1])
                self._next_line(0, -state.leading)
                self._show(bytes(operands[2]), state)

    def _next_line(self, x: float, y: float) -> None:
        self._line = self._text = _Matrix(e=x, f=y).then(self._line)

    def _show_array(self, elements: Any, state: _State) -> None:
        for element in elements:
            if isinstance(element, pikepdf.String):
                self._show(bytes(element), state)
            else:
                self._advance(-float(element) / 1000 * state.size * state.scale)

    def _show(self, data: bytes, state: _State) -> None:
        font = state.font
        if font is None:
            return
        low, high = font.descent * state.size + state.rise, font.ascent * state.size + state.rise
        for run in font.runs(data):
            width = state.scale * (
                run.width * state.size
                + run.codes * state.character_spacing
                + run.word_spaces * state.word_spacing
            )
            if run.white:
                self._spaced = True
            else:
                a, b, c, d, e, f = self._text.then(state.ctm)
                xs = (e + c * low, e + c * high, e + c * low + a * width, e + c * high + a * width)
                ys = (f + d * low, f + d * high, f + d * low + b * width, f + d * high + b * width)
                box = BoundingBox(min(xs), min(ys), max(xs), max(ys))
                self.pieces.append(Piece(run.text, box, (a, b), state.mode == _INVISIBLE, self._spaced))
                self._spaced = False
            self._advance(width)

    def _advance(self, distance: float) -> None:
        a, b, c, d, e, f = self._text
        self._text = _Matrix(a, b, c, d, e + distance * a, f + distance * b)

    def _paint(self, form: pikepdf.Object | None, resources: Any, state: _State) -> None:
        kind = None if form is None else form.get("/Subtype")
        if form is None or len(self._drawn) > _MAX_DEPTH or form.objgen in self._drawn:
            return  # nothing, or a form that draws itself
        if kind == "/Image":
            self.images.append(form)
            if isinstance(mask := form.get("/Mask"), pikepdf.Stream):
                self.images.append(mask)
        elif kind == "/Form":
            matrix = _Matrix(*map(float, form.get("/Matrix", [1, 0, 0, 1, 0, 0])))
            inner = copy(state)  # forms inherit it (8.10.1)
            inner.ctm = matrix.then(state.ctm)
            kept = self._line, self._text
            self._drawn.append(form.objgen)
            self.read(form, form.get("/Resources", resources), inner)
            self._drawn.pop()
            self._line, self._text = kept


def _instructions(stream: pikepdf.Page | pikepdf.Object) -> Iterator[tuple[Any, str]]:
    for part in _parsed(stream):
        for instruction in part:
            operator = str(instruction.operator)
            if operator != "INLINE IMAGE":
                yield instruction.operands, operator


def _parsed(stream: pikepdf.Page | pikepdf.Object) -> Iterator[Any]:
    """The content, parsed; of a page with a damaged stream, as in viewers, the other streams of it.

    Raises:
        pikepdf.PdfError: it cannot be parsed, and is no page of several streams.

    """
    try:
        yield pikepdf.parse_content_stream(stream, _OPERATORS)
    except pikepdf.PdfError:
        contents = stream.obj.get("/Contents") if isinstance(stream, pikepdf.Page) else None
        if not isinstance(contents, pikepdf.Array):
            raise
        for part in contents:
            with suppress(pikepdf.PdfError, *SENSELESS):
                yield pikepdf.parse_content_stream(part, _OPERATORS)
