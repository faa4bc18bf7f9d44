"""JPEG data coded anew by MozJPEG: the same coefficients, hence the same pixels, in fewer bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
from PIL import Image

from pdfpipe.codecs import jpeg
from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.image import EncodedImage, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["optimized"]


def optimized(encoded: EncodedImage) -> EncodedImage:
    """The JPEG image with fewer bytes, or as it is where that cannot be had; other images as they are.

    The result is decoded and compared with what was there.  Progressive scans and better Huffman tables
    make up the gain; markers are left out, but for Adobe's and the color profile.

    Raises:
        MissingDependencyError: the extra ``mozjpeg`` is not installed.

    """
    if encoded.filter is not ImageFilter.DCT:
        return encoded
    recode = _mozjpeg()
    try:
        data = recode(encoded.data)
    except ValueError:
        return encoded
    if len(data) >= len(encoded.data) or not _is_same(encoded, data):
        return encoded
    saved = 1 - len(data) / len(encoded.data)
    note = f"JPEG data coded anew, {saved:.0%} smaller, no pixel changed"
    return msgspec.structs.replace(encoded, data=data, notes=(*encoded.notes, note))


def _mozjpeg() -> Callable[[bytes], bytes]:
    try:
        from mozjpeg_lossless_optimization import COPY_MARKERS, optimize
    except ImportError as error:
        raise MissingDependencyError(
            "optimizing JPEG data needs the extra 'mozjpeg': pip install 'pdfpipe[mozjpeg]'"
        ) from error
    return lambda data: bytes(optimize(data, COPY_MARKERS.ICC))


def _is_same(encoded: EncodedImage, data: bytes) -> bool:
    """Whether a reader sees the same: in the pixels, and in what the markers say of the colors.

    MozJPEG writes an Adobe or a JFIF marker where there was none, which says more of the colors than was
    said before: the dictionary's entries would then mean something else.
    """
    before, after = jpeg.read_header(encoded.data), jpeg.read_header(data)
    if before is None or after is None or before.is_adobe != after.is_adobe:
        return False
    if ("ColorTransform", 0) in encoded.parms and not before.is_adobe:
        return False
    with Image.open(io.BytesIO(encoded.data)) as old, Image.open(io.BytesIO(data)) as new:
        return old.size == new.size and old.mode == new.mode and old.tobytes() == new.tobytes()
