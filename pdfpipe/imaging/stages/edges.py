"""Whether there is anything at the edges of a page."""

from __future__ import annotations

from typing import Final

import numpy as np

from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.skew import ink_of
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage

__all__ = ["has_ink_outside"]

_DUST: Final = 1e-4
"""Of the pixels of the reduced page: less ink is none."""


def has_ink_outside(image: OcrImage, box: BoundingBox) -> bool:
    """Whether more than dust lies outside of a box, which is in pixels of the page."""
    small = overview(image.pixels)
    ink = ink_of(small.gray)
    left, top = (max(0, round(edge / small.factor)) for edge in (box.x0, box.y0))
    right, bottom = (max(0, round(edge / small.factor)) for edge in (box.x1, box.y1))
    ink[top:bottom, left:right] = 0
    return int(np.count_nonzero(ink)) > _DUST * ink.size
