"""Scans of open books, drawn of the fixtures' pages: with a shadow along the binding, and skewed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.half import Half, Side
from tests.support import SCANS, Truth, truth_of

PAGES = tuple(SCANS / "declaration" / f"page-{number}.tif" for number in (1, 2, 3, 4))
DPI = 300
PAPER = 235
_SHADOW_MM = 5.0


def truths(first: int = 0) -> tuple[Truth, Truth]:
    """What the left and the right page of `open_book` say."""
    left, right = PAGES[first : first + 2]
    return truth_of(left), truth_of(right)


@lru_cache(maxsize=8)
def open_book(
    first: int = 0, *, shadow: float = 0.5, skew: float = 0.0, bilevel: bool = False, dpi: int = DPI
) -> Image.Image:
    """Two pages of a book side by side.

    In the binding paper is darker by the part `shadow`, and as bright as elsewhere 5 mm beside it; skewed
    clockwise by some degrees.
    """
    left, right = (_page(path, dpi) for path in PAGES[first : first + 2])
    book = Image.new("L", (left.width + right.width, left.height), PAPER)
    book.paste(left, (0, 0))
    book.paste(right, (left.width, 0))
    reach = _SHADOW_MM / 25.4 * dpi / 2
    away = (np.arange(book.width) - left.width) / reach
    light = 1 - shadow * np.exp(-(away**2))
    book = Image.fromarray((np.asarray(book) * light).astype(np.uint8))
    if skew:
        book = book.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=PAPER)
    return book.point([0] * 128 + [255] * 128).convert("1", dither=Image.Dither.NONE) if bilevel else book


def _page(path: Path, dpi: int) -> Image.Image:
    with Image.open(path) as image:
        page = image.convert("L").point([round(value * PAPER / 255) for value in range(256)])
    return page.reduce(DPI // dpi) if dpi < DPI else page


def halves(width: int, height: int) -> tuple[Half, Half]:
    """The halves of an image that is stored upright, cut in the middle."""
    middle = width // 2
    return (
        Half(Side.LEFT, BoundingBox(0, 0, middle, height)),
        Half(Side.RIGHT, BoundingBox(middle, 0, width, height)),
    )
