"""What kinds of mistakes a text has: an account by rules, word by word."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from benchmarks.support.scoring import words_of

__all__ = ["KINDS", "mistakes"]

KINDS: Final = ("fault in the truth", "spaces", "order", "misread", "not detected", "not in the truth")
_ALIKE: Final = 0.5


def mistakes(found: str, truth: str, others: Sequence[str]) -> Counter[str]:
    """How many words went wrong, by kind; each missing word and each surplus word counts once.

    *Fault in the truth*: the engines, asked one by one (`others`), all read the same other word.
    *Spaces*: the letters are there, joined to a neighbour or parted.  *Order*: both halves of a broken
    word are there, apart.  *Misread*: a similar word is there instead.  *Not detected*: nothing like it is.
    *Not in the truth*: a surplus word that no missing one accounts for.
    """
    a, b = words_of(found), words_of(truth)
    missing, surplus = list((b - a).elements()), list((a - b).elements())
    agreed = [words_of(text) - b for text in others]
    run = re.sub(r"[\W_]+", "", found.lower())
    kinds: Counter[str] = Counter()
    for word in sorted(missing, key=len, reverse=True):
        twin = max(surplus, key=lambda other: _likeness(word, other), default="")
        joined = next((other for other in surplus if len(other) > len(word) >= 2 and word in other), None)
        halves = _halves(word, surplus)
        if twin and _likeness(word, twin) > _ALIKE and all(text[twin] for text in agreed):
            kinds["fault in the truth"] += 1
            surplus.remove(twin)
        elif halves or joined:
            kinds["spaces" if joined or word in run else "order"] += 1
            for half in halves:
                surplus.remove(half)
        elif twin and _likeness(word, twin) > _ALIKE:
            kinds["misread"] += 1
            surplus.remove(twin)
        else:
            kinds["not detected"] += 1
    kinds["not in the truth"] = len(surplus)
    return kinds


def _halves(word: str, surplus: Sequence[str]) -> list[str]:
    """Two surplus words that are the word together."""
    left = set(surplus)
    for cut in range(1, len(word)):
        pair = [word[:cut], word[cut:]]
        if left.issuperset(pair) and (pair[0] != pair[1] or list(surplus).count(pair[0]) > 1):
            return pair
    return []


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b, autojunk=False).ratio()
