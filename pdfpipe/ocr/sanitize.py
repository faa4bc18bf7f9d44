"""What an engine read, made to keep its contract: engines come from other packages too."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import reduce

import msgspec

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Baseline, Block, Line, PageText, Word

__all__ = ["sanitized"]


class _Faults:
    """How many words had what wrong with them."""

    def __init__(self) -> None:
        self.cut = self.nowhere = self.empty = self.divided = self.unsure = 0

    def notes(self) -> tuple[str, ...]:
        """One sentence for each kind that there is."""
        told = (
            (self.cut, "placed {} partly outside the page; cut at its edge"),
            (self.nowhere, "placed {} outside the page or gave no area; left out"),
            (self.empty, "gave {} without text; left out"),
            (self.divided, "gave {} with blanks; divided there"),
            (self.unsure, "gave {} with a confidence that is not between 0 and 1; set to the nearest"),
        )
        return tuple(
            "the engine " + sentence.format(f"{count} word{'s' * (count > 1)}")
            for count, sentence in told
            if count
        )


def sanitized(text: PageText) -> tuple[PageText, tuple[str, ...]]:
    """The text with every word on the page, and what had to be done for that.

    Boxes are clipped, words without text or area left out, words with blanks divided, confidences brought
    between 0 and 1 (NaN to 0).  A text that keeps the contract comes back as it is.
    """
    page = BoundingBox(0.0, 0.0, float(text.width), float(text.height))
    if all(_is_good(line, page) for line in text.lines) and all(
        block.lines and _is_in(block.box, page) for block in text.blocks
    ):
        return text, ()
    faults = _Faults()
    blocks = []
    for block in text.blocks:
        lines = [better for line in block.lines if (better := _better_line(line, page, faults)) is not None]
        if lines:
            blocks.append(Block(tuple(lines), _union(line.box for line in lines)))
    return msgspec.structs.replace(text, blocks=tuple(blocks)), faults.notes()


def _is_good(line: Line, page: BoundingBox) -> bool:
    return (
        bool(line.words)
        and _is_in(line.box, page)
        and (line.baseline is None or _is_finite(line.baseline))
        and all(
            word.box.area > 0
            and _is_in(word.box, page)
            and 0 <= word.confidence <= 1
            and word.text.split() == [word.text]
            for word in line.words
        )
    )


def _is_in(box: BoundingBox, page: BoundingBox) -> bool:
    """Whether it is within the page; never so with NaN in it."""
    return page.x0 <= box.x0 <= box.x1 <= page.x1 and page.y0 <= box.y0 <= box.y1 <= page.y1


def _is_finite(baseline: Baseline) -> bool:
    start, end = baseline.start, baseline.end
    return all(map(math.isfinite, (start.x, start.y, end.x, end.y)))


def _better_line(line: Line, page: BoundingBox, faults: _Faults) -> Line | None:
    """The line with good words; None if it has none."""
    words = tuple(better for word in line.words for better in _better_words(word, page, faults))
    if not words:
        return None
    return msgspec.structs.replace(
        line,
        words=words,
        box=_union(word.box for word in words),
        baseline=line.baseline if line.baseline is not None and _is_finite(line.baseline) else None,
    )


def _better_words(word: Word, page: BoundingBox, faults: _Faults) -> Iterator[Word]:
    parts = word.text.split()
    if not parts:
        faults.empty += 1
        return
    box = word.box
    if not _is_in(box, page):
        box = BoundingBox(
            max(box.x0, page.x0), max(box.y0, page.y0), min(box.x1, page.x1), min(box.y1, page.y1)
        )
    if not (all(map(math.isfinite, msgspec.structs.astuple(word.box))) and box.width > 0 and box.height > 0):
        faults.nowhere += 1
        return
    faults.cut += box != word.box
    confidence = word.confidence
    if not 0 <= confidence <= 1:
        faults.unsure += 1
        confidence = 0.0 if math.isnan(confidence) else min(max(confidence, 0.0), 1.0)
    faults.divided += parts != [word.text]
    for part, part_box in zip(parts, _divided(box, parts), strict=True):
        yield Word(part, part_box, confidence, word.direction)


def _divided(box: BoundingBox, parts: list[str]) -> Iterator[BoundingBox]:
    """The box shared out from left to right by the number of letters, a blank between any two."""
    letters = sum(map(len, parts)) + len(parts) - 1
    at = 0
    for part in parts:
        start, end = at / letters, (at + len(part)) / letters
        yield BoundingBox(box.x0 + start * box.width, box.y0, box.x0 + end * box.width, box.y1)
        at += len(part) + 1


def _union(boxes: Iterator[BoundingBox]) -> BoundingBox:
    return reduce(BoundingBox.union, boxes)
