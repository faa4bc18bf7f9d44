"""From the characters of a flat line to words with boxes.

The network tells only roughly where it saw a character; the ink tells where a word ends.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Word
from pdfpipe.ocr.ppocr.ctc import ReadCharacter
from pdfpipe.ocr.ppocr.lines import LINE_HEIGHT, FlatLine
from pdfpipe.ocr.ppocr.network import Floats

__all__ = ["word_confidence", "words_of"]

Ink = NDArray[np.bool_]

_CLEAR_GAP: Final = 0.34
_LIKELY_GAP: Final = 0.16
"""In line heights: blank space between two characters that parts words by itself, and one that does if
the network has seen a space there with a probability of at least `_HINT`."""
_HINT: Final = 0.3
_WIDER: Final = 2.2
"""... and that is so much wider than the usual gap in the line."""

_FAR, _TOO_FAR = 1.25, 3.0
"""In line heights: characters whose middles are so far apart, and `_WIDER` than usual, belong to two words
whatever lies between them, a rule below the text, say; and those that are too far apart in any case."""

_BREAK: Final = 4
"""Pixels of the flat line: empty rows beyond which ink belongs to the line above or below."""

_INTERCEPT, _MEAN, _WORST = 0.29, 0.32, 0.32
"""Logit of a word's confidence, by those of the mean and the least probability of its characters
(benchmarks/calibration.py)."""


def words_of(line: FlatLine, characters: Sequence[ReadCharacter], spaces: Floats) -> list[Word]:
    """The words of a line, from its start to its end; boxes are in page pixels.

    `spaces` is the probability of a space at each column of the line's pixels.
    """
    ink = _ink(line)
    columns: Ink = np.asarray(ink.any(axis=0))
    groups = _groups(characters, columns, spaces)
    edges = _edges(groups, columns)
    return [
        Word(
            unicodedata.normalize("NFC", "".join(c.text for c in group)),
            _box(line, ink, x0, x1),
            word_confidence([c.probability for c in group]),
        )
        for group, (x0, x1) in zip(groups, edges, strict=True)
    ]


def word_confidence(probabilities: Sequence[float]) -> float:
    """How likely a word is right whose characters have these probabilities."""
    mean = sum(probabilities) / len(probabilities)
    logit = _INTERCEPT + _MEAN * _logit(mean) + _WORST * _logit(min(probabilities))
    return 1 / (1 + math.exp(-logit))


def _logit(probability: float) -> float:
    bounded = min(max(probability, 0.002), 0.998)
    return math.log(bounded / (1 - bounded))


def _ink(line: FlatLine) -> Ink:
    """Where the ink is: the rarer side of Otsu's threshold, be it the dark or the light one."""
    pixels: Any = line.pixels
    gray = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    _, dark = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    ink: Ink = dark.astype(bool)
    if ink.mean() > 0.5:
        ink = ~ink
    return ink


def _groups(characters: Sequence[ReadCharacter], columns: Ink, spaces: Floats) -> list[list[ReadCharacter]]:
    """The characters of each word: parted at spaces, and where the network has left one out."""
    gaps = [_widest_gap(columns, _middle(a), _middle(b)) for a, b in pairwise(characters)]
    narrow = [gap for gap, (a, b) in zip(gaps, pairwise(characters), strict=True) if _joins(a, b)]
    usual = float(np.median(narrow)) if narrow else 0.0
    far = _far(characters)
    groups: list[list[ReadCharacter]] = [[]]
    for i, character in enumerate(characters):
        if character.is_space:
            groups.append([])
            continue
        if i and _joins(characters[i - 1], character) and groups[-1]:
            before, gap = characters[i - 1], gaps[i - 1]
            if _middle(character) - _middle(before) > far:
                groups.append([character])
                continue
            window = spaces[round(before.end) : round(character.start)]
            hinted = bool(len(window)) and float(window.max()) >= _HINT
            if before.text.isdigit() and character.text.isdigit() and not hinted:
                pass  # ones stand far apart in many fonts
            elif gap > _WIDER * usual and gap > (_LIKELY_GAP if hinted else _CLEAR_GAP) * LINE_HEIGHT:
                groups.append([])
        groups[-1].append(character)
    return [group for group in groups if group]


def _far(characters: Sequence[ReadCharacter]) -> float:
    """Pixels between the middles of two characters beyond which no word goes on."""
    distances = [_middle(b) - _middle(a) for a, b in pairwise(characters) if _joins(a, b)]
    usual = float(np.median(distances)) if distances else 0.0
    return min(max(_WIDER * usual, _FAR * LINE_HEIGHT), _TOO_FAR * LINE_HEIGHT)


def _joins(a: ReadCharacter, b: ReadCharacter) -> bool:
    """Whether both belong to scripts that part words by spaces."""
    return not (a.is_space or b.is_space) and not (_is_wide(a.text) or _is_wide(b.text))


def _is_wide(text: str) -> bool:
    return any(unicodedata.east_asian_width(c) in "WF" for c in text)


def _widest_gap(columns: Ink, start: float, end: float) -> int:
    """The longest run of columns without ink between two places."""
    longest = run = 0
    for inked in columns[max(int(start), 0) : math.ceil(end)]:
        run = 0 if inked else run + 1
        longest = max(longest, run)
    return longest


def _edges(groups: list[list[ReadCharacter]], columns: Ink) -> list[tuple[float, float]]:
    """Where each word begins and ends, in pixels of the flat line."""
    if not groups:
        return []
    inked = np.flatnonzero(columns)
    first, last = (float(inked[0]), float(inked[-1] + 1)) if len(inked) else (0.0, float(len(columns)))
    starts, ends = [first], []
    for left, right in pairwise(groups):
        gap = _gap_between(columns, left[-1], right[0])
        ends.append(gap[0])
        starts.append(gap[1])
    ends.append(last)
    return [
        (start, end) if end - start >= 1 else (group[0].start, max(group[-1].end, group[0].start + 1))
        for group, start, end in zip(groups, starts, ends, strict=True)
    ]


def _middle(character: ReadCharacter) -> float:
    return (character.start + character.end) / 2


def _gap_between(columns: Ink, left: ReadCharacter, right: ReadCharacter) -> tuple[float, float]:
    """The widest run of columns without ink between two characters; where there is none, their middle, or
    all that is between characters far apart, which is a rule.
    """
    a, b = _middle(left), _middle(right)
    best = (left.end, right.start) if b - a > _FAR * LINE_HEIGHT else ((a + b) / 2, (a + b) / 2)
    widest = 0.0
    start: int | None = None
    low, high = max(int(a), 0), min(math.ceil(b), len(columns))
    for x in range(low, high + 1):
        blank = x < high and not columns[x]
        if blank and start is None:
            start = x
        elif not blank and start is not None:
            if x - start > widest:
                best, widest = (float(start), float(x)), float(x - start)
            start = None
    return best


def _box(line: FlatLine, ink: Ink, x0: float, x1: float) -> BoundingBox:
    """The box of the ink between two columns, without what hangs in from the lines above and below."""
    height, width = ink.shape
    rows = np.flatnonzero(ink[:, int(x0) : max(math.ceil(x1), int(x0) + 1)].any(axis=1))
    top, bottom = 0.1 * height, 0.9 * height
    if len(rows):
        runs = np.split(rows, np.flatnonzero(np.diff(rows) > _BREAK) + 1)
        main = max(runs, key=lambda run: (len(run), -abs(float(run.mean()) - height / 2)))
        top, bottom = float(main[0]), float(main[-1] + 1)
    return line.box.part(x0 / width, top / height, x1 / width, bottom / height)
