"""PNG image data go into the PDF as they are: both are Flate over rows with the same predictors.

ISO 32000-1, 7.4.4.4 takes its predictors 10 to 15 from the PNG specification (ISO/IEC 15948).
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

__all__ = ["PngFile", "pass_through", "predictor_parms", "read"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOR_SPACES: Final = {0: ColorSpace.GRAY, 2: ColorSpace.RGB, 3: ColorSpace.INDEXED}
_ANY_PNG_PREDICTOR: Final = 15


class PngFile(NamedTuple):
    """What the chunks IHDR, PLTE, tRNS and IDAT say; `data` is one zlib stream."""

    width: int
    height: int
    bits: int
    color_type: int
    is_interlaced: bool
    palette: bytes
    is_transparent: bool
    data: bytes


def read(data: bytes) -> PngFile:
    """Take a PNG file to pieces without decoding it.

    Raises:
        ValueError: it is none, or has no header or no image data.

    """
    if not data.startswith(_SIGNATURE):
        raise ValueError("this is not a PNG file")
    header = palette = b""
    pieces: list[memoryview] = []
    is_transparent = False
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
                is_transparent = True
            case b"IDAT":
                pieces.append(body)
            case b"IEND":
                break
        position += 12 + length
    if len(header) != 13 or not pieces:
        raise ValueError("the PNG file has no header or no image data")
    width, height, bits, color_type, _compression, _filter, interlace = struct.unpack(">IIBBBBB", header)
    return PngFile(
        width, height, bits, color_type, bool(interlace), palette, is_transparent, b"".join(pieces)
    )


def pass_through(data: bytes) -> EncodedImage | None:
    """The image data of a PNG file, or None where a PDF cannot hold them as they are.

    Those are interlaced files and files with an alpha channel or a transparent colour.
    """
    try:
        file = read(data)
    except ValueError:
        return None
    color_space = _COLOR_SPACES.get(file.color_type)
    if color_space is None or file.is_interlaced or file.is_transparent:
        return None
    is_indexed = color_space is ColorSpace.INDEXED
    if is_indexed and (not file.palette or len(file.palette) % 3):
        return None
    return EncodedImage(
        data=file.data,
        width=file.width,
        height=file.height,
        filter=ImageFilter.FLATE,
        color_space=color_space,
        bits=file.bits,
        parms=predictor_parms(color_space.components, file.bits, file.width),
        palette=file.palette if is_indexed else b"",
    )


def predictor_parms(components: int, bits: int, width: int) -> tuple[tuple[str, int | bool], ...]:
    """The DecodeParms of rows filtered as PNG does it."""
    return (
        ("Predictor", _ANY_PNG_PREDICTOR),
        ("Colors", components),
        ("BitsPerComponent", bits),
        ("Columns", width),
    )
