"""The two pages that a scan of an open book shows."""

from __future__ import annotations

import msgspec

from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.half import Half, Side
from pdfpipe.model.image import PageImage

__all__ = ["DoublePage", "double_page"]


class DoublePage(msgspec.Struct, frozen=True):
    """The halves of a scan, and what tells that it shows two pages."""

    left: Half
    right: Half
    evidence: str


def double_page(page: PageImage) -> DoublePage | None:
    """The halves of an upright scan; None if it shows one page, or if there is doubt.

    NumPy and OpenCV are loaded by the first scan that has the shape of two pages.
    """
    width, height = page.upright_size
    if not height <= width:
        return None
    from pdfpipe.imaging.stages.gutter import find_gutter
    from pdfpipe.imaging.stages.measures import overview

    view, to_page = ocr_view(page)
    small = overview(view.pixels)
    gutter = find_gutter(small.gray)
    if gutter is None:
        return None
    at = round(to_page.a * gutter.at * small.factor)
    to_stored = page.upright.inverse()
    left, right = (
        Half(side, _whole(to_stored.apply_box(box)))
        for side, box in (
            (Side.LEFT, BoundingBox(0, 0, at, height)),
            (Side.RIGHT, BoundingBox(at, 0, width, height)),
        )
    )
    return DoublePage(left, right, gutter.evidence)


def _whole(box: BoundingBox) -> BoundingBox:
    return BoundingBox(*(float(round(edge)) for edge in (box.x0, box.y0, box.x1, box.y1)))
