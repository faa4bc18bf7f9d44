"""1-bit images: JBIG2, CCITT Group 4 or Flate, whichever is smallest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.codecs import ccitt, flate, jbig2
from pdfpipe.model.image import ColorSpace

if TYPE_CHECKING:
    from PIL import Image

    from pdfpipe.model.image import EncodedImage

__all__ = ["encode", "has_two_colors"]

_POOR_RATIO: Final = 4
"""Halftones are coded by fax codes in more than a fourth of their size; text never is."""


def has_two_colors(image: Image.Image) -> bool:
    """Whether it is of mode 1, or of mode P with no more than two colors."""
    return image.mode == "1" or (image.mode == "P" and len(image.getpalette("RGB") or ()) <= 6)


def encode(image: Image.Image) -> EncodedImage:
    """An image of two colors without loss; JBIG2 is tried where its encoder was built.

    Codecs for faxes suppose that most is white, so a palette should have the paper's color second.
    """
    if image.mode == "P":
        samples = image.point([0, *[255] * 255], "1")
        return msgspec.structs.replace(
            encode(samples), color_space=ColorSpace.INDEXED, palette=bytes(image.getpalette("RGB") or ())
        )
    candidates = [ccitt.encode(image)]
    if jbig2.is_available():
        candidates.append(jbig2.encode(image))
    best = min(candidates, key=lambda encoded: encoded.size)
    if best.size * _POOR_RATIO < len(image.tobytes()):
        return best
    return min(best, flate.encode(image), key=lambda encoded: encoded.size)
