"""Whether scans of open books are known for what they are, and no other scan is taken for one.

Pages of the corpus are laid side by side as an open book shows them, which the stage `split` must cut
between the two.  Every page by itself, parts of pages that are wider than high, and columns of print side by
side must stay whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.support.inputs import corpus_pages
from benchmarks.support.model import Options, Result, Table, Target
from pdfpipe.imaging.stages.gutter import find_gutter
from pdfpipe.imaging.stages.measures import overview

_GROUPS: Final = ("books", "german", "receipts")
_PAPER: Final = 245
_SKEWS: Final = (0.0, 1.0, -3.0)
_BESIDE: Final = 0.02
"""Of the width: how far from the binding a cut may be."""

_SHAPES: Final = (1.2, 1.42, 1.7)
_GAPS: Final = (0.02, 0.035, 0.05)
"""Of the width: between columns."""
_MARGIN: Final = 0.07

Drawing = Callable[[Image.Image, int], Image.Image]


def _shaded(depth: float) -> Drawing:
    def shade(book: Image.Image, at: int) -> Image.Image:
        away = (np.arange(book.width) - at) / (0.015 * book.width)
        light = 1 - depth * np.exp(-(away**2))
        return Image.fromarray((np.asarray(book) * light).astype(np.uint8))

    return shade


def _lined(book: Image.Image, at: int) -> Image.Image:
    half = max(1, round(0.0015 * book.width))
    book = book.copy()
    book.paste(0, (at - half, 0, at + half, book.height))
    return book


_BINDINGS: Final[dict[str, tuple[Drawing, bool]]] = {
    "a dark shadow": (_shaded(0.9), False),
    "a usual shadow": (_shaded(0.45), False),
    "a faint shadow": (_shaded(0.2), False),
    "a black line, 1-bit": (_lined, True),
    "a dark shadow, 1-bit": (_shaded(0.9), True),
}
"""How the binding shows, and whether the scan is black and white."""


def run(options: Options) -> Result:
    cv2.setNumThreads(1)
    books = corpus_pages(options, "books", options.pages)
    pages = [page for group in _GROUPS for page in corpus_pages(options, group, options.pages)]
    pairs = list(_pairs(books))
    rows, missed, looks, seconds = [], 0, 0, 0.0
    for name, (binding, bilevel) in _BINDINGS.items():
        found = wrong = 0
        for left, right in pairs:
            for skew in _SKEWS:
                book, at = _open_book(left, right, binding, skew, bilevel=bilevel)
                small = overview(book)
                start = time.process_time()
                gutter = find_gutter(small.gray)
                seconds, looks = seconds + time.process_time() - start, looks + 1
                if gutter is not None:
                    is_near = abs(gutter.at * small.factor - at) < _BESIDE * book.width
                    found, wrong = found + is_near, wrong + (not is_near)
        books_in_all = len(pairs) * len(_SKEWS)
        missed += books_in_all - found - wrong
        rows.append([name, str(books_in_all), str(found), str(books_in_all - found - wrong), str(wrong)])
    others: dict[str, list[int]] = {}
    notes = []
    for page in pages:
        for kind, scan in _single(page):
            small = overview(scan)
            start = time.process_time()
            gutter = find_gutter(small.gray)
            seconds, looks = seconds + time.process_time() - start, looks + 1
            tried = others.setdefault(kind, [0, 0])
            tried[0] += 1
            if gutter is not None:
                tried[1] += 1
                notes.append(f"{page.stem}, {kind}: taken for two pages by {gutter.evidence}")
    cut = sum(count for kind, (_, count) in others.items() if not kind.startswith("two columns"))
    tables = [
        Table(
            "open books, skewed by 0°, 1° and -3°",
            ["binding", "scans", "cut there", "whole", "cut elsewhere"],
            rows,
        ),
        Table(
            "other scans",
            ["", "scans", "taken for two pages"],
            [[kind, str(count), str(wrong)] for kind, (count, wrong) in others.items()],
        ),
    ]
    targets = [
        Target("pages and parts of pages taken for two", cut, 0),
        Target("open books cut elsewhere", sum(int(row[-1]) for row in rows), 0),
        Target("time of a look, without decoding", 1000 * seconds / looks, 50, unit=" ms"),
    ]
    return Result(tables, targets, notes, {"missed": missed})


def _pairs(pages: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Pages of one size, two and two, as those of a book are."""
    before: dict[tuple[int, int], Path] = {}
    for page in pages:
        with Image.open(page) as image:
            size = image.size
        if (left := before.pop(size, None)) is not None:
            yield left, page
        else:
            before[size] = page


def _open_book(
    left: Path, right: Path, binding: Drawing, skew: float, *, bilevel: bool
) -> tuple[Image.Image, int]:
    """Two pages as a scan of an open book shows them, and the column of the binding."""
    one, other = _gray(left), _gray(right)
    book = Image.new("L", (one.width + other.width, one.height), _PAPER)
    book.paste(one, (0, 0))
    book.paste(other, (one.width, 0))
    book = binding(book, one.width)
    if skew:
        book = book.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=_PAPER)
    if bilevel:
        book = book.point([0] * 128 + [255] * 128)
    return book, one.width


def _single(page: Path) -> Iterator[tuple[str, Image.Image]]:
    """A page as it is and on its side, parts of it that have the shape of two pages, and columns of it."""
    scan = _gray(page)
    on_its_side = scan.transpose(Image.Transpose.ROTATE_90)
    yield "pages", scan
    yield "pages on their side", on_its_side
    for name, image in (("parts of pages", scan), ("parts of pages on their side", on_its_side)):
        for shape in _SHAPES:
            height = round(image.width / shape)
            if height < image.height:
                for top in {0, (image.height - height) // 2, image.height - height}:
                    yield name, image.crop((0, top, image.width, top + height))
    if page.parent.name == "books":
        for gap in _GAPS:
            columns, middle = _columns(scan, gap)
            yield f"two columns, {gap:.1%} of the width apart", columns
            ImageDraw.Draw(columns).line(
                (middle, 0.06 * columns.height, middle, 0.94 * columns.height), fill=0, width=3
            )
            yield f"two columns, {gap:.1%} of the width apart, with a rule between them", columns


def _columns(scan: Image.Image, gap: float) -> tuple[Image.Image, int]:
    """A sheet on its side with the print of a page twice, and the middle between."""
    print_alone = scan.crop(_print_box(scan))
    width = round(2 * print_alone.width / (1 - 2 * _MARGIN - gap))
    apart, edge = round(gap * width), round(_MARGIN * width)
    sheet = Image.new("L", (width, print_alone.height + 2 * edge), _PAPER)
    sheet.paste(print_alone, (edge, edge))
    sheet.paste(print_alone, (edge + print_alone.width + apart, edge))
    return sheet, edge + print_alone.width + apart // 2


def _print_box(scan: Image.Image) -> tuple[int, int, int, int]:
    """What most of the print of a page lies in."""
    dark = np.asarray(scan) < 128
    columns, rows = (np.flatnonzero(dark.mean(axis=axis) > 0.02) for axis in (0, 1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _gray(page: Path) -> Image.Image:
    with Image.open(page) as image:
        return image.convert("L")
