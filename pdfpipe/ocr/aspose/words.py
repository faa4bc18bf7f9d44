"""The words of a line that an engine gave as one text and one box: where each of them is.

The texts' widths in a plain font say about where the blanks must be; the gaps in the ink say where
they are.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Final

from PIL import Image, ImageFont

from pdfpipe.model.geometry import BoundingBox

__all__ = ["word_boxes"]

_FONT_SIZE: Final = 40
_BLANK: Final = 0.25
"""Width of a blank in font sizes, where the font has none of its own."""
_NARROWEST_GAP: Final = 0.08
"""Gaps of fewer line heights are between letters."""
_WHITE: Final = 255
_LEAST_CONTRAST: Final = 24


def word_boxes(texts: list[str], line: BoundingBox, page: Image.Image) -> list[BoundingBox]:
    """One box for each text, from left to right, in pixels of `page` and within `line`.

    `page` has mode 1, L or RGB.  Words lie between the gaps in the ink that fit best; where the ink has
    too few gaps, as in script or under a stamp, they are as wide as their letters suggest.
    """
    expected = _expected(texts, line)
    ink = _ink(line, page)
    if ink is None:
        return expected
    runs = _runs(ink)
    if not runs:
        return expected
    left = round(line.x0)
    spans = _fitted([(box.x0 - left, box.x1 - left) for box in expected], runs, line.height)
    if spans is None:
        return expected
    boxes = []
    for start, end in spans:
        rows = ink.crop((start, 0, end, ink.height)).getbbox()
        top, bottom = (rows[1], rows[3]) if rows else (0, ink.height)
        y0 = round(line.y0)
        boxes.append(BoundingBox(left + start, y0 + top, left + end, y0 + bottom))
    return boxes


def _expected(texts: list[str], line: BoundingBox) -> list[BoundingBox]:
    """The line's box divided as a plain font would set the words."""
    font = _font()
    widths = [max(font.getlength(text), 1.0) for text in texts]
    blank = _BLANK * _FONT_SIZE
    scale = line.width / (sum(widths) + blank * (len(texts) - 1))
    boxes, x = [], line.x0
    for width in widths:
        boxes.append(BoundingBox(x, line.y0, min(x + width * scale, line.x1), line.y1))
        x += (width + blank) * scale
    return boxes


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_FONT_SIZE)


def _ink(line: BoundingBox, page: Image.Image) -> Image.Image | None:
    """What is printed there, 255 on 0, with the size of `line`; None where nothing stands out."""
    crop = page.crop((round(line.x0), round(line.y0), round(line.x1), round(line.y1))).convert("L")
    if not crop.width or not crop.height:
        return None
    histogram = crop.histogram()
    shades = [shade for shade, count in enumerate(histogram) if count]
    dark, light = shades[0], shades[-1]
    if light - dark < _LEAST_CONTRAST:
        return None
    threshold = (dark + light) // 2
    below = sum(histogram[:threshold])
    on_light = below * 2 < crop.width * crop.height
    return crop.point(lambda value: _WHITE if (value < threshold) is on_light else 0)


def _runs(ink: Image.Image) -> list[tuple[int, int]]:
    """Where columns have ink, from left to right, as half-open ranges."""
    columns = ink.resize((ink.width, 1), Image.Resampling.BOX).tobytes()
    runs, start = [], -1
    for x, shade in enumerate(columns):
        if shade and start < 0:
            start = x
        elif not shade and start >= 0:
            runs.append((start, x))
            start = -1
    if start >= 0:
        runs.append((start, len(columns)))
    return runs


def _fitted(
    expected: list[tuple[float, float]], runs: list[tuple[int, int]], height: float
) -> list[tuple[int, int]] | None:
    """The runs of ink shared out to the words; None if there are not gaps enough.

    Of all ways to choose the gaps between words that one is best which is widest in sum and nearest to
    where the gaps are expected; a dynamic program over words and gaps finds it.
    """
    wanted = [(left[1] + right[0]) / 2 for left, right in pairwise(expected)]
    gaps = [
        (index, (left[1] + right[0]) / 2, right[0] - left[1])
        for index, (left, right) in enumerate(pairwise(runs))
        if right[0] - left[1] >= _NARROWEST_GAP * height
    ]
    if len(gaps) < len(wanted):
        return None
    # best[k] holds the cost of the first words and their last gaps so far, and the gaps chosen.
    best: list[tuple[float, tuple[int, ...]] | None] = [(0.0, ())] + [None] * len(wanted)
    for index, centre, width in gaps:
        for k in range(len(wanted), 0, -1):
            before = best[k - 1]
            if before is None:
                continue
            cost = before[0] + abs(centre - wanted[k - 1]) - 2 * min(width, height)
            current = best[k]
            if current is None or cost < current[0]:
                best[k] = (cost, (*before[1], index))
    chosen = best[-1][1] if best[-1] is not None else ()
    starts = [0, *(index + 1 for index in chosen)]
    ends = [*chosen, len(runs) - 1]
    return [(runs[start][0], runs[end][1]) for start, end in zip(starts, ends, strict=True)]
