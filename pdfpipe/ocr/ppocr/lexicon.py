"""Where the network wavers between two characters, take the one that makes a word.

Worn type makes c and e, 0 and o alike to a network that knows letters and no words.  Only characters
that it was not sure of change, and only into those that it had in mind itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import Final

import msgspec

from pdfpipe.ocr.dictionary import Dictionary
from pdfpipe.ocr.ppocr.ctc import ReadCharacter

__all__ = ["corrected"]

_LEAST_WORD: Final = 0.002
_LEAST_NUMBER: Final = 0.02
"""How likely another reading must be at least, as a share of the likeliest: of the values tried, those
with the best word F1 on books and receipts together (0.001 to 0.03)."""

_SHORTEST: Final = 3
_MOST_CHANGES: Final = 2
_DIGITS: Final = frozenset("0123456789")
_LIKE_DIGITS: Final = frozenset("oOQDiIlLrzZsSgqGbBtTe")
"""In the types of print that scans have, these are taken for digits, and digits for them."""

_LIGATURES: Final = frozenset("æœÆŒ")


def corrected(characters: Sequence[ReadCharacter], dictionary: Dictionary) -> list[ReadCharacter]:
    """The characters of a line, with those changed that make words of what are none."""
    result: list[ReadCharacter] = []
    word: list[ReadCharacter] = []
    for character in characters:
        if character.text.isalnum():
            word.append(character)
            continue
        result += _word(word, dictionary)
        word = []
        result.append(character)
    return result + _word(word, dictionary)


def _word(word: list[ReadCharacter], dictionary: Dictionary) -> list[ReadCharacter]:
    if not any(c.others for c in word):
        return word
    text = "".join(c.text for c in word)
    digits = sum(c.text in _DIGITS for c in word)
    if digits:
        return _number(word) if 2 * digits >= len(word) else word
    if len(word) < _SHORTEST or not dictionary or text in dictionary:
        return word
    best, likeliest = word, _LEAST_WORD
    wavering = [i for i, c in enumerate(word) if c.others and c.text not in _LIGATURES]
    for count in range(1, _MOST_CHANGES + 1):
        for places in combinations(wavering, count):
            for choice in product(*(word[i].others for i in places)):
                share = 1.0
                for i, (_, probability) in zip(places, choice, strict=True):
                    share *= probability / max(word[i].probability, 1e-6)
                if share <= likeliest:
                    continue
                tried = list(text)
                for i, (letter, _) in zip(places, choice, strict=True):
                    tried[i] = letter
                candidate = "".join(tried)
                if candidate.isalpha() and candidate in dictionary:
                    best, likeliest = _changed(word, places, choice), share
        if best is not word:
            break
    return best


def _number(word: list[ReadCharacter]) -> list[ReadCharacter]:
    """Letters among digits become digits, where the network had these in mind."""
    places, choice = [], []
    for i, character in enumerate(word):
        if character.text not in _LIKE_DIGITS:
            continue
        digit = next((other for other in character.others if other[0] in _DIGITS), None)
        if digit is not None and digit[1] > _LEAST_NUMBER * character.probability:
            places.append(i)
            choice.append(digit)
    return _changed(word, places, choice)


def _changed(
    word: list[ReadCharacter], places: Sequence[int], choice: Sequence[tuple[str, float]]
) -> list[ReadCharacter]:
    changed = list(word)
    for i, (text, probability) in zip(places, choice, strict=True):
        changed[i] = msgspec.structs.replace(word[i], text=text, probability=probability, others=())
    return changed
