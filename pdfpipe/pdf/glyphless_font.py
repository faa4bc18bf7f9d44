"""A TrueType font of one invisible glyph, and the Type0 font around it.

Every character is a CID of its own (its code point, where it fits), all CIDs share one glyph of
half an em, and ToUnicode says what they mean.  The glyph is a contour of two points and no area,
because PDFium drops one-letter words and rotated text if a glyph's bounding box is empty.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

__all__ = [
    "ADVANCE",
    "ASCENT",
    "DESCENT",
    "FONT_NAME",
    "CharacterCodes",
    "cid_to_gid_map",
    "to_unicode",
    "truetype",
]

FONT_NAME: Final = "PdfpipeGlyphless"
UNITS_PER_EM: Final = 1000
ADVANCE: Final = 500
ASCENT: Final = 800
DESCENT: Final = -200

_FIRST_SURROGATE: Final = 0xD800
_LAST_SURROGATE: Final = 0xDFFF
_REPLACEMENT: Final = "\ufffd"
_RANGES_A_BLOCK: Final = 100
"""At most 100 entries between beginbfrange and endbfrange (Adobe Technical Note 5411)."""


class CharacterCodes:
    """The 2-byte codes of one document's characters.

    A character of the Basic Multilingual Plane is its own code.  The others take the codes of the
    surrogates, which no text uses, in the order of their first use: 2,048 of them a document.
    """

    def __init__(self) -> None:
        self._astral: dict[str, int] = {}
        self._used: set[str] = set()

    def encode(self, text: str) -> bytes:
        """The codes of a text; beyond 2,048 different astral characters the rest become U+FFFD."""
        if text.isascii() or max(text) <= "\uffff":
            self._used.update(text)
            return text.encode("utf-16-be")
        return b"".join(struct.pack(">H", self._code(character)) for character in text)

    def _code(self, character: str) -> int:
        if character <= "\uffff":
            self._used.add(character)
            return ord(character)
        code = self._astral.get(character)
        if code is None:
            if _FIRST_SURROGATE + len(self._astral) > _LAST_SURROGATE:
                return self._code(_REPLACEMENT)
            code = self._astral[character] = _FIRST_SURROGATE + len(self._astral)
        return code

    @property
    def used(self) -> dict[int, str]:
        """Code to character, for all characters encoded so far, by code."""
        codes = {ord(character): character for character in self._used}
        codes.update({code: character for character, code in self._astral.items()})
        return dict(sorted(codes.items()))


def cid_to_gid_map(codes: Iterable[int]) -> bytes:
    """A CIDToGIDMap (ISO 32000-1, 9.7.4.2) that sends every CID up to the last used one to glyph 1."""
    return b"\0\1" * (max(codes, default=0) + 1)


def to_unicode(codes: dict[int, str]) -> bytes:
    """A ToUnicode CMap (9.10.3): runs of codes whose characters run with them share a range."""
    ranges: list[tuple[int, int, str]] = []
    for code, character in codes.items():
        if ranges and _continues_range(ranges[-1], code, character):
            ranges[-1] = (ranges[-1][0], code, ranges[-1][2])
        else:
            ranges.append((code, code, character))
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for at in range(0, len(ranges), _RANGES_A_BLOCK):
        block = ranges[at : at + _RANGES_A_BLOCK]
        lines.append(f"{len(block)} beginbfrange")
        lines += [
            f"<{first:04X}> <{last:04X}> <{character.encode('utf-16-be').hex().upper()}>"
            for first, last, character in block
        ]
        lines.append("endbfrange")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode("ascii")


def _continues_range(last_range: tuple[int, int, str], code: int, character: str) -> bool:
    """Whether a code and its character both follow a range; only the last byte of each may vary in it."""
    first, last, start = last_range
    if code != last + 1 or not code & 0xFF or not ord(character) & 0xFF:
        return False
    return ord(character) == ord(start) + code - first


def truetype() -> bytes:
    """The font file: .notdef and the one glyph, in the tables that a PDF needs (9.9, table 126)."""
    glyph = (
        struct.pack(">hhhhh", 1, 0, DESCENT, ADVANCE, ASCENT)
        + struct.pack(">HH", 1, 0)  # the last point of the contour is number 1; no instructions
        + bytes((0x01, 0x01))  # both points are on the curve, coordinates are 16-bit
        + struct.pack(">hh", 0, ADVANCE)
        + struct.pack(">hh", DESCENT, ASCENT - DESCENT)
    )
    glyph += bytes(-len(glyph) % 4)
    head = struct.pack(
        ">IIIIHHQQhhhhHHhhh",
        0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0b1011, UNITS_PER_EM, 0, 0,
        0, DESCENT, ADVANCE, ASCENT, 0, 8, 2, 1, 0,
    )  # fmt: skip
    hhea = struct.pack(
        ">IhhhHhhhhhh8xhH", 0x00010000, ASCENT, DESCENT, 0, ADVANCE, 0, 0, ADVANCE, 1, 0, 0, 0, 2
    )
    maxp = struct.pack(">IH13H", 0x00010000, 2, 2, 1, 0, 0, 1, *(0,) * 8)
    tables = {
        b"glyf": glyph,
        b"head": head,
        b"hhea": hhea,
        b"hmtx": struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0),
        b"loca": struct.pack(">III", 0, 0, len(glyph)),
        b"maxp": maxp,
    }
    return _sfnt(tables)


def _sfnt(tables: dict[bytes, bytes]) -> bytes:
    """An OpenType file of these tables, sorted by tag, each with its checksum."""
    count = len(tables)
    power = 1 << (count.bit_length() - 1)
    header = struct.pack(
        ">IHHHH", 0x00010000, count, power * 16, power.bit_length() - 1, (count - power) * 16
    )
    offset = len(header) + 16 * count
    directory, body = b"", b""
    for tag, data in sorted(tables.items()):
        padded = data + bytes(-len(data) % 4)
        directory += struct.pack(">4sIII", tag, _checksum(padded), offset + len(body), len(data))
        body += padded
    font = header + directory + body
    adjustment = (0xB1B0AFBA - _checksum(font)) & 0xFFFFFFFF
    head_at = font.index(struct.pack(">I", 0x5F0F3CF5))
    return font[: head_at - 4] + struct.pack(">I", adjustment) + font[head_at:]


def _checksum(data: bytes) -> int:
    words: tuple[int, ...] = struct.unpack(f">{len(data) // 4}I", data)
    return sum(words) & 0xFFFFFFFF
