"""PNG image data go into the PDF as they are: both are Flate over rows with the same predictors.

ISO 32000-1, 7.4.4.4 takes its predictors 10 to 15 from the PNG specification (ISO/IEC 15948).
"""

from __future__ import annotations

import struct
from typing import Final

from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

__all__ = ["pass_through"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOR_SPACES: Final = {0: ColorSpace.GRAY, 2: ColorSpace.RGB, 3: ColorSpace.INDEXED}
_ANY_PNG_PREDICTOR: Final = 15


def pass_through(data: bytes) -> EncodedImage | None:
    """The image data of a PNG file, or None where a PDF cannot hold them as they are.

    Those are interlaced files and files with an alpha channel or a transparent colour.
    """
    if not data.startswith(_SIGNATURE):
        return None
    header = palette = b""
    pieces: list[memoryview] = []
    position = len(_SIGNATURE)
    view = memoryview(data)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        body = view[position + 8 : position + 8 + length]
        match kind:
            case b"IHDR":
                header = bytes(body)
            case b"PLTE":
                palette = bytes(body)
            case b"tRNS":
                return None
            case b"IDAT":
                pieces.append(body)
            case b"IEND":
                break
        position += 12 + length
    if len(header) != 13 or not pieces:
        return None
    width, height, bits, color_type, _compression, _filter, interlace = struct.unpack(">IIBBBBB", header)
    color_space = _COLOR_SPACES.get(color_type)
    if (
        color_space is None
        or interlace
        or (color_space is ColorSpace.INDEXED and (not palette or len(palette) % 3))
    ):
        return None
    return EncodedImage(
        data=b"".join(pieces),
        width=width,
        height=height,
        filter=ImageFilter.FLATE,
        color_space=color_space,
        bits=bits,
        parms=(
            ("Predictor", _ANY_PNG_PREDICTOR),
            ("Colors", color_space.components),
            ("BitsPerComponent", bits),
            ("Columns", width),
        ),
        palette=palette if color_space is ColorSpace.INDEXED else b"",
    )
