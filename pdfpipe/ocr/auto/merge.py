"""One text of two readings: in each place what is more likely right, with its probability."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final

import msgspec

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Block, Direction, Line, PageText, Word
from pdfpipe.ocr.auto.alignment import Cell, align, is_vertical, union
from pdfpipe.ocr.auto.judge import Context, Judge, same_text
from pdfpipe.ocr.beside import lie_on, stand_beside

__all__ = ["merge", "tagged"]

_FEW_WORDS: Final = 2
"""A label, a number and its currency: a line of a column that was missed mostly has more."""


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
    blocks = [lines for lines in blocks if lines]
    columns = [union(line.box for line in lines) for lines in blocks]
    for line in sorted(rest, key=lambda line: line.box.y0):
        kept = _alone(line, contexts[1], judge)
        if kept is not None:
            _insert(blocks, columns, kept)
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


def _insert(blocks: list[list[Line]], columns: Sequence[BoundingBox], line: Line) -> None:
    """Put a line that only the second engine sees into the nearest one that goes on in it, or else after the
    one above it in the same column.

    `columns` are around the first blocks as they were: what stands within one is of its lines only.  Beyond
    all, one or two words belong to the line beside; more may be a column that the first engine has missed.
    """
    within = [i for i, column in enumerate(columns) if column.holds(line.box.center)]
    if within or len(line.words) <= _FEW_WORDS:
        level = [
            (distance, i, j)
            for i in within or range(len(blocks))
            for j, other in enumerate(blocks[i])
            if (distance := _distance_on(other, line)) is not None
        ]
        if level:
            _, i, j = min(level)
            blocks[i][j] = _longer(blocks[i][j], line)
            return
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


def _distance_on(line: Line, beside: Line) -> float | None:
    """How far a line's nearest word is from another line in which it goes on; None if it does not."""
    if not (line.direction is beside.direction is Direction.LEFT_TO_RIGHT):
        return None
    if (
        line.box.y1 <= beside.box.y0
        or beside.box.y1 <= line.box.y0
        or is_vertical(line)
        or is_vertical(beside)
    ):
        return None
    boxes = [word.box for word in line.words]
    gaps = [max(box.x0 - beside.box.x1, beside.box.x0 - box.x1) for box in boxes]
    nearest = min(gaps)
    if not stand_beside([beside.box], [boxes[gaps.index(nearest)]])[0] or lie_on([beside.box], boxes)[0]:
        return None
    return nearest


def _longer(line: Line, more: Line) -> Line:
    """Both as one line."""
    start = more.words[0].box.x0
    at = next((i for i, word in enumerate(line.words) if word.box.x0 > start), len(line.words))
    engines = {name for one in (line, more) if one.engine for name in one.engine.split("+")}
    return msgspec.structs.replace(
        line,
        words=(*line.words[:at], *more.words, *line.words[at:]),
        box=line.box.union(more.box),
        engine="+".join(sorted(engines, reverse=True)) or None,
    )


def _by(engine: str, line: Line) -> Line:
    return msgspec.structs.replace(line, engine=engine)


def _with_lines(block: Block, lines: Sequence[Line]) -> Block:
    return msgspec.structs.replace(block, lines=tuple(lines))


def _block(lines: Sequence[Line]) -> Block:
    box = lines[0].box
    for line in chain(lines[1:]):
        box = box.union(line.box)
    return Block(tuple(lines), box)
