"""How high the letters of a page are, from the boxes of its words."""

from __future__ import annotations

from statistics import median
from typing import Final

from pdfpipe.model.text import Direction, Line, PageText

__all__ = ["x_height_of"]

_AS_HIGH_AS_X: Final = frozenset("acemnorsuvwxzавгеиклмнопстхчшыьэюяαεικνοπστυω")
"""Small letters of the Latin, Cyrillic and Greek alphabets that reach neither above an x nor below it."""

_SURE: Final = 0.7
_ENOUGH: Final = 12
"""Confidence of words, and letters in them, without which nothing is told."""


def x_height_of(text: PageText) -> float | None:
    """The usual height of an x in pixels; None of text in other alphabets, or of too little.

    It is the median over letters, so that of the body of the text.
    """
    heights: list[float] = []
    for line in text.lines:
        if line.direction is Direction.TOP_TO_BOTTOM:
            continue
        slope = _slope(line)
        for word in line.words:
            if word.confidence >= _SURE and _AS_HIGH_AS_X.issuperset(word.text):
                heights += [word.box.height - slope * word.box.width] * len(word.text)
    found = median(heights) if len(heights) >= _ENOUGH else 0.0
    return found if found > 0 else None


def _slope(line: Line) -> float:
    """By how much its words rise or fall in a pixel, which makes their boxes higher."""
    if line.baseline is None or line.baseline.end.x <= line.baseline.start.x:
        return 0.0
    start, end = line.baseline.start, line.baseline.end
    return abs((end.y - start.y) / (end.x - start.x))
