"""Invisible text over a page image, so placed that readers select, search and copy it right.

Each line is one BT … ET with one font size.  A word's glyphs are stretched (Tz) to the word's
width and each gap is a space glyph stretched to the gap, so that every word starts and ends where
its box does.  The font's em box is the line's band (`pdfpipe.pdf.line_layout`), of which a fifth
lies below the baseline.
"""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import Final

from pdfpipe.model.geometry import POINTS_PER_INCH, Resolution, Transform
from pdfpipe.model.text import PageText
from pdfpipe.pdf.glyphless_font import ADVANCE, DESCENT, UNITS_PER_EM, CharacterCodes
from pdfpipe.pdf.hyphenation import with_hyphen_for_readers
from pdfpipe.pdf.line_layout import PlacedLine, place
from pdfpipe.pdf.syntax import escaped, number
from pdfpipe.pdf.visual_order import is_unspaced

__all__ = ["FONT_RESOURCE", "text_layer"]

FONT_RESOURCE: Final = "F0"

_GLYPH_WIDTH: Final = ADVANCE / UNITS_PER_EM
_BELOW_BASELINE: Final = -DESCENT / UNITS_PER_EM
_INVISIBLE: Final = 3

_MIN_GAP: Final = 0.05
"""Of the font size: poppler sees no space where there is less than 0.03."""

_MIN_SCALE: Final = 0.01
"""Percent."""

_OTHER_SIZE: Final = 0.001
"""Points by which the font size of right-to-left words in other lines differs.

There pdf.js starts a new piece of text; of one piece it guesses the direction by how many of the
characters are right-to-left.
"""

_MIN_EXTENT: Final = 0.05
"""Points: what has no extent in the scan still gets a little, as readers drop what has none."""


def text_layer(page: PageText, resolution: Resolution, codes: CharacterCodes) -> bytes:
    """Content stream operators for all text of a page.

    `page` is in pixels of the upright page; the operators are in points, origin at the bottom left.
    """
    to_points = Transform(
        a=POINTS_PER_INCH / resolution.x,
        d=-POINTS_PER_INCH / resolution.y,
        f=page.height * POINTS_PER_INCH / resolution.y,
    )
    lines = list(page.lines)
    shown = [
        _show(placed, codes)
        for line, following in zip_longest(lines, lines[1:])
        for placed in place(with_hyphen_for_readers(line, following), to_points, following)
    ]
    if not shown:
        return b""
    return b"\n".join((f"{_INVISIBLE} Tr".encode("ascii"), *shown, b""))


def _show(line: PlacedLine, codes: CharacterCodes) -> bytes:
    baseline = line.bottom + _BELOW_BASELINE * line.size
    em = _GLYPH_WIDTH * line.size
    pieces = [b"BT", _font(line.size)]
    space = escaped(codes.encode(" "))
    position, rise, turned = math.nan, math.nan, False
    for word, following in zip_longest(line.words, line.words[1:]):
        if word.turned is not turned:
            turned = word.turned
            pieces.append(_font(line.size + turned * _OTHER_SIZE))
        if not abs(word.u0 - position) < _MIN_EXTENT or word.rise != rise:
            pieces.append(_text_matrix(line.frame, word.u0, baseline + word.rise))
            position, rise = word.u0, word.rise
        end = max(word.u1, position + _MIN_EXTENT)
        gap = 0.0
        if following is not None and _joined(word.text, following.text):
            end = max(following.u0, position + _MIN_EXTENT)
        elif following is not None:
            gap = max(following.u0 - end, _MIN_GAP * line.size)
            end = max(min(end, following.u0 - gap), position + _MIN_EXTENT)
        pieces.append(_stretched(word.text, end - position, em, codes))
        position = end
        if gap:
            pieces.append(b"%.2f Tz (%b) Tj" % (100 * gap / em, space))
            position += gap
    if line.spaced:
        pieces.append(b"%.2f Tz (%b) Tj" % (100 * _MIN_GAP / _GLYPH_WIDTH, space))
    pieces.append(b"ET")
    return b" ".join(pieces)


def _font(size: float) -> bytes:
    return f"/{FONT_RESOURCE} {number(size, 3)} Tf".encode("ascii")


def _text_matrix(frame: Transform, u: float, v: float) -> bytes:
    origin_x, origin_y = frame.a * u + frame.c * v, frame.b * u + frame.d * v
    turn = round(frame.a), round(frame.b), round(frame.c), round(frame.d)  # lines run along an axis
    return b"%d %d %d %d %.2f %.2f Tm" % (*turn, origin_x, origin_y)


def _stretched(text: str, width: float, em: float, codes: CharacterCodes) -> bytes:
    scale = max(100 * width / (len(text) * em), _MIN_SCALE)
    return b"%.2f Tz (%b) Tj" % (scale, escaped(codes.encode(text)))


def _joined(left: str, right: str) -> bool:
    """Whether two words that stand side by side have no space between them, as in Chinese and Japanese."""
    return not left.isascii() and is_unspaced(left[-1]) and is_unspaced(right[0])
