"""Bring the text that a file gives onto a page image: into its pixels, with a box for each word."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Final, TypeGuard

import msgspec

from pdfpipe.errors import TextFileError
from pdfpipe.formats.spelling import direction_of, word_direction
from pdfpipe.formats.turned_lines import quarters_of
from pdfpipe.formats.values import GivenBlock, GivenLine, GivenPage, GivenWord
from pdfpipe.model.geometry import BoundingBox, Resolution, Transform
from pdfpipe.model.names import shown
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word

__all__ = ["fitted"]

_SAME_SHAPE: Final = 0.02
"""By how much the shape of the page that the text is for may differ from that of the scan."""

_BEYOND: Final = 0.02
"""Of the page's longer side: how far words may reach beyond it; such words are cut at its edge."""

_UNITS_AN_INCH: Final = {"mm10": 254.0, "inch1200": 1200.0}
_LEAST: Final = 1.0
"""Pixels: the least that a word is wide and high."""


def fitted(given: GivenPage, width: int, height: int, resolution: Resolution) -> PageText:
    """The text in pixels of an upright page of `width` by `height`.

    Lengths are scaled as the two sizes of the page say, where the file tells its own; else by their unit
    and the resolution.  Words without a box get their share of their line's, those with blanks are divided
    there.  Words of no known confidence are taken for right, and a note tells how many these are.

    Raises:
        TextFileError: the text is for a page of another shape, a word lies off the page, or a line is
            nowhere.

    """
    to_pixels = _scale(given, width, height, resolution)
    page = BoundingBox(0.0, 0.0, float(width), float(height))
    fitting = _Fitting(to_pixels, page)
    blocks = tuple(block for one in given.blocks if (block := fitting.block(one)) is not None)
    return PageText(width, height, blocks, (*given.notes, *fitting.notes()))


def _scale(given: GivenPage, width: int, height: int, resolution: Resolution) -> Transform:
    if _is_size(given.width) and _is_size(given.height):
        x, y = width / given.width, height / given.height
        shape = x / y
        # Other programs may have seen a fax with its pixels made square.
        if not any(
            math.isclose(shape, expected, rel_tol=_SAME_SHAPE)
            for expected in (1.0, resolution.x / resolution.y)
        ):
            raise TextFileError(
                f"the text is for a page of {given.width:g} x {given.height:g} (in {given.unit}), and the "
                f"scan of {width} x {height} pixels has another shape: it is not the page that was read"
            )
        return Transform.scaling(x, y)
    units = _UNITS_AN_INCH.get(given.unit)
    return Transform.scaling(resolution.x / units, resolution.y / units) if units else Transform()


def _is_size(value: float | None) -> TypeGuard[float]:
    """Whether it can be the side of a page; some programs write 0 where they know none."""
    return value is not None and 0 < value < math.inf


class _Fitting:
    """One page under way."""

    def __init__(self, to_pixels: Transform, page: BoundingBox) -> None:
        self._to_pixels = to_pixels
        self._page = page
        self._unsure = 0

    def notes(self) -> Iterator[str]:
        """What one should know of the text."""
        if self._unsure:
            words = "1 word has" if self._unsure == 1 else f"{self._unsure} words have"
            yield f"{words} no confidence in the file and counted as right"

    def block(self, given: GivenBlock) -> Block | None:
        """The block in pixels; None if it has no text."""
        own = self._boxed(given.box)
        lines = tuple(line for one in given.lines if (line := self._line(one, own)) is not None)
        if not lines:
            return None
        return Block(lines, self._within(own) if own is not None else _union(line.box for line in lines))

    def _line(self, given: GivenLine, block: BoundingBox | None) -> Line | None:
        words = [
            GivenWord(word.text, self._boxed(word.box), word.confidence, word.direction)
            for word in given.words
            if word.text.strip()
        ]
        if not words:
            return None
        box = self._boxed(given.box)
        direction = given.direction or direction_of(" ".join(word.text for word in words))
        boxes = [word.box for word in words if word.box is not None]
        whole = box or (_union(boxes) if boxes else block)
        if whole is None:
            text = shown(" ".join(word.text for word in words)[:40])
            raise TextFileError(f"the line '{text}' has no box, nor has any word in it: it has no place")
        baseline = _believed(_mapped(given.baseline, self._to_pixels), whole)
        sharing = _Sharing(direction, baseline, whole)
        placed = tuple(self._words(sharing.with_boxes(words), sharing, direction))
        return Line(
            placed,
            self._within(box) if box is not None else _union(word.box for word in placed),
            baseline,
            direction,
            given.engine,
        )

    def _words(
        self, words: Sequence[tuple[GivenWord, BoundingBox]], sharing: _Sharing, line: Direction
    ) -> Iterator[Word]:
        for word, box in words:
            self._check(word.text, box)
            confidence = word.confidence
            parts = word.text.split()
            if confidence is None:
                self._unsure += len(parts)
                confidence = 1.0
            for part, own in zip(parts, sharing.shares(box, parts), strict=True):
                yield Word(part, self._within(own), confidence, word.direction or word_direction(part, line))

    def _boxed(self, box: BoundingBox | None) -> BoundingBox | None:
        """The box in pixels."""
        if box is None:
            return None
        if not all(map(math.isfinite, msgspec.structs.astuple(box))):
            raise TextFileError("a box has a number that is beyond all measure")
        return self._to_pixels.apply_box(box)

    def _check(self, text: str, box: BoundingBox) -> None:
        page = self._page
        margin = _BEYOND * max(page.width, page.height)
        if not (
            box.x0 >= -margin
            and box.y0 >= -margin
            and box.x1 <= page.x1 + margin
            and box.y1 <= page.y1 + margin
        ):
            place = " ".join(f"{value:.6g}" for value in (box.x0, box.y0, box.x1, box.y1))
            raise TextFileError(
                f"the word '{shown(text[:40])}' lies off the page: its box is {place}, and the page has "
                f"{page.x1:.0f} x {page.y1:.0f} pixels"
            )

    def _within(self, box: BoundingBox) -> BoundingBox:
        """The box cut at the page's edges, at least a pixel in each direction."""
        x0, x1 = _cut(box.x0, box.x1, self._page.x1)
        y0, y1 = _cut(box.y0, box.y1, self._page.y1)
        return BoundingBox(x0, y0, x1, y1)


