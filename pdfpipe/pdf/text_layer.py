"""Invisible text over a page image, so placed that readers select, search and copy it right.

Each line is one BT … ET with one font size.  A word's glyphs are stretched (Tz) to the word's
width and each gap is a space glyph stretched to the gap, so that every word starts and ends where
its box does.  The font's em box is the line's band (`pdfpipe.pdf.line_layout`), of which a fifth
lies below the baseline.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from itertools import zip_longest
from typing import Final

from pdfpipe.model.geometry import POINTS_PER_INCH, Resolution, Transform
from pdfpipe.model.text import PageText, are_joined
from pdfpipe.pdf.glyphless_font import ADVANCE, DESCENT, UNITS_PER_EM, CharacterCodes
from pdfpipe.pdf.hyphenation import with_hyphen_for_readers
from pdfpipe.pdf.line_layout import PlacedLine, place
from pdfpipe.pdf.syntax import escaped, number

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

_STEPS: Final = (5.0, 2.0, 1.0, 0.1, 0.01)
"""Percent: the scales of words and spaces are multiples of one of them.

Their digits would be a fourth of the text layer's bytes.
"""

_MAX_STEP: Final = 0.05
"""Of the scale."""

_WORD_SLACK: Final = 12.0
_SPACE_SLACK: Final = 5.0
"""Hundredths of a glyph by which the width of a word, or of a space, may be off."""

_STEP_OF_WORD: Final = tuple(
    next(index for index, step in enumerate(_STEPS) if step * length <= _WORD_SLACK)
    for length in range(1 + int(_WORD_SLACK / _STEPS[-1]))
)
"""The coarsest step for a word of so many glyphs."""
_LONGEST: Final = len(_STEP_OF_WORD) - 1
_STEP_OF_SPACE: Final = next(index for index, step in enumerate(_STEPS) if step <= _SPACE_SLACK)
_EXACT: Final = len(_STEPS) - 1

_END_OF_LATIN: Final = "\u0250"
"""Words of other scripts are exact: some readers guess at their spaces from differences this small."""

_MAX_DRIFT: Final = 0.03
"""Of the font size: how far from its place a word may begin without text being moved there."""

_WIDE_GAP: Final = 0.3
"""Of the font size: words before wider gaps become wider, before narrower ones narrower.

