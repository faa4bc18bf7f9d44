"""A word's characters as a text layer wants them: only those with a meaning, from left to right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

__all__ = ["is_unspaced", "visible_text", "visual_order"]


def visible_text(text: str) -> str:
    """The text without what has no place in a text layer.

    Dropped are control characters, NUL, U+FEFF, U+FFFE, U+FFFF (ISO 19005-2, 6.2.11.7.2) and lone
    surrogates.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufeff\ufffe\uffff"
    )


def visual_order(text: str) -> str:
    """The characters of a word from left to right as they are seen.

    A right-to-left word is reversed, except for the numbers and Latin letters in it.  Readers turn
    it back by the bidirectional algorithm, so brackets are left as they are.
    """
    if text.isascii() or not any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        return text
    runs = reversed(list(_logical_runs(text)))
    return "".join(run if ltr else run[::-1] for ltr, run in runs)


def _logical_runs(text: str) -> Iterator[tuple[bool, str]]:
    """Runs of one direction in logical order; the first value says whether a run reads left to right."""
    start = 0
    while start < len(text):
        ltr = unicodedata.bidirectional(text[start]) in ("L", "EN", "AN")
        stop = start + 1
        while stop < len(text) and _continues(text, stop, ltr=ltr):
            stop += 1
        yield ltr, text[start:stop]
        start = stop


def _continues(text: str, index: int, *, ltr: bool) -> bool:
    """Whether the character goes on with the run; separators inside a number belong to it."""
    kind = unicodedata.bidirectional(text[index])
    if not ltr:
        return kind not in ("L", "EN", "AN")
    if kind in ("CS", "ES"):
        return index + 1 < len(text) and unicodedata.bidirectional(text[index + 1]) in ("EN", "AN")
    return kind in ("L", "EN", "AN")


def is_unspaced(character: str) -> bool:
    """Whether words of its script stand without spaces between them, as Chinese and Japanese do."""
    code = ord(character)
    return (
        0x2E80 <= code <= 0x9FFF  # radicals, CJK punctuation, kana, ideographs
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFFEF
        or 0x20000 <= code <= 0x3FFFF
    )
