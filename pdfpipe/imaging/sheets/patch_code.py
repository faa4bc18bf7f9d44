"""Patch codes: four black bars, two of them wide, by which document scanners tell sheets apart.

A narrow bar and each of the three spaces are 0.08 inches wide, a wide bar is 0.20, all together are 0.80;
the bars lie along the edge that is scanned first and are at least 0.75 inches long (Kodak, Patch Code
Information, A-61599, 2006).  They are read from that edge on: upside down, a T would be a 3.

They are looked for as a scanner's sensor does: along lines across the page, of which enough side by side must
show the same bars.  Dust spoils some of these lines, and skew makes them begin a little later each.
"""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pdfpipe.imaging.stages.raster import Pixels

__all__ = ["PatchCode", "find_patch_codes"]

_PATCHES: Final[dict[tuple[bool, ...], str]] = {
    (True, True, False, False): "1",
    (True, False, False, True): "2",
    (True, False, True, False): "3",
    (False, True, True, False): "4",
    (False, True, False, True): "T",
    (False, False, True, True): "6",
}
"""What each order of wide bars is called, from the edge of the page on."""

_UNITS: Final = 10.0
"""Widths of a narrow bar that bars and spaces take together."""

_NARROW: Final = (0.6, 1.5)
_WIDE: Final = (1.9, 3.1)
"""Widths of bars in such units; spaces are narrow.  Ink spreads, and copies make it thinner."""

_QUIET: Final = 1.8
"""Units of white before the first and behind the last bar."""

_SIZES: Final = (0.045, 0.2)
"""Width of the code as a part of the page's shorter side: 0.10 on A4, so that no resolution is needed."""

_STEP: Final = 2
"""Pixels from line to line."""

_LEAST_LENGTH: Final = 0.75
_LEAST_SHARE: Final = 0.4
_LONGEST_GAP: Final = 0.5
"""Length of the bars in widths of the code, the part of the lines over it that show them, and what may be
lacking at once, in widths of the code."""

_STEEPEST: Final = 0.3
"""Pixels by which the bars may begin later from pixel to pixel: skew of 17°."""

_MOST_HITS: Final = 20_000


class PatchCode(msgspec.Struct, frozen=True):
    """A patch code: its name, and the box of its bars, as left, top, right and bottom in pixels."""

    name: str
    box: tuple[int, int, int, int]


class _Hit(msgspec.Struct, frozen=True):
    """The bars along one line: which of them are wide, where the line is, where on it they begin and end."""

    wide: tuple[bool, ...]
    line: int
    start: int
    end: int

    @property
    def width(self) -> int:
        return self.end - self.start


def find_patch_codes(ink: Pixels) -> tuple[PatchCode, ...]:
    """The patch codes on a page, whichever edge they lie along, and as far as 15° from it.

    `ink` is 1 where a reduced page is dark; a narrow bar should be 4 pixels wide at least, as on A4 pages of
    600 pixels on the longer side.
    """
    clean = cv2.medianBlur(ink, 3)
    shorter = min(ink.shape)
    across = _codes(np.ascontiguousarray(clean), shorter)
    down = [
        PatchCode(code.name, (code.box[1], code.box[0], code.box[3], code.box[2]))
        for code in _codes(np.ascontiguousarray(clean.T), shorter)
    ]
    return (*across, *down)


def _codes(ink: Pixels, shorter: int) -> list[PatchCode]:
    """The codes whose bars stand upright, which are seen along rows."""
    found = []
    for chain in _chains(_hits(ink, shorter)):
        name = _name(chain, ink.shape[1])
        if name is not None:
            left, right = min(hit.start for hit in chain), max(hit.end for hit in chain)
            found.append(PatchCode(name, (left, chain[0].line, right, chain[-1].line + 1)))
    return found


def _hits(ink: Pixels, shorter: int) -> list[_Hit]:
    """Where four bars as those of a code are seen along some rows, from top to bottom."""
    rows = np.pad(ink[::_STEP], ((0, 0), (1, 1)))
    length = rows.shape[1]
    # Every row begins and ends white, so that one row after the other white and black take turns.
    edges = np.flatnonzero(np.diff(rows.ravel().view(np.int8))) + 1
    starts, ends = edges[::2], edges[1::2]
    if len(starts) < 4:
        return []
    bars = ends - starts
    spaces = np.concatenate(([length], starts[1:] - ends[:-1], [length]))
    count = len(starts) - 3
    total = ends[3:] - starts[:count]
    unit = total / _UNITS
    fits = (total >= _SIZES[0] * shorter) & (total <= _SIZES[1] * shorter)
    fits &= (spaces[:count] >= _QUIET * unit) & (spaces[4:] >= _QUIET * unit)
    for i in range(1, 4):
        fits &= _is_within(spaces[i : i + count], _NARROW, unit)
    wide = [_is_within(bars[i : i + count], _WIDE, unit) for i in range(4)]
    for i in range(4):
        fits &= wide[i] | _is_within(bars[i : i + count], _NARROW, unit)
    found = np.flatnonzero(fits)[:_MOST_HITS]
    return [
        _Hit(
            tuple(bool(bar[i]) for bar in wide),
            int(starts[i] // length) * _STEP,
            int(starts[i] % length) - 1,
            int(ends[i + 3] % length) - 1,
        )
        for i in found.tolist()
    ]


def _is_within(
    lengths: NDArray[np.int64], limits: tuple[float, float], unit: NDArray[np.float64]
) -> NDArray[np.bool_]:
    return (lengths >= limits[0] * unit) & (lengths <= limits[1] * unit)


def _chains(hits: list[_Hit]) -> list[list[_Hit]]:
    """Hits that are of the same bars, one row after the other, where there are enough of them."""
    chains: list[list[_Hit]] = []
    growing: list[list[_Hit]] = []
    for hit in hits:
        growing = [chain for chain in growing if hit.line - chain[-1].line <= _LONGEST_GAP * chain[-1].width]
        chain = next((chain for chain in growing if _goes_on(chain[-1], hit)), None)
        if chain is None:
            chain = []
            growing.append(chain)
            chains.append(chain)
        chain.append(hit)
    return [chain for chain in chains if _is_long(chain)]


def _goes_on(last: _Hit, hit: _Hit) -> bool:
    if hit.wide != last.wide or hit.line == last.line:
        return False
    unit = last.width / _UNITS
    moved = abs(hit.start + hit.end - last.start - last.end) / 2
    return moved <= _STEEPEST * (hit.line - last.line) + unit and abs(hit.width - last.width) <= 2 * unit


def _is_long(chain: list[_Hit]) -> bool:
    length = chain[-1].line - chain[0].line + _STEP
    width = float(np.median([hit.width for hit in chain]))
    return length >= _LEAST_LENGTH * width and len(chain) * _STEP >= _LEAST_SHARE * length


def _name(chain: list[_Hit], length: int) -> str | None:
    """What the code is called; None if there is no such code."""
    wide = chain[0].wide
    middle = float(np.median([(hit.start + hit.end) / 2 for hit in chain]))
    return _PATCHES.get(wide if middle <= length / 2 else wide[::-1])
