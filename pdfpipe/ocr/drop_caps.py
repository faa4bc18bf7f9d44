"""A capital as high as several lines belongs to the word that goes on beside it.

Engines give such a letter as a word or a line of its own, and then nobody finds the word.
"""

from __future__ import annotations

from typing import Final

import msgspec

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Block, Direction, Line, PageText, Word

__all__ = ["with_drop_caps_joined"]

_HEIGHT: Final = 1.6
"""Of a drop cap, in heights of its word's other letters; a capital beside x-heights has no more than 1.5."""

_GAP: Final = 1.0
"""Between both, in heights of the other letters."""


def with_drop_caps_joined(text: PageText) -> PageText:
    """The text with each drop cap and the rest of its word as one word.

    Its box is as wide as both and as high as the rest: where the word stands on its line.
    """
    lines = [line for line in text.lines if line.direction is Direction.LEFT_TO_RIGHT]
    joined: dict[int, Line | None] = {}
    for line in lines:
        cap = line.words[0]
        if not (len(cap.text) == 1 and cap.text.isupper()):
            continue
        if len(line.words) > 1:
            if _belong_together(cap, line.words[1]):
                joined[id(line)] = _with_first_word(line, cap, line.words[1:])
            continue
        for other in lines:
            if _belong_together(cap, other.words[0]):
                joined[id(line)] = None
                joined[id(other)] = _with_first_word(other, cap, other.words)
                break
    if not joined:
        return text
    blocks = []
    for block in text.blocks:
        kept = [new for line in block.lines if (new := joined.get(id(line), line)) is not None]
        if kept:
            blocks.append(Block(tuple(kept), block.box))
    return msgspec.structs.replace(text, blocks=tuple(blocks))


def _belong_together(cap: Word, rest: Word) -> bool:
    letter, others = cap.box, rest.box
    return (
        rest.text[0].islower()
        and letter.height >= _HEIGHT * others.height
        and -0.5 * others.height <= others.x0 - letter.x1 <= _GAP * others.height
        and letter.y0 - 0.5 * others.height <= others.y0
        and others.center.y < letter.center.y
    )


def _with_first_word(line: Line, cap: Word, words: tuple[Word, ...]) -> Line:
    rest = words[0]
    box = BoundingBox(min(cap.box.x0, rest.box.x0), rest.box.y0, rest.box.x1, rest.box.y1)
    confidence = min(cap.confidence, rest.confidence)
    first = msgspec.structs.replace(rest, text=cap.text + rest.text, box=box, confidence=confidence)
    return msgspec.structs.replace(line, words=(first, *words[1:]), box=line.box.union(cap.box))
