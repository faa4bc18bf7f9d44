"""Which colour profiles of a scan a PDF may carry (ISO 19005-2, 6.2.4.2; ICC.1:2010, 7.2)."""

from __future__ import annotations

import io
import struct
from functools import lru_cache
from itertools import product
from typing import Final

import msgspec
from PIL import Image, ImageCms

from pdfpipe.model.image import ColorSpace, EncodedImage

__all__ = ["is_srgb", "with_profile"]

_CLASSES: Final = frozenset({b"scnr", b"mntr", b"prtr", b"spac"})
_SPACES: Final = {
    ColorSpace.GRAY: b"GRAY",
    ColorSpace.RGB: b"RGB ",
    ColorSpace.CMYK: b"CMYK",
}
_MODES: Final = {b"GRAY": "L", b"RGB ": "RGB", b"CMYK": "CMYK"}
_HEADER_SIZE: Final = 128
_MAX_VERSION: Final = 4
_SAME: Final = 2
"""Difference, of 255, up to which two colours count as the same."""


def with_profile(image: EncodedImage, profile: bytes | None) -> EncodedImage:
    """The image with the profile of its colours, or, where the PDF cannot hold that, with a note.

    A profile with which colours are what they are in sRGB is left out without a note: sRGB is what the
    document has anyway.
    """
    notes: tuple[str, ...] = ()
    if profile and is_srgb(profile):
        profile = None
    if profile and (reason := _obstacle(profile, _SPACES[image.profile_space])) is not None:
        profile, notes = None, (f"its color profile was left out: {reason}",)
    return msgspec.structs.replace(image, icc_profile=profile or None, notes=(*image.notes, *notes))


def _obstacle(profile: bytes, space: bytes) -> str | None:
    """Why a PDF cannot hold the profile for colours of this space."""
    if len(profile) < _HEADER_SIZE + 4 or profile[36:40] != b"acsp":
        return "it is no ICC profile"
    version, profile_class, own_space = profile[8], profile[12:16], profile[16:20]
    if version > _MAX_VERSION:
        return f"it is of version {version} of the ICC's specification, which PDF does not know"
    if profile_class not in _CLASSES:
        return "it is not of a kind that tells what an image's colors are"
    if own_space != space:
        told = own_space.decode("ascii", "backslashreplace").strip()
        return f"it is for {told} images, and this is {space.decode('ascii').strip()}"
    if struct.unpack_from(">I", profile)[0] != len(profile) or _transform(profile) is None:
        return "it is damaged"
    return None


def is_srgb(profile: bytes) -> bool:
    """Whether colours, tried all over the space, come out as they go in; inks never do."""
    mode = _MODES.get(profile[16:20])
    transform = _transform(profile) if mode in ("L", "RGB") else None
    if mode is None or transform is None:
        return False
    steps = range(0, 256, 51)
    colors = [(v, v, v) for v in range(0, 256, 5)] if mode == "L" else list(product(steps, repeat=3))
    row = Image.new("RGB", (len(colors), 1))
    row.putdata(colors)
    shown = ImageCms.applyTransform(row.convert(mode), transform)
    assert shown is not None  # noqa: S101 - for mypy: only a transform in place gives nothing
    return all(abs(a - b) <= _SAME for a, b in zip(row.tobytes(), shown.tobytes(), strict=True))


@lru_cache(maxsize=8)
def _transform(profile: bytes) -> ImageCms.ImageCmsTransform | None:
    """What makes sRGB of the profile's colours; None if it cannot be made, since the profile is damaged."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), _MODES[profile[16:20]], "RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
