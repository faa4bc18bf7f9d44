"""What a document may be called that gets its name from a text."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

__all__ = ["file_name_of"]

_MOST_BYTES: Final = 180
"""Of UTF-8: file systems allow 255, and numbers and endings follow."""

_FORBIDDEN: Final = re.compile(r'[<>:"/\\|?*]+')
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""What no file may be called on Windows, whatever its suffix (Microsoft, Naming Files, Paths, and
Namespaces)."""


def file_name_of(text: str) -> str:
    """The text as the name of a file, without a suffix, that all usual file systems can have.

    What they cannot have becomes ``_``; empty where nothing is left.
    """
    text = unicodedata.normalize("NFC", text)
    legible = "".join(
        " " if character.isspace() else "" if unicodedata.category(character)[0] == "C" else character
        for character in text
    )
    name = " ".join(_FORBIDDEN.sub("_", legible).split()).strip(" .")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    while len(name.encode()) > _MOST_BYTES:
        name = name[:-1].rstrip(" .")
    return name
