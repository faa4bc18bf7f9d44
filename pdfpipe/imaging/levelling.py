"""Where a page lies whose lines slope, and where it lies when they are level."""

from __future__ import annotations

import math

from pdfpipe.model.geometry import Transform

__all__ = ["level_sheet"]


def level_sheet(angle: float, width: int, height: int) -> tuple[Transform, tuple[int, int]]:
    """The map from a level page to one whose lines fall to the right by `angle` degrees, and its size.

    Both are in pixels.  The sloping page is `width` by `height`; the level one is a sheet that holds all of
    it, turned about the same middle.
    """
    radians = math.radians(angle)
    cos, sin = math.cos(radians), math.sin(radians)
    size = (
        math.ceil(width * cos + height * abs(sin) - 1e-9),
        math.ceil(width * abs(sin) + height * cos - 1e-9),
    )
    to_sloping = (
        Transform(e=-size[0] / 2, f=-size[1] / 2)
        .then(Transform(cos, sin, -sin, cos))
        .then(Transform(e=width / 2, f=height / 2))
    )
    return to_sloping, size
