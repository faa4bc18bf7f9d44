"""What tells the pixels of one page from those of another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.model.image import OcrImage

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["pixel_digest", "with_digest"]

_STRIP_BYTES: Final = 1 << 16
_DIGITS: Final = 40


def with_digest(image: OcrImage) -> OcrImage:
    """The image with the digest of its pixels, which takes some milliseconds where it is not there yet."""
    return image if image.digest else msgspec.structs.replace(image, digest=pixel_digest(image.pixels))


def pixel_digest(pixels: Image.Image) -> str:
    """Mode, size and pixels as 40 hexadecimal digits, by SHA-256.

    Processors have instructions for that: it is twice as fast as BLAKE2b (benchmarks/cache.py).  The pixels
    are taken in strips, so that a large page is not in memory once more; of 1-bit pages each as a byte,
    since packing them takes longer than eight times the bytes.
    """
    width, height = pixels.size
    layout = ("raw", "L") if pixels.mode == "1" else ()
    digest = hashlib.sha256(f"{pixels.mode} {width} {height}".encode())
    rows = max(1, _STRIP_BYTES // max(1, width * len(pixels.getbands())))
    for top in range(0, height, rows):
        digest.update(pixels.crop((0, top, width, min(top + rows, height))).tobytes(*layout))
    return digest.hexdigest()[:_DIGITS]
