"""File names as text that can be printed, logged and put into JSON and XML."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Final

__all__ = ["shown"]

_JOINERS: Final = "\u200c\u200d"
"""Zero-width non-joiner and joiner, which Persian and the scripts of India cannot do without."""


def shown(path: Path | str) -> str:
    r"""The name with control characters and bytes that are no UTF-8 spelled as \n, \x1b, \xff."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(c if _is_harmless(c) else c.encode("unicode_escape").decode("ascii") for c in text)


def _is_harmless(character: str) -> bool:
    """Whether it prints as itself: spaces and joiners do, control and bidi characters do not."""
    return character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs"