def _believed(baseline: Baseline | None, line: BoundingBox) -> Baseline | None:
    """The baseline, if it is near its line: Tesseract gives turned lines slopes of several hundred."""
    if baseline is None:
        return None
    margin = max(line.width, line.height)
    is_near = all(
        line.x0 - margin <= point.x <= line.x1 + margin and line.y0 - margin <= point.y <= line.y1 + margin
        for point in (baseline.start, baseline.end)
    )
    return baseline if is_near else None


def _mapped(baseline: Baseline | None, transform: Transform) -> Baseline | None:
    if baseline is None:
        return None
    points = (baseline.start.x, baseline.start.y, baseline.end.x, baseline.end.y)
    return baseline.mapped(transform) if all(map(math.isfinite, points)) else None


def _cut(low: float, high: float, end: float) -> tuple[float, float]:
    low = min(max(low, 0.0), max(end - _LEAST, 0.0))
    return low, min(max(high, low + _LEAST), end)


class _Sharing:
    """Boxes for words that have none, by the number of their letters along the line."""

    def __init__(self, direction: Direction, baseline: Baseline | None, line: BoundingBox) -> None:
        quarters = 3 if direction is Direction.TOP_TO_BOTTOM else quarters_of(baseline)
        self._level = quarters % 2 == 0
        self._backwards = (quarters in (1, 2)) != (direction is Direction.RIGHT_TO_LEFT)
        self._line = line

    def with_boxes(self, words: Sequence[GivenWord]) -> list[tuple[GivenWord, BoundingBox]]:
        """Each word and its box; a word without one shares that of the word before it, or else after it."""
        groups: list[list[GivenWord]] = [[]]
        for word in words:
            if word.box is not None and any(one.box is not None for one in groups[-1]):
                groups.append([])
            groups[-1].append(word)
        placed: list[tuple[GivenWord, BoundingBox]] = []
        for group in groups:
            place = next((word.box for word in group if word.box is not None), self._line)
            placed += zip(group, self.shares(place, [word.text for word in group]), strict=True)
        return placed

    def shares(self, box: BoundingBox, texts: Sequence[str]) -> list[BoundingBox]:
        """The box shared out, a blank between any two."""
        if len(texts) == 1:
            return [box]
        letters = sum(map(len, texts)) + len(texts) - 1
        boxes, at = [], 0
        for text in texts:
            start, stop = at / letters, (at + len(text)) / letters
            if self._backwards:
                start, stop = 1 - stop, 1 - start
            if self._level:
                boxes.append(
                    BoundingBox(box.x0 + start * box.width, box.y0, box.x0 + stop * box.width, box.y1)
                )
            else:
                boxes.append(
                    BoundingBox(box.x0, box.y0 + start * box.height, box.x1, box.y0 + stop * box.height)
                )
            at += len(text) + 1
        return boxes


def _union(boxes: Iterable[BoundingBox]) -> BoundingBox:
    return reduce(BoundingBox.union, boxes)
