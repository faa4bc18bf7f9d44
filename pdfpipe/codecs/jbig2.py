"""JBIG2 for 1-bit images, without loss (ITU-T T.88; JBIG2Decode, ISO 32000-1, 7.4.7).

Only generic regions: each pixel is coded for itself.  The coding of symbols, which stores a character's
shape once, could put one character in the place of another and is not used.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

__all__ = ["encode", "is_available"]

_encode_generic_region: Callable[[bytes, int, int], bytes] | None
try:
    from pdfpipe.codecs._jbig2 import encode_generic_region as _encode_generic_region
except ImportError:  # installed where there was no C compiler
    _encode_generic_region = None

_PAGE: Final = 1
_PAGE_INFORMATION: Final = 48
_IMMEDIATE_LOSSLESS_GENERIC_REGION: Final = 39
"""Types of segments (T.88, 7.3)."""

_PAGE_IS_LOSSLESS: Final = 0x01
_UNKNOWN_RESOLUTION: Final = 0
_NOT_STRIPED: Final = 0
_OR: Final = 0
_TEMPLATE_0_WITH_TYPICAL_PREDICTION: Final = 0x08
_NOMINAL_ADAPTIVE_PIXELS: Final = (3, -1, -3, -1, 2, -2, -2, -2)


def is_available() -> bool:
    """Whether the encoder, which is written in C, was built when pdfpipe was installed."""
    return _encode_generic_region is not None


def encode(image: Image.Image) -> EncodedImage:
    """A mode-1 image as one generic region; black pixels are coded as 1, as JBIG2Decode has it.

    Raises:
        MissingDependencyError: the encoder is not there.

    """
    if _encode_generic_region is None:
        raise MissingDependencyError("JBIG2 needs pdfpipe to be installed where there is a C compiler")
    width, height = image.size
    data = _encode_generic_region(image.tobytes("raw", "1;I"), width, height)
    page = struct.pack(
        ">IIIIBH",
        width,
        height,
        _UNKNOWN_RESOLUTION,
        _UNKNOWN_RESOLUTION,
        _PAGE_IS_LOSSLESS,
        _NOT_STRIPED,
    )
    region = struct.pack(">IIIIB", width, height, 0, 0, _OR) + struct.pack(
        ">B8b", _TEMPLATE_0_WITH_TYPICAL_PREDICTION, *_NOMINAL_ADAPTIVE_PIXELS
    )
    return EncodedImage(
        data=_segment(0, _PAGE_INFORMATION, page)
        + _segment(1, _IMMEDIATE_LOSSLESS_GENERIC_REGION, region + data),
        width=width,
        height=height,
        filter=ImageFilter.JBIG2,
        color_space=ColorSpace.GRAY,
        bits=1,
    )


def _segment(number: int, kind: int, data: bytes) -> bytes:
    """A segment that refers to no other, with its header (T.88, 7.2)."""
    referred_to = 0
    return struct.pack(">IBBBI", number, kind, referred_to, _PAGE, len(data)) + data
