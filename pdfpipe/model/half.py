"""One of the two pages that a scan of an open book shows."""

from __future__ import annotations

from enum import Enum

import msgspec

from pdfpipe.model.geometry import BoundingBox

__all__ = ["Half", "Side"]


class Side(Enum):
    """Where a page of an open book lies, as a reader sees it."""

    LEFT = "left"
    RIGHT = "right"


class Half(msgspec.Struct, frozen=True):
    """What of a scan is one page of an open book.

    `box` is in pixels of the image as it is stored (`pdfpipe.model.image.PageImage`), in whole numbers.  So
    it stays the same however the scan is turned to be upright.
    """

    side: Side
    box: BoundingBox

    def __str__(self) -> str:
        return f"{self.side.value} half"
