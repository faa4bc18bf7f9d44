"""The resolution of a page: as given, as the file says, or estimated from its size in pixels."""

from __future__ import annotations

import math
from typing import Final

import msgspec

from pdfpipe.model.geometry import POINTS_PER_INCH, Resolution
from pdfpipe.model.image import DpiSource

__all__ = ["DpiEstimate", "estimate_dpi", "resolve_dpi"]

MIN_DPI: Final = 70.0
MAX_DPI: Final = 9600.0

_SCREEN_DEFAULTS: Final = (72.0, 96.0)
"""What cameras and paint programs write when they know nothing."""

_LARGEST_SCREEN_PAGE: Final = 17.0
"""Inches (the long side of Tabloid): a page larger than this at 96 dpi is not meant."""

_MIN_SIDE_POINTS: Final = 3.0
"""The shortest side of a page that PDF/A-2 allows (ISO 19005-2, 6.1.13)."""

_PAPERS: Final = {
    "A4": ((8.268, 11.693), 1.0),
    "Letter": ((8.5, 11.0), 0.8),
    "A5": ((5.827, 8.268), 0.5),
    "A3": ((11.693, 16.535), 0.2),
    "Legal": ((8.5, 14.0), 0.2),
    "A6": ((4.134, 5.827), 0.15),
    "B5": ((6.929, 9.843), 0.15),
}
"""Width and height in inches, and how usual the paper is among scans."""

_SCANNER_DPI: Final = {
    300.0: 1.0,
    200.0: 0.9,
    150.0: 0.7,
    600.0: 0.6,
    400.0: 0.5,
    100.0: 0.5,
    240.0: 0.3,
    75.0: 0.3,
    1200.0: 0.15,
}
"""Settings of scanners, and how usual they are."""

_LIKE: Final = 0.01
"""Of a side: so much a scan may be larger or smaller than its paper."""

_NO_PAPER: Final = 0.05
"""How usual it is that a scan of other paper has the sides of one of these."""

_X_HEIGHT: Final = 1.65
_X_HEIGHT_SPREAD: Final = 0.2
"""Millimetres of an x in the text of a page, and the standard deviation of its logarithm: print of 9 to 12
points has 1.4 to 2.1, books of 1870 to 1920 have 1.6 to 2.0."""

_USUAL_FIT: Final = 0.7
"""The mean over all pages of how well letters fit."""

_AS_GOOD: Final = 2.0
"""Standard deviations: letters that are off by less leave a page of no usual size what fits on A4."""

_GUESS: Final = 0.3
_BY_LETTERS: Final = 0.6
"""How sure an estimate is that goes by the sides of no paper: alone, or by the height of letters."""

_MILLIMETRES: Final = 25.4


class DpiEstimate(msgspec.Struct, frozen=True):
    """A likely resolution, how sure it is (0 to 1), and what speaks for it."""

    dpi: float
    certainty: float
    reason: str


def resolve_dpi(
    declared: tuple[float, float] | None, given: float | None, width: int, height: int
) -> tuple[Resolution, DpiSource]:
    """The resolution of an image of `width` by `height` pixels, and where it comes from.

    `declared` is what the file says, `given` what the user says.  A declared resolution below 70 dpi
    or above 9600, the cameras' default of 72, and 96 dpi on a page larger than Tabloid are not
    believed.  A given resolution is lowered where the page would be smaller than PDF/A allows.
    """
    if given is not None:
        given = min(given, _highest_dpi(width, height))
        return Resolution(given, given), DpiSource.GIVEN
    if declared is not None and _believable(declared, width, height):
        return Resolution(*declared), DpiSource.FILE
    dpi = estimate_dpi(width, height).dpi
    return Resolution(dpi, dpi), DpiSource.ESTIMATED


def _believable(declared: tuple[float, float], width: int, height: int) -> bool:
    x, y = declared
    if not all(math.isfinite(value) and MIN_DPI <= value <= MAX_DPI for value in declared):
        return False
    if min(width / x, height / y) * POINTS_PER_INCH < _MIN_SIDE_POINTS:
        return False
    if x == y == _SCREEN_DEFAULTS[0]:
        return False
    return not (x == y == _SCREEN_DEFAULTS[1] and max(width, height) / x > _LARGEST_SCREEN_PAGE)


def estimate_dpi(width: int, height: int, x_height: float | None = None) -> DpiEstimate:
    """A likely resolution for an image of this size, in which an x of the text is so high, in pixels.

    If the sides are those of a usual paper at a usual scanner setting, to one part in a hundred, it is that
    setting.  Where several are possible, such as A6 at 200 dpi and A4 at 100, letters tell, if they are
    known, else the more usual one is taken.  Other pages just fit on A4, so that they print at a usual
    size, unless letters are far from their usual height then: these decide in that case.
    """
    likely = _by_paper(width, height, x_height)
    if likely is not None:
        return likely
    a4_short, a4_long = _PAPERS["A4"][0]
    fitting = max(min(width, height) / a4_short, max(width, height) / a4_long)
    highest = _highest_dpi(width, height)
    fitting = min(max(round(fitting, 1), 1.0), highest)
    if x_height is None or abs(_deviation(x_height, fitting)) <= _AS_GOOD:
        certainty = _GUESS if x_height is None else _BY_LETTERS
        return DpiEstimate(fitting, certainty, "the page just fits on A4")
    usual = min(_SCANNER_DPI, key=lambda dpi: abs(_deviation(x_height, dpi)))
    return DpiEstimate(min(usual, highest), _BY_LETTERS, _letters(x_height, usual))


def _by_paper(width: int, height: int, x_height: float | None) -> DpiEstimate | None:
    """The likeliest pair of paper and setting; None if the sides are those of none."""
    short, long = min(width, height), max(width, height)
    likelihoods = {
        (name, dpi): usual * often * _likelihood(x_height, dpi)
        for name, ((paper_short, paper_long), usual) in _PAPERS.items()
        for dpi, often in _SCANNER_DPI.items()
        if math.isclose(short, paper_short * dpi, rel_tol=_LIKE)
        and math.isclose(long, paper_long * dpi, rel_tol=_LIKE)
    }
    if not likelihoods:
        return None
    name, dpi = best = max(likelihoods, key=lambda pair: likelihoods[pair])
    certainty = likelihoods[best] / (sum(likelihoods.values()) + _NO_PAPER * _likelihood(None, dpi))
    reason = f"its sides are those of {name}"
    if x_height is not None:
        reason += f", and {_letters(x_height, dpi)}"
    return DpiEstimate(dpi, certainty, reason)


def _likelihood(x_height: float | None, dpi: float) -> float:
    """How well letters of this height go with a resolution: 1 at best, what is usual if none are known."""
    return _USUAL_FIT if x_height is None else math.exp(-(_deviation(x_height, dpi) ** 2) / 2)


def _deviation(x_height: float, dpi: float) -> float:
    """By how many standard deviations letters are higher than usual."""
    return math.log(x_height / dpi * _MILLIMETRES / _X_HEIGHT) / _X_HEIGHT_SPREAD


def _letters(x_height: float, dpi: float) -> str:
    return f"small letters are {x_height / dpi * _MILLIMETRES:.1f} mm high then"


def _highest_dpi(width: int, height: int) -> float:
    return min(width, height) * POINTS_PER_INCH / _MIN_SIDE_POINTS
