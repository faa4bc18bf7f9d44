"""What keeps a page from being PDF/A, and what can be done so that nothing does (ISO 19005-2)."""

from __future__ import annotations

from typing import Final

__all__ = ["page_unit", "size_obstacle"]

_MAX_UNITS: Final = 14400
_MIN_UNITS: Final = 3
_POINTS_A_MILLIMETRE: Final = 72 / 25.4


def page_unit(width: float, height: float) -> float:
    """The UserUnit, in points, with which a page of this size in points keeps to the limits of PDF/A.

    No side of a page may be less than 3 or more than 14,400 units long (6.1.13).  Of a page that is too
    long for its height, or too high for its width, the longer side decides.
    """
    shorter, longer = sorted((width, height))
    least, most = longer / _MAX_UNITS, shorter / _MIN_UNITS
    return max(least, min(1.0, most))


def size_obstacle(width: float, height: float) -> str | None:
    """Why no unit makes a page of this size in points keep to the limits; None if one does."""
    shorter = min(width, height)
    # The sides are written with four decimals, as readers find them.
    if shorter / page_unit(width, height) >= _MIN_UNITS - 0.00005:
        return None
    size = " x ".join(f"{side / _POINTS_A_MILLIMETRE:,.1f} mm" for side in (width, height))
    return f"of a page of {size} one side is more than {_MAX_UNITS // _MIN_UNITS:,} times the other"
