"""A small picture of a page, for the report."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.image import PageImage, Thumbnail

__all__ = ["thumbnail"]

_LARGEST: Final = (240, 480)
_QUALITY: Final = 55
"""Body text of a page is grey bars at this size; 4 to 6 KB a page."""


def thumbnail(page: PageImage) -> Thumbnail:
    """The upright page with square pixels, at most 240 by 480 pixels, as WebP."""
    pixels = ocr_view(page)[0].pixels
    if pixels.mode == "1":
        pixels = pixels.convert("L")
    scale = min(1.0, _LARGEST[0] / pixels.width, _LARGEST[1] / pixels.height)
    size = max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale))
    small = pixels.resize(size, Image.Resampling.BOX, reducing_gap=2.0)
    stream = io.BytesIO()
    small.convert("RGB").save(stream, "WEBP", quality=_QUALITY, method=4)
    return Thumbnail(stream.getvalue(), *size)
