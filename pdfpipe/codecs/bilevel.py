"""1-bit images: JBIG2 or CCITT Group 4, whichever is smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pdfpipe.codecs import ccitt, jbig2

if TYPE_CHECKING:
    from PIL import Image

    from pdfpipe.model.image import EncodedImage

__all__ = ["encode"]


def encode(image: Image.Image) -> EncodedImage:
    """A mode-1 image without loss; JBIG2 is tried where its encoder was built."""
    group4 = ccitt.encode(image)
    if not jbig2.is_available():
        return group4
    return min(jbig2.encode(image), group4, key=lambda encoded: encoded.size)