Wide ones must not grow, since poppler could take them for the space between columns.
"""

_FINE: Final = 4.0
"""Points: smaller text is placed to a hundredth of a point, other to a tenth."""
_COARSE: Final = b"%.1f %.1f "
_EXACTLY: Final = b"%.2f %.2f "

_SAME: Final = 0.075
_REMEMBERED: Final = 7
"""PDFium takes a character for bold print of one of the seven before it, and drops it, where they are alike
and nearer to one another along both axes than 0.07 of the font size, stretched as the text is
(cpdf_textpage.cpp).  So a word is made narrower whose first character would be dropped for one of the last
seven words; its others are far enough from these."""

_ROUNDED: Final = 0.1
"""Points by which two places may be nearer than reckoned: half a tenth each."""

_NARROWEST: Final = 0.2
"""Of its natural width: a word that would have to be narrower really stands on other text."""

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
    if not lines:
        return b""
    layer = _Layer(codes)
    for line, following in zip_longest(lines, lines[1:]):
        for placed in place(with_hyphen_for_readers(line, following), to_points, following):
            layer.show(placed)
    return layer.operators


class _Layer:
    """The operators of a page's lines.

    The font size holds until it is set again, beyond the end of a text object (ISO 32000-1, 9.3.1).
    """

    def __init__(self, codes: CharacterCodes) -> None:
        self._codes = codes
        self._space = escaped(codes.encode(" "))
        self._size = math.nan
        self._lines: list[bytes] = []
        self._before: deque[tuple[str, Transform, float, float, float]] = deque(maxlen=_REMEMBERED)

    @property
    def operators(self) -> bytes:
        """Those of all lines shown so far; nothing where there is none."""
        if not self._lines:
            return b""
        return b"\n".join((f"{_INVISIBLE} Tr".encode("ascii"), *self._lines, b""))

    def show(self, line: PlacedLine) -> None:
        """Add a line."""
        size = round(line.size, _digits(line.size))
        baseline = line.bottom + _BELOW_BASELINE * size
        em = _GLYPH_WIDTH * size
        drift = max(_MAX_DRIFT * size, _MIN_EXTENT)
        min_gap, wide_gap = _MIN_GAP * size, _WIDE_GAP * size
        pieces = [b"BT"]
        position, last, rise = math.nan, math.inf, 0.0
        # Mostly none can be so near: the last word ends farther away, and lines above do.
        lines_apart = min((abs(v - baseline) for _, _, _, v, _ in self._before), default=math.inf)
        for word, following in zip_longest(line.words, line.words[1:]):
            text = word.text
            self._set_size(size + _OTHER_SIZE if word.turned else size, pieces)
            if not abs(word.u0 - position) < drift:
                pieces.append(_text_matrix(line.frame, word.u0, baseline, size, begins=math.isnan(position)))
                position = word.u0
            if word.rise != rise:
                rise = word.rise
                pieces.append(_text_rise(rise))
            least_end = position + _MIN_EXTENT
            end = max(word.u1, least_end)
            gap = 0.0
            is_joined = following is not None and are_joined(text, following.text)
            if following is not None and is_joined:
                end = max(following.u0, least_end)
            elif following is not None:
                gap = max(following.u0 - end, min_gap)
                end = max(min(end, following.u0 - gap), least_end)
            # What a word takes too much or too little, the space after it makes up.
            is_rounded = not is_joined and (text.isascii() or max(text) < _END_OF_LATIN)
            natural = len(text) * em
            step = _STEP_OF_WORD[min(len(text), _LONGEST)] if is_rounded else _EXACT
            width = end - position
            near = _SAME * width / (_GLYPH_WIDTH * len(text))
            if near + _ROUNDED > min(position - last, lines_apart) or rise:
                distance = self._distance(text[0], line.frame, position, baseline + rise, near)
                if distance < near:
                    width = min(width, max(width * distance / near, _NARROWEST * natural))
            rounding = round if following is None else math.ceil if gap > wide_gap else math.floor
            scale = _scale(width, natural, step, rounding)
            pieces.append(_shown(scale, escaped(self._codes.encode(text))))
            self._before.append((text, line.frame, position, baseline + rise, scale / 100 * em))
            position += scale / 100 * natural
            last = position - scale / 100 * em
            if gap:
                step = _STEP_OF_SPACE if is_rounded else _EXACT
                scale = _scale(end + gap - position, em, step, round)
                pieces.append(_shown(scale, self._space))
                position += scale / 100 * em
        if line.spaced:
            pieces.append(_shown(100 * _MIN_GAP / _GLYPH_WIDTH, self._space))
        if rise:
            pieces.append(_text_rise(0.0))
        pieces.append(b"ET")
        self._lines.append(b" ".join(pieces))

    def _distance(self, character: str, frame: Transform, u: float, v: float, near: float) -> float:
        """From u, v to the nearest of the last characters that is the same; infinite where none is near."""
        distance = math.inf
        reach = near + _ROUNDED
        for text, its_frame, its_u, its_v, advance in self._before:
            if its_u + len(text) * advance > u - reach and abs(its_v - v) < reach and its_frame == frame:
                for index, other in enumerate(text):
                    if other == character:
                        apart = max(abs(its_u + index * advance - u), abs(its_v - v)) - _ROUNDED
                        distance = min(distance, apart)
        return distance

    def _set_size(self, size: float, pieces: list[bytes]) -> None:
        if size != self._size:
            self._size = size
            pieces.append(f"/{FONT_RESOURCE} {number(size, 3)} Tf".encode("ascii"))


def _digits(size: float) -> int:
    """Decimals, in points, that are fine enough for text of this size.

    A tenth of a point is half a pixel of a common scan.
    """
    return 1 if size > _FINE else 2


def _text_matrix(frame: Transform, u: float, v: float, size: float, *, begins: bool) -> bytes:
    """Where text goes on; a text object begins with the identity, which level text need only move."""
    origin_x, origin_y = frame.a * u + frame.c * v, frame.b * u + frame.d * v
    turn = round(frame.a), round(frame.b), round(frame.c), round(frame.d)  # lines run along an axis
    place_form = _COARSE if _digits(size) == 1 else _EXACTLY
    if begins and turn == (1, 0, 0, 1):
        return place_form % (origin_x, origin_y) + b"Td"
    return b"%d %d %d %d " % turn + place_form % (origin_x, origin_y) + b"Tm"


def _text_rise(rise: float) -> bytes:
    """It stays until it is set again, beyond the end of the text object."""
    return b"%g Ts" % round(rise, 1)


def _shown(scale: float, text: bytes) -> bytes:
    return b"%.6g Tz(%b)Tj" % (scale, text)


def _scale(width: float, natural: float, index: int, rounding: Callable[[float], int]) -> float:
    """The percent that make `width` of the natural width, in the step of this index or a finer one."""
    scale = 100 * width / natural
    step = _STEPS[index]
    while step > _MAX_STEP * scale and index < _EXACT:
        index += 1
        step = _STEPS[index]
    rounded = rounding(scale / step) * step
    return max(_MIN_SCALE, rounded)
