"""Where open books are cut, and that nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pdfpipe.imaging.stages.gutter import Gutter, find_gutter
from pdfpipe.imaging.stages.measures import overview
from tests.imaging.stages.pages import BOOK, view_of
from tests.open_books import DPI, open_book, truths

WIDE, HIGH = 1200, 850
"""Pixels of a sheet of A4 on its side, reduced."""


def gutter_of(image: Image.Image) -> Gutter | None:
    return find_gutter(overview(image).gray)


def blocks(*columns: tuple[int, int], top: int = 90, bottom: int = 760, shade: int = 40) -> Image.Image:
    """A sheet with columns of words, given by where they begin and end."""
    sheet = Image.new("L", (WIDE, HIGH), 240)
    draw = ImageDraw.Draw(sheet)
    rng = np.random.default_rng(1)
    for left, right in columns:
        for y in range(top, bottom, 14):
            x = left
            while x < right - 10:
                end = min(right, x + int(rng.integers(12, 50)))
                draw.rectangle((x, y, end, y + 5), fill=shade)
                x = end + 6
    return sheet


def shaded(sheet: Image.Image, at: int, reach: int = 16, depth: float = 0.4) -> Image.Image:
    light = 1 - depth * np.exp(-(((np.arange(sheet.width) - at) / reach) ** 2))
    return Image.fromarray((np.asarray(sheet) * light).astype(np.uint8))


@pytest.mark.parametrize("skew", [0.0, 1.5, -3.0])
@pytest.mark.parametrize("bilevel", [False, True], ids=["gray", "1-bit"])
@pytest.mark.parametrize("shadow", [0.0, 0.3, 0.95], ids=["no shadow", "faint", "dark"])
def test_a_cut_between_two_pages_meets_no_word(skew: float, bilevel: bool, shadow: float) -> None:
    book = open_book(skew=skew, bilevel=bilevel, shadow=shadow, dpi=100)
    small = overview(book)
    gutter = find_gutter(small.gray)
    assert gutter is not None
    assert ("shadow" in gutter.evidence) or shadow < 0.5
    left, right = truths()
    at = (gutter.at * small.factor - book.width / 2) * DPI / 100  # from the binding
    lean = np.tan(np.radians(abs(skew))) * left.height / 2
    assert at - lean > max(word.box.x1 for word in left.words) - left.width
    assert at + lean < min(word.box.x0 for word in right.words)


def test_a_page_with_nothing_on_it_faces_another() -> None:
    gutter = gutter_of(shaded(blocks((690, 1130)), 610))
    assert gutter is not None
    assert abs(gutter.at - 610) < 12


def test_pages_with_little_margin_are_told_by_the_shadow() -> None:
    assert gutter_of(shaded(blocks((60, 580), (622, 1140)), 600)) is not None
    assert gutter_of(blocks((60, 580), (622, 1140))) is None


def test_a_book_on_black_ground_is_cut_at_its_binding() -> None:
    scan = Image.new("L", (WIDE + 120, HIGH + 80), 15)
    scan.paste(shaded(blocks((60, 580), (622, 1140)), 600), (60, 40))
    gutter = gutter_of(scan)
    assert gutter is not None
    assert abs(gutter.at - 660 / overview(scan).factor) < 12


def ruled(sheet: Image.Image, *lines: tuple[int, int, int, int]) -> Image.Image:
    draw = ImageDraw.Draw(sheet)
    for line in lines:
        draw.line(line, fill=0, width=3)
    return sheet


OTHERS: dict[str, Callable[[], Image.Image]] = {
    "two columns": lambda: blocks((90, 580), (620, 1110)),
    "two columns and a rule between them": lambda: ruled(blocks((90, 580), (620, 1110)), (600, 60, 600, 800)),
    "a table": lambda: ruled(
        blocks((100, 280), (320, 560), (640, 820), (860, 1080)),
        *((x, 70, x, 780) for x in (80, 300, 600, 840, 1100)),
        *((80, y, 1100, y) for y in (70, 780)),
    ),
    "one column": lambda: blocks((90, 1110)),
    "a headline over two columns with much between them": lambda: ruled(
        blocks((90, 540), (660, 1110)), *((x, 50, x + 12, 60) for x in range(300, 900, 16))
    ),
    "two columns far apart between wider margins": lambda: blocks((200, 540), (660, 1000)),
    "columns of different widths": lambda: blocks((90, 540), (660, 900)),
    "a few lines beside one another": lambda: blocks((90, 500), (700, 1110), bottom=140),
    "dust": lambda: ruled(
        Image.new("L", (WIDE, HIGH), 240),
        *(
            (x, y, x + 1, y)
            for x, y in np.random.default_rng(2).integers(0, (WIDE, HIGH), (60, 2)).tolist()
            if abs(x - WIDE / 2) > 100
        ),
    ),
    "nothing": lambda: Image.new("L", (WIDE, HIGH), 240),
    "a black image": lambda: Image.new("L", (WIDE, HIGH), 0),
    "a fold through a text": lambda: shaded(blocks((90, 1110)), 600, reach=5),
    "a shadow at the side": lambda: shaded(blocks((90, 1110)), 1190, reach=60),
    "light from one side": lambda: Image.fromarray(
        (np.asarray(blocks((90, 1110))) * np.linspace(0.4, 1, WIDE)).astype(np.uint8)
    ),
    "a photograph": lambda: Image.fromarray(
        (127 + 120 * np.sin(np.add.outer(np.arange(HIGH) / 40, np.arange(WIDE) / 70))).astype(np.uint8)
    ),
    "a page of a book": lambda: view_of(BOOK).pixels,
    "a page of a book on its side": lambda: view_of(BOOK).pixels.transpose(Image.Transpose.ROTATE_90),
    "a strip": lambda: shaded(Image.new("L", (2400, 600), 240), 1200),
}


@pytest.mark.parametrize("name", OTHERS)
def test_all_else_is_one_page(name: str) -> None:
    assert gutter_of(OTHERS[name]()) is None
