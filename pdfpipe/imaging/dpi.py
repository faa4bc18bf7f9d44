"""The resolution of a page: as given, as the file says, or estimated from its size in pixels."""

from __future__ import annotations

import math
from typing import Final

from pdfpipe.model.geometry import POINTS_PER_INCH, Resolution
from pdfpipe.model.image import DpiSource

__all__ = ["estimate_dpi", "resolve_dpi"]

MIN_DPI: Final = 70.0
MAX_DPI: Final = 9600.0

_SCREEN_DEFAULTS: Final = (72.0, 96.0)
"""What cameras and paint programs write when they know nothing."""

_LARGEST_SCREEN_PAGE: Final = 17.0
"""Inches (the long side of Tabloid): a page larger than this at 96 dpi is not meant."""

_MIN_SIDE_POINTS: Final = 3.0
"""The shortest side of a page that PDF/A-2 allows (ISO 19005-2, 6.1.13)."""

_PAPER_INCHES: Final = (
    (8.268, 11.693),
    (8.5, 11.0),
    (5.827, 8.268),
    (11.693, 16.535),
    (8.5, 14.0),
    (4.134, 5.827),
    (6.929, 9.843),
)
"""A4, Letter, A5, A3, Legal, A6, B5: width and height, the likelier first."""

_SCANNER_DPI: Final = (300.0, 200.0, 600.0, 150.0, 400.0, 100.0, 240.0, 1200.0, 75.0)


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
    dpi = estimate_dpi(width, height)
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


def estimate_dpi(width: int, height: int) -> float:
    """A likely resolution for an image of this size.

    If the sides are those of a usual paper at a usual scanner setting, to one part in a hundred,
    it is that setting; otherwise the one at which the page just fits on A4, so that it prints at
    a usual size.
    """
    short, long = min(width, height), max(width, height)
    for paper_short, paper_long in _PAPER_INCHES:
        for dpi in _SCANNER_DPI:
            if math.isclose(short, paper_short * dpi, rel_tol=0.01) and math.isclose(
                long, paper_long * dpi, rel_tol=0.01
            ):
                return dpi
    a4_short, a4_long = _PAPER_INCHES[0]
    fitting = max(short / a4_short, long / a4_long)
    return min(max(round(fitting, 1), 1.0), _highest_dpi(width, height))


def _highest_dpi(width: int, height: int) -> float:
    return min(width, height) * POINTS_PER_INCH / _MIN_SIDE_POINTS
