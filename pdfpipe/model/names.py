"""File names as text that can be printed, logged and put into JSON and XML."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["shown"]


def shown(path: Path | str) -> str:
    r"""The name with control characters and bytes that are no UTF-8 spelled as \n, \x1b, \xff."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
