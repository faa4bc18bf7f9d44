"""The user's words and patterns: files that Tesseract reads when it is made, and never complains about."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pdfpipe.errors import UsageError
from pdfpipe.model.names import shown

__all__ = ["pattern_list", "word_list"]

_MAX_LINE: Final = 499
"""Tesseract's buffer for a line, in bytes (dict/trie.cpp)."""

_CLASSES: Final = frozenset("cdnpaA*\\")
"""What may follow a backslash in a pattern: letter, digit, letter or digit, punctuation, small letter,
capital letter, the same again, and a backslash (dict/trie.h)."""


def word_list(file: Path) -> str:
    """The words of a file, one a line, as Tesseract wants them.

    Raises:
        UsageError: the file cannot be read or is no list of words.

    """
    lines = _lines(file, "user words")
    for number, line in enumerate(lines, 1):
        if len(line.split()) > 1:
            raise UsageError(f"user words: {shown(file)}, line {number}: one word a line is needed")
    return "".join(f"{line.strip()}\n" for line in lines if line.strip())


def pattern_list(file: Path) -> str:
    r"""The patterns of a file, one a line, as Tesseract wants them: ``\A\A\d\d\d\d``.

    Raises:
        UsageError: the file cannot be read or a line is no pattern.

    """
    lines = _lines(file, "user patterns")
    for number, line in enumerate(lines, 1):
        if (wrong := _wrong_with(line)) is not None:
            raise UsageError(f"user patterns: {shown(file)}, line {number}: {wrong}")
    return "".join(f"{line.strip()}\n" for line in lines if line.strip())


def _lines(file: Path, what: str) -> list[str]:
    """The lines of a text file.  Tesseract would take a byte order mark for a part of the first."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{what}: {shown(file)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{what}: {shown(file)} is no UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if len(line.encode()) > _MAX_LINE:
            raise UsageError(f"{what}: {shown(file)}, line {number} has more than {_MAX_LINE} bytes")
    return lines


def _wrong_with(pattern: str) -> str | None:
    """What is wrong with a pattern, None if nothing."""
    characters = iter(pattern.strip())
    first = True
    for character in characters:
        if character.isspace():
            return "a pattern has no blanks"
        if character == "\\":
            kind = next(characters, "")
            if kind not in _CLASSES or not kind:
                return f"'\\{kind}' means nothing; there are \\c \\d \\n \\p \\a \\A \\* and \\\\"
            if kind == "*" and first:
                return "there is nothing before \\* that could be repeated"
        first = False
    return None
