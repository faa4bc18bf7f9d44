"""Which hyphen at the end of a line breaks a word, and which belongs to it.

Readers join a word again that a hyphen-minus breaks at the end of a line: poppler and PDFium when they
copy and search, pdf.js when it searches.  They do so wherever there is one, and so would turn
"Jean-Baptiste" into "JeanBaptiste".  A zero width space behind it stops poppler and PDFium, which then
copy the hyphen and the end of the line.  U+00AD would be the right character for the first kind, but
poppler does not know it at the end of a line, and pdf.js drops it (docs/text-layer.md).
"""

from __future__ import annotations

from typing import Final

import msgspec

from pdfpipe.model.text import Direction, Line

__all__ = ["breaks_word", "with_hyphen_for_readers"]

_HYPHEN: Final = "-"
_STOP: Final = "\u200b"

_ONLY_BREAKS: Final = "\u00ad\u2e17\u00ac"
"""Soft hyphen, the double hyphen of Fraktur, and the sign that transcriptions have for a break."""

_HYPHENS: Final = _HYPHEN + "\u2010" + _ONLY_BREAKS

_FIRST_PARTS: Final = frozenset(
    "twenty thirty forty fifty sixty seventy eighty ninety self well half".split()
)
"""Of English compounds; few other words begin so."""

_SUSPENDING: Final = frozenset(("and", "und", "oder"))
"""Before these a hyphen stands for the rest of a compound, as in "Garten- und Obstbau"."""


def breaks_word(fragment: str, continuation: str) -> bool:
    """Whether the hyphen at the end of `fragment` breaks a word that goes on with `continuation`.

    It does if at least two letters stand before it and the next line begins with a small letter, or if
    all of it is in capitals.  Where there is a hyphen inside the fragment already, or the fragment is
    a usual first part of a compound, the hyphen is taken for part of the word.
    """
    stem = fragment[:-1].lstrip("\"'([{<*_¡¿„“”‚‘’«»‹›—–")  # noqa: RUF001
    if len(stem) < 2 or not stem[-2:].isalpha() or not continuation[:1].isalpha():
        return False
    if continuation[0].isupper():
        return stem.isupper() and continuation[:2].isupper()
    if not continuation[0].islower() or continuation in _SUSPENDING:
        return False
    return fragment[-1] in _ONLY_BREAKS or (_HYPHEN not in stem and stem.lower() not in _FIRST_PARTS)


def with_hyphen_for_readers(line: Line, following: Line | None) -> Line:
    """The line with the hyphen that may be at its end as readers need it; `following` is read after it."""
    last = line.words[-1].text if line.words else ""
    if last[-1:] not in _HYPHENS or not last or line.direction is not Direction.LEFT_TO_RIGHT:
        return line
    continuation = following.words[0].text if following is not None and following.words else ""
    if breaks_word(last, continuation):
        spelled = last[:-1] + _HYPHEN
    elif last[-1] == _HYPHEN:
        spelled = last + _STOP
    else:
        return line
    word = msgspec.structs.replace(line.words[-1], text=spelled)
    return msgspec.structs.replace(line, words=(*line.words[:-1], word))
