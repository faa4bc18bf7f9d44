"""Lift the JPEG stream out of a TIFF page, so that it need not be encoded again.

TIFF Technical Note 2 (Adobe, 1995): with compression 7 each strip is a JPEG stream whose tables
may stand in the tag JPEGTables, as a stream of their own without an image.
"""

from __future__ import annotations

from typing import IO, Final

from PIL import Image

from pdfpipe.model.image import TiffStrip

__all__ = ["only_jpeg_strip"]

_COMPRESSION: Final = 259
_PHOTOMETRIC: Final = 262
_STRIP_OFFSETS: Final = 273
_STRIP_BYTE_COUNTS: Final = 279
_JPEG_TABLES: Final = 347
_NEW_JPEG: Final = 7

_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"


def only_jpeg_strip(image: Image.Image, stream: IO[bytes]) -> TiffStrip | None:
    """The JPEG stream of the TIFF frame that `image` stands at, or None if it is not just one."""
    tags = getattr(image, "tag_v2", {})
    offsets, counts = tags.get(_STRIP_OFFSETS), tags.get(_STRIP_BYTE_COUNTS)
    if tags.get(_COMPRESSION) != _NEW_JPEG or not offsets or not counts or len(offsets) != 1:
        return None
    position = stream.tell()
    stream.seek(offsets[0])
    strip = stream.read(counts[0])
    stream.seek(position)
    if len(strip) != counts[0] or not strip.startswith(_SOI):
        return None
    tables = tags.get(_JPEG_TABLES) or b""
    if tables.startswith(_SOI) and tables.endswith(_EOI):
        strip = tables[:-2] + strip[2:]
    return TiffStrip(strip, int(tags.get(_PHOTOMETRIC, 6)))
