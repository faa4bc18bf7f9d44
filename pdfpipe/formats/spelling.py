"""Text, numbers and directions as the formats spell them."""

from __future__ import annotations

import re
import unicodedata
from html import escape
from typing import Final

from pdfpipe.model.text import Direction

__all__ = ["direction_of", "has_right_to_left", "number", "utf8_text", "word_direction", "xml_text"]

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no XML document can hold, however it is escaped (XML 1.0, 2.2)."""

_REPLACEMENT: Final = "\ufffd"


def utf8_text(text: str) -> str:
    """The text with U+FFFD for lone surrogates, which UTF-8 has not."""
    return _SURROGATES.sub(_REPLACEMENT, text)


def xml_text(text: str) -> str:
    """The text for content or a quoted attribute, with U+FFFD for characters that XML forbids."""
    if text.isalnum():
        return text
    return escape(_NOT_IN_XML.sub(_REPLACEMENT, text))


def number(value: float, digits: int = 2) -> str:
    """A number with at most so many digits behind the point, and none that is not needed."""
    rounded = round(value, digits)
    whole = int(rounded)
    return f"{whole}" if rounded == whole else f"{rounded:.{digits}f}".rstrip("0")


def has_right_to_left(text: str) -> bool:
    """Whether a character in it runs from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def direction_of(text: str) -> Direction:
    """Which way a text runs by its first letter that has a direction (UAX #9, rule P2)."""
    if text.isascii():
        return Direction.LEFT_TO_RIGHT
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return Direction.LEFT_TO_RIGHT if kind == "L" else Direction.RIGHT_TO_LEFT
    return Direction.LEFT_TO_RIGHT


def word_direction(text: str, line: Direction | None) -> Direction:
    """Which way a word runs that does not say so itself, in a line of a known direction or of none."""
    return Direction.TOP_TO_BOTTOM if line is Direction.TOP_TO_BOTTOM else direction_of(text)
