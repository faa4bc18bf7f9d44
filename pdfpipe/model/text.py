"""What an engine read on a page: PageText ▸ Block ▸ Line ▸ Word.

All coordinates are pixels of the upright page (see `pdfpipe.model.geometry`); all confidences run
from 0 (a guess) to 1 (sure).  Children stand in reading order, text in logical order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from pdfpipe.model.geometry import BoundingBox, Point

if TYPE_CHECKING:
    from pdfpipe.model.mapping import PointMap

__all__ = [
    "Baseline",
    "Block",
    "Direction",
    "Line",
    "LinePart",
    "PageText",
    "Word",
    "are_joined",
    "is_unspaced",
    "joined",
]


class Direction(Enum):
    """Which way the characters of a word or line run."""

    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"
    TOP_TO_BOTTOM = "ttb"


class Baseline(msgspec.Struct, frozen=True):
    """The line that characters stand on, from its left to its right end as seen when read upright."""

    start: Point
    end: Point

    def mapped(self, transform: PointMap) -> Baseline:
        """The baseline in another frame."""
        return Baseline(transform.apply(self.start), transform.apply(self.end))


class Word(msgspec.Struct, frozen=True):
    """A run of characters without white space."""

    text: str
    box: BoundingBox
    confidence: float
    direction: Direction = Direction.LEFT_TO_RIGHT

    def mapped(self, transform: PointMap) -> Word:
        """The word in another frame."""
        return Word(self.text, transform.apply_box(self.box), self.confidence, self.direction)


class Line(msgspec.Struct, frozen=True):
    """Words that share a baseline; `engine` is the name of the engine that read them, where several did."""

    words: tuple[Word, ...]
    box: BoundingBox
    baseline: Baseline | None = None
    direction: Direction = Direction.LEFT_TO_RIGHT
    engine: str | None = None

    @property
    def text(self) -> str:
        """The words, with spaces between them where their scripts have such."""
        return joined(word.text for word in self.words)

    def mapped(self, transform: PointMap) -> Line:
        """The line in another frame."""
        return Line(
            words=tuple(word.mapped(transform) for word in self.words),
            box=transform.apply_box(self.box),
            baseline=self.baseline and self.baseline.mapped(transform),
            direction=self.direction,
            engine=self.engine,
        )


class LinePart(msgspec.Struct, frozen=True):
    """Neighbouring words of a line: from the one at `start` to that before `stop`."""

    line: Line
    start: int
    stop: int

    @property
    def words(self) -> tuple[Word, ...]:
        """Its words."""
        return self.line.words[self.start : self.stop]

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the line."""
        return self.start == 0 and self.stop == len(self.line.words)

    @property
    def box(self) -> BoundingBox:
        """The box around its words."""
        first, *others = (word.box for word in self.words)
        for other in others:
            first = first.union(other)
        return first


class Block(msgspec.Struct, frozen=True):
    """Lines that belong together: a paragraph, a column, a caption."""

    lines: tuple[Line, ...]
    box: BoundingBox

    def mapped(self, transform: PointMap) -> Block:
        """The block in another frame."""
        return Block(tuple(line.mapped(transform) for line in self.lines), transform.apply_box(self.box))


class PageText(msgspec.Struct, frozen=True):
    """All that was read on one page; `width` and `height` are the page's in pixels.

    `notes` are the engine's about what is not as one would expect, such as a text that was cut.  `partial`
    tells that another time may bring more, since it was cut, or one of several engines failed: it is not
    worth keeping.  `turn` tells by how many degrees clockwise the scan was turned to be upright, `processed`
    that the text is in pixels of an image that stages have made of it.
    """

    width: int
    height: int
    blocks: tuple[Block, ...] = ()
    notes: tuple[str, ...] = ()
    partial: bool = False
    turn: int = 0
    processed: bool = False

    @property
    def lines(self) -> Iterator[Line]:
        """All lines in reading order."""
        return (line for block in self.blocks for line in block.lines)

    @property
    def words(self) -> Iterator[Word]:
        """All words in reading order."""
        return (word for line in self.lines for word in line.words)

    @property
    def engines(self) -> tuple[tuple[str, int], ...]:
        """The engines that read the lines, where they are known, and how many each, most first."""
        counts = Counter(line.engine for line in self.lines if line.engine is not None)
        return tuple(counts.most_common())

    @property
    def mean_confidence(self) -> float | None:
        """Mean of the words' confidences, weighted by their lengths; None on a page without words."""
        weight = total = 0.0
        for word in self.words:
            weight += len(word.text)
            total += len(word.text) * word.confidence
        return total / weight if weight else None

    @property
    def text(self) -> str:
        """Plain text: a line a line, an empty line between blocks."""
        return "\n\n".join("\n".join(line.text for line in block.lines) for block in self.blocks)

    def mapped(self, transform: PointMap, width: int, height: int) -> PageText:
        """The text in another frame, whose page is `width` by `height` pixels."""
        blocks = tuple(block.mapped(transform) for block in self.blocks)
        return PageText(width, height, blocks, self.notes, self.partial, self.turn, self.processed)


def joined(words: Iterable[str]) -> str:
    """The words with a space between any two that are not joined."""
    text = ""
    for word in words:
        text += word if not text or are_joined(text, word) else f" {word}"
    return text


def are_joined(left: str, right: str) -> bool:
    """Whether two words that stand side by side have no space between them, as in Chinese and Japanese."""
    return bool(left and right) and is_unspaced(left[-1]) and is_unspaced(right[0])


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
