"""A line's characters as a text layer wants them: only those with a meaning, from left to right.

Readers turn what they find from left to right back into logical order, each by its own simplification
of the Unicode bidirectional algorithm (UAX #9).  Brackets are therefore not mirrored.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

__all__ = ["is_right_to_left", "visible_text", "visual_words"]

_LRM, _RLM = "\u200e", "\u200f"
"""What runs against the direction of its line is closed with a mark of the line's direction.

Poppler takes the blanks and punctuation behind such a run for a part of it and turns them with it, so
that "word 1948, word" becomes "word ,1948word" (TextOutputDev.cc, dumpFragment).
"""

_LIGATURES: Final = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
"""From U+FB00 on: each is one sign on the page, but nobody searches for it so."""


def visible_text(text: str) -> str:
    """The text without what has no place in a text layer, and Latin ligatures as letters.

    Dropped are control characters, NUL, U+FEFF, U+FFFE, U+FFFF (ISO 19005-2, 6.2.11.7.2) and lone
    surrogates.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c for c in text if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufeff\ufffe\uffff"
    ).translate(_LIGATURES)


def visual_words(words: Sequence[str], *, right_to_left: bool) -> list[str]:
    """The characters of each word from left to right as they are seen.

    The words of the line are given, and come back, in logical order; `right_to_left` is the line's
    direction.
    """
    if not right_to_left and not _has_right_to_left("".join(words)):
        return list(words)
    base = "R" if right_to_left else "L"
    runs: list[str] = []
    for word in words:
        runs.append(_run_of(word, base, runs[-1] if runs else base))
    visual = [_visual(word, base) for word in words]
    for i, (word, run) in enumerate(zip(words, runs, strict=True)):
        inner = run == base == "R" and i + 1 < len(words) and _ends_from_left(word)
        if inner or _starts_inner_run(runs, i, base):
            visual[i] = _RLM + visual[i] if right_to_left else visual[i] + _LRM
    return visual


def _has_right_to_left(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


def _run_of(word: str, base: str, before: str) -> str:
    """The run that a word belongs to: L, R, or N for a number in a right-to-left line, a run of its own.

    A number behind Latin letters belongs to them (rule W7), punctuation to the line.
    """
    kinds = [unicodedata.bidirectional(c) for c in word]
    strong = next((kind for kind in kinds if kind in ("L", "R", "AL")), None)
    if strong is not None:
        return "L" if strong == "L" else "R"
    if base == "L" or not any(kind in ("EN", "AN") for kind in kinds):
        return base
    return "L" if before == "L" else "N"


def _starts_inner_run(runs: Sequence[str], index: int, base: str) -> bool:
    """Whether a run against the line's direction starts here and other words stand behind it."""
    run = runs[index]
    if run == base or (run != "N" and index and runs[index - 1] == run):
        return False
    end = index + 1
    while run != "N" and end < len(runs) and runs[end] == run:
        end += 1
    return end < len(runs)


def _ends_from_left(word: str) -> bool:
    """Whether the last character is a Latin letter, or one that stands in numbers, such as a full stop."""
    return unicodedata.bidirectional(word[-1]) in ("L", "EN", "AN", "CS", "ES", "ET")


def _visual(word: str, base: str) -> str:
    if base == "R":
        return _right_to_left(word)
    kinds = [unicodedata.bidirectional(c) for c in word]
    inner = [i for i, kind in enumerate(kinds) if kind in ("R", "AL")]
    if not inner:
        return word
    start = stop = inner[0]
    while stop < len(word) and (stop <= inner[-1] or kinds[stop] in ("EN", "AN", "NSM")):
        stop += 1
    tail = word[stop:]
    mark = _LRM if tail and kinds[stop] != "L" else ""
    return word[:start] + _right_to_left(word[start:stop]) + mark + tail


def _right_to_left(text: str) -> str:
    """A word of a right-to-left line: reversed, but for the numbers and Latin letters in it."""
    kinds = [unicodedata.bidirectional(c) for c in text]
    pieces: list[str] = []
    start = 0
    while start < len(text):
        stop = _end_of_run(kinds, start)
        if kinds[start] not in ("L", "EN", "AN"):
            pieces.append(text[start:stop][::-1])
        else:
            pieces.append(text[start:stop])
            if stop < len(text) and kinds[stop] not in ("R", "AL"):
                pieces.append(_RLM)
        start = stop
    return "".join(reversed(pieces))


def _end_of_run(kinds: Sequence[str], start: int) -> int:
    """Where the run of one direction ends that starts here, as rules W4 to W7, N1 and N2 have it."""
    stop, latin = start, kinds[start] == "L"
    if kinds[start] not in ("L", "EN", "AN"):
        while stop < len(kinds) and kinds[stop] not in ("L", "EN", "AN"):
            stop += 1
        return stop
    while stop < len(kinds):
        kind = kinds[stop]
        if kind in ("L", "EN", "AN", "NSM") or (kind == "ET" and kinds[stop - 1] in ("EN", "ET")):
            latin |= kind == "L"
            stop += 1
            continue
        behind = stop + 1
        while latin and behind < len(kinds) and kinds[behind] not in ("L", "R", "AL", "EN", "AN"):
            behind += 1
        if not _bridges(kinds, stop, behind, latin=latin):
            break
        stop = behind
    return stop


def _bridges(kinds: Sequence[str], start: int, stop: int, *, latin: bool) -> bool:
    """Whether what stands between two pieces of a left-to-right run belongs to it."""
    if stop >= len(kinds) or kinds[stop] not in ("L", "EN", "AN"):
        return False
    return latin or (kinds[start] in ("CS", "ES") and kinds[stop] != "L")


def is_right_to_left(text: str) -> bool:
    """Whether what is written runs from right to left from its first letter to its last."""
    ends = text.strip(_LRM)
    return bool(ends) and all(unicodedata.bidirectional(c) in ("R", "AL", "NSM") for c in (ends[0], ends[-1]))
