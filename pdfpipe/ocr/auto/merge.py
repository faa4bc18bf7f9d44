"""One text of two readings: in each place what is more likely right, with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import msgspec

from pdfpipe.model.text import Block, Line, PageText, Word
from pdfpipe.ocr.auto.alignment import Cell, align
from pdfpipe.ocr.auto.judge import Context, Judge, same_text

__all__ = ["merge", "tagged"]


def tagged(text: PageText, engine: str) -> PageText:
    """The text with the name of the engine at each line."""
    return msgspec.structs.replace(
        text, blocks=tuple(_with_lines(b, [_by(engine, line) for line in b.lines]) for b in text.blocks)
    )


def merge(
    first: PageText,
    second: Sequence[Line],
    names: tuple[str, str],
    pages: tuple[float, float],
    judge: Judge,
) -> PageText:
    """The first reading, corrected and completed by lines of the second.

    `names` are the engines', `pages` their mean confidences on the whole page.  Words get the
    probability that they are right as their confidence; words that are probably stains are left out.
    """
    contexts = Context(names[0], pages[0]), Context(names[1], pages[1])
    lines = list(first.lines)
    aligned, rest = align(lines, second)
    merged = iter([_merged_line(line.line, line.cells, contexts, judge) for line in aligned])
    blocks = [[line for _ in block.lines if (line := next(merged)) is not None] for block in first.blocks]
    for line in rest:
        kept = _alone(line, contexts[1], judge)
        if kept is not None:
            _insert(blocks, kept)
    return msgspec.structs.replace(first, blocks=tuple(_block(lines) for lines in blocks if lines))


def _merged_line(
    line: Line, cells: Sequence[Cell], contexts: tuple[Context, Context], judge: Judge
) -> Line | None:
    words: list[Word] = []
    engines: list[str] = []
    for cell in cells:
        chosen, engine = _chosen(cell, contexts, judge)
        words += chosen
        engines += [engine] * len(chosen)
    if not words:
        return None
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return msgspec.structs.replace(
        line, words=tuple(words), box=box, engine="+".join(sorted(set(engines), reverse=True))
    )


def _chosen(cell: Cell, contexts: tuple[Context, Context], judge: Judge) -> tuple[list[Word], str]:
    """The words to keep, and the engine that read them."""
    first, second = contexts
    if not cell.second:
        likely = judge.alone(cell.first, cell.first_line, first)
        return _if_likely(cell.first, likely, judge.calibration.kept), first.engine
    if not cell.first:
        likely = judge.alone(cell.second, cell.second_line, second)
        return _if_likely(cell.second, likely, judge.calibration.added), second.engine
    sides = (cell.first, cell.first_line, first, cell.second, cell.second_line, second)
    if same_text(cell.first, cell.second):
        return _sure(cell.first, judge.agreed(*sides)), first.engine
    of_second = judge.second_is_right(*sides)
    if of_second > 0.5:
        likely = of_second * judge.alone(cell.second, cell.second_line, second)
        return _sure(cell.second, likely), second.engine
    likely = (1 - of_second) * judge.alone(cell.first, cell.first_line, first)
    return _sure(cell.first, likely), first.engine


def _alone(line: Line, context: Context, judge: Judge) -> Line | None:
    words: list[Word] = []
    for word in line.words:
        likely = judge.alone((word,), line, context)
        words += _if_likely((word,), likely, judge.calibration.added)
    if not words:
        return None
    return msgspec.structs.replace(line, words=tuple(words), engine=context.engine)


def _if_likely(words: Sequence[Word], probability: float, least: float) -> list[Word]:
    return _sure(words, probability) if probability >= least else []


def _sure(words: Sequence[Word], probability: float) -> list[Word]:
    return [msgspec.structs.replace(word, confidence=probability) for word in words]


def _insert(blocks: list[list[Line]], line: Line) -> None:
    """Put a line that only the second engine sees after the one above it in the same column."""
    middle = line.box.center.y
    best: tuple[float, int, int] | None = None
    for i, lines in enumerate(blocks):
        for j, other in enumerate(lines):
            if min(other.box.x1, line.box.x1) <= max(other.box.x0, line.box.x0):
                continue
            above = middle - other.box.center.y
            if above >= 0 and (best is None or above < best[0]):
                best = above, i, j
    if best is None or best[0] > 3 * line.box.height:
        blocks.append([line])
    else:
        blocks[best[1]].insert(best[2] + 1, line)


def _by(engine: str, line: Line) -> Line:
    return msgspec.structs.replace(line, engine=engine)


def _with_lines(block: Block, lines: Sequence[Line]) -> Block:
    return msgspec.structs.replace(block, lines=tuple(lines))


def _block(lines: Sequence[Line]) -> Block:
    box = lines[0].box
    for line in chain(lines[1:]):
        box = box.union(line.box)
    return Block(tuple(lines), box)
