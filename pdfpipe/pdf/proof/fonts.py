"""What the codes of a font mean and how wide they are, from its dictionary (ISO 32000-1, 9.6 to 9.10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    import pikepdf

__all__ = ["Font", "Run"]

_UNKNOWN: Final = "\ufffd"
_THOUSANDTH: Final = 0.001
_DEFAULT_WIDTH: Final = 1000
_MIDDLING_WIDTH: Final = 500.0
_SPACE_CODE: Final = 32

_SECTION: Final = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_CHAR: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>")
_RANGE: Final = re.compile(
    rb"<([0-9A-Fa-f\s]*)>\s*<([0-9A-Fa-f\s]*)>\s*(?:<([0-9A-Fa-f\s]*)>|\[([^\]]*)\])", re.DOTALL
)
_STRING: Final = re.compile(rb"<([0-9A-Fa-f\s]*)>")


class Run(msgspec.Struct, frozen=True, gc=False):
    """Characters of one string that are all white space or all not.

    `width` is the sum of their widths in em, `codes` and `word_spaces` count what character and word
    spacing are added to (9.3.2 and 9.3.3).
    """

    text: str
    white: bool
    width: float
    codes: int
    word_spaces: int


class Font:
    """One font of a document; `ascent` and `descent` are in em.

    Codes that its ToUnicode map leaves out are U+FFFD: the text that a reader finds must not depend on
    what the reader guesses.  A simple font without such a map is taken for Latin (Windows-1252).
    """

    def __init__(self, font: pikepdf.Object) -> None:
        self._composite = font.get("/Subtype") == "/Type0"
        described = font.DescendantFonts[0] if self._composite else font
        self._to_unicode = _to_unicode(font)
        self._width = _composite_widths(described) if self._composite else _simple_widths(font)
        descriptor: Any = described.get("/FontDescriptor", {})
        self.ascent = float(descriptor.get("/Ascent", 0) or 800) * _THOUSANDTH
        self.descent = float(descriptor.get("/Descent", 0) or -200) * _THOUSANDTH
        self._runs: dict[bytes, tuple[Run, ...]] = {}

    def runs(self, data: bytes) -> tuple[Run, ...]:
        """What a string shows, in order."""
        runs = self._runs.get(data)
        if runs is None:
            runs = tuple(self._read(data))
            if len(self._runs) < _REMEMBERED:
                self._runs[data] = runs
        return runs

    def _read(self, data: bytes) -> Iterator[Run]:
        codes: tuple[int, ...] | bytes = data
        if self._composite:
            codes = tuple(high << 8 | low for high, low in zip(data[::2], data[1::2], strict=False))
        characters = [(code, self._character(code)) for code in codes]
        for white, group in groupby(characters, lambda one: one[1].isspace()):
            run = list(group)
            yield Run(
                "".join(character for _, character in run),
                white,
                sum(self._width(code) for code, _ in run) * _THOUSANDTH,
                len(run),
                0 if self._composite else sum(code == _SPACE_CODE for code, _ in run),
            )

    def _character(self, code: int) -> str:
        if self._to_unicode is not None:
            return self._to_unicode.get(code, _UNKNOWN)
        if self._composite:
            return _UNKNOWN
        return bytes((code,)).decode("cp1252", "replace")


_REMEMBERED: Final = 20_000
"""Strings whose meaning is kept: words come again, and memory has its bounds."""


def _to_unicode(font: pikepdf.Object) -> dict[int, str] | None:
    """The ToUnicode map (9.10.3); None if there is none."""
    stream = font.get("/ToUnicode")
    if stream is None or not hasattr(stream, "read_bytes"):
        return None
    characters: dict[int, str] = {}
    for section in _SECTION.finditer(stream.read_bytes()):
        if section[1] == b"bfchar":
            for code, text in _CHAR.findall(section[2]):
                characters[_number(code)] = _text(text)
            continue
        for first, last, start, texts in _RANGE.findall(section[2]):
            codes = range(_number(first), min(_number(last), 0xFFFF) + 1)
            if texts:
                characters.update(zip(codes, map(_text, _STRING.findall(texts)), strict=False))
            elif begin := _text(start):
                characters.update((code, _successor(begin, code - codes.start)) for code in codes)
    return characters


def _number(digits: bytes) -> int:
    return int(b"".join(digits.split()) or b"0", 16)


def _text(digits: bytes) -> str:
    digits = b"".join(digits.split())
    return bytes.fromhex((digits + b"0" * (-len(digits) % 4)).decode("ascii")).decode("utf-16-be", "replace")


def _successor(text: str, steps: int) -> str:
    """The text that a range gives after so many steps: only its last character is counted up."""
    last = ord(text[-1]) + steps
    return text[:-1] + (chr(last) if last <= 0x10FFFF else _UNKNOWN)


def _composite_widths(descendant: pikepdf.Object) -> Callable[[int], float]:
    """Widths by CID (9.7.4.3), of a font whose codes are its CIDs."""
    default = float(descendant.get("/DW", _DEFAULT_WIDTH))
    widths: dict[int, float] = {}
    entries: list[Any] = list(descendant.get("/W", []))
    at = 0
    while at + 1 < len(entries):
        first = int(entries[at])
        if hasattr(entries[at + 1], "__len__"):
            widths.update((first + i, float(width)) for i, width in enumerate(entries[at + 1]))
            at += 2
        else:
            last, width = min(int(entries[at + 1]), 0xFFFF), float(entries[at + 2])
            widths.update(dict.fromkeys(range(first, last + 1), width))
            at += 3
    return lambda code: widths.get(code, default)


def _simple_widths(font: pikepdf.Object) -> Callable[[int], float]:
    """Widths by code (9.2.4); of the standard 14 fonts, which may leave them out, a middling one."""
    first = int(font.get("/FirstChar", 0))
    widths = [float(width) for width in font.get("/Widths", [])]
    descriptor: Any = font.get("/FontDescriptor", {})
    missing = float(descriptor.get("/MissingWidth", 0)) if widths else _MIDDLING_WIDTH
    return lambda code: widths[code - first] if 0 <= code - first < len(widths) else missing
