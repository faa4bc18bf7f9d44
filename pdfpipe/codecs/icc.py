"""Which colour profiles of a scan a PDF/A may carry (ISO 19005-2, 6.2.4.2; ICC.1:2010, 7.2)."""

from __future__ import annotations

import struct
from typing import Final

from pdfpipe.model.image import ColorSpace

__all__ = ["usable_profile"]

_CLASSES: Final = frozenset({b"scnr", b"mntr", b"prtr", b"spac"})
_SPACES: Final = {
    ColorSpace.GRAY: b"GRAY",
    ColorSpace.RGB: b"RGB ",
    ColorSpace.INDEXED: b"RGB ",
    ColorSpace.CMYK: b"CMYK",
}
_HEADER_SIZE: Final = 128
_MAX_VERSION: Final = 4


def usable_profile(profile: bytes | None, color_space: ColorSpace) -> bytes | None:
    """The profile, if it says something and the PDF may hold it; None otherwise.

    sRGB itself is left out: it is the document's output intent already.
    """
    if profile is None or len(profile) < _HEADER_SIZE + 4:
        return None
    size = struct.unpack_from(">I", profile)[0]
    version, profile_class, space, signature = profile[8], profile[12:16], profile[16:20], profile[36:40]
    if size != len(profile) or version > _MAX_VERSION or signature != b"acsp":
        return None
    if profile_class not in _CLASSES or space != _SPACES[color_space]:
        return None
    return None if _is_srgb(profile) else profile


def _is_srgb(profile: bytes) -> bool:
    """Whether the profile's description names sRGB (as ASCII or UTF-16)."""
    return b"sRGB" in profile or "sRGB".encode("utf-16-be") in profile
