"""JPEG 2000 files go into the PDF as they are, where PDF/A-2 allows (ISO 19005-2, 6.2.8.3)."""

from __future__ import annotations

import struct
from typing import Final

from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

__all__ = ["pass_through"]

_SIGNATURE_BOX: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_ENUMERATED: Final = 1
_PROFILES: Final = (2, 3)
_COLOR_SPACES: Final = {(16, 3): ColorSpace.RGB, (17, 1): ColorSpace.GRAY}
"""By enumerated colour space (sRGB, greyscale; ISO/IEC 15444-1, I.5.3.3) and number of components."""

_PROFILED: Final = {1: ColorSpace.GRAY, 3: ColorSpace.RGB}
"""By number of components, where a profile says what they mean (I.5.3.3; any profile: T.801, M.11.7.3)."""


def pass_through(data: bytes) -> EncodedImage | None:
    """The file with what a PDF must say of it, a profile in it among that.

    None for bare code streams, other colours than RGB or grey, alpha channels and palettes.
    """
    if not data.startswith(_SIGNATURE_BOX):
        return None
    boxes = dict(_boxes(data, 0, len(data)))
    if b"jp2h" not in boxes or b"jp2c" not in boxes:
        return None
    inner = list(_boxes(data, *boxes[b"jp2h"]))
    header = dict(inner)
    if not {b"ihdr", b"colr"} <= header.keys() or {b"pclr", b"cdef", b"bpcc"} & header.keys():
        return None
    if sum(kind == b"colr" for kind, _ in inner) != 1:
        return None
    height, width, components, depth = struct.unpack_from(">IIHB", data, header[b"ihdr"][0])
    start, end = header[b"colr"]
    method, _precedence, _approximation, enumerated = struct.unpack_from(">BBBI", data, start)
    color_space = None
    if method == _ENUMERATED:
        color_space = _COLOR_SPACES.get((enumerated, components))
    elif method in _PROFILES:
        color_space = _PROFILED.get(components)
    if color_space is None or depth > 15:
        return None
    return EncodedImage(
        data=data,
        width=width,
        height=height,
        filter=ImageFilter.JPX,
        color_space=color_space,
        bits=depth + 1,
        icc_profile=data[start + 3 : end] if method in _PROFILES else None,
    )


def _boxes(data: bytes, start: int, end: int) -> list[tuple[bytes, tuple[int, int]]]:
    """The boxes between two offsets: type, and where the contents lie (ISO/IEC 15444-1, I.4)."""
    found = []
    while start + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if length == 1 and start + 16 <= end:
            length = struct.unpack_from(">Q", data, body)[0]
            body += 8
        stop = end if length == 0 else start + length
        if stop <= start or stop > end:
            break
        found.append((kind, (body, stop)))
        start = stop
    return found
