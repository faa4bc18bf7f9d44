"""What tells the pixels of one page from those of another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.model.image import OcrImage

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["pixel_digest", "with_digest"]

_STRIP_BYTES: Final = 1 << 20
_DIGEST_BYTES: Final = 20


def with_digest(image: OcrImage) -> OcrImage:
    """The image with the digest of its pixels, which takes some milliseconds where it is not there yet."""
    return image if image.digest else msgspec.structs.replace(image, digest=pixel_digest(image.pixels))


def pixel_digest(pixels: Image.Image) -> str:
    """Mode, size and pixels as 40 hexadecimal digits.

    The pixels are taken in strips, so that a large page is not in memory once more.
    """
    width, height = pixels.size
    digest = hashlib.blake2b(f"{pixels.mode} {width} {height}".encode(), digest_size=_DIGEST_BYTES)
    rows = max(1, _STRIP_BYTES // max(1, width * len(pixels.getbands())))
    for top in range(0, height, rows):
        digest.update(pixels.crop((0, top, width, min(top + rows, height))).tobytes())
    return digest.hexdigest()
