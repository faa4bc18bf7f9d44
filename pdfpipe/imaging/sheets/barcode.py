"""Barcodes on a page, of all kinds that zxing-cpp reads."""

from __future__ import annotations

import msgspec

from pdfpipe.imaging.stages.raster import Pixels

__all__ = ["Barcode", "read_barcodes"]


class Barcode(msgspec.Struct, frozen=True):
    """A barcode's text, and its box, as left, top, right and bottom in pixels."""

    text: str
    box: tuple[int, int, int, int]


def read_barcodes(gray: Pixels, kinds: str = "", *, try_hard: bool = False) -> tuple[Barcode, ...]:
    """The barcodes on a page in any orientation, from top to bottom.

    `kinds` are zxing-cpp's names of those to look for, with ``|`` between them; all kinds where it is empty.
    With `try_hard` reduced copies are looked at too, on which noise is less.
    """
    import zxingcpp  # few runs look for barcodes

    formats = zxingcpp.barcode_formats_from_str(kinds)
    found = []
    for one in zxingcpp.read_barcodes(gray, formats, try_invert=False, try_downscale=try_hard):
        place = one.position
        corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
        x, y = [corner.x for corner in corners], [corner.y for corner in corners]
        found.append(Barcode(one.text, (min(x), min(y), max(x) + 1, max(y) + 1)))
    return tuple(sorted(found, key=lambda one: (one.box[1], one.box[0])))
