"""JPEG streams go into the PDF as they are (DCTDecode, ISO 32000-1, 7.4.8)."""

from __future__ import annotations

import struct
from typing import Final

from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

__all__ = ["pass_through"]

_DECODABLE_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""SOF0 to SOF2: baseline, extended and progressive with Huffman coding. Readers need no other."""

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN: Final = 0xDA
_APP14: Final = 0xEE

_COLOR_SPACES: Final = {1: ColorSpace.GRAY, 3: ColorSpace.RGB, 4: ColorSpace.CMYK}

_TIFF_MIN_IS_WHITE: Final = 0
_TIFF_RGB: Final = 2


def pass_through(data: bytes, *, photometric: int | None = None) -> EncodedImage | None:
    """The stream with what a PDF must say of it, or None if PDF readers cannot be trusted with it.

    `photometric` is TIFF's PhotometricInterpretation where the stream comes from a TIFF file: it,
    and not a marker, says there whether three components are RGB or YCbCr.

    CMYK from Adobe's programs is stored inverted, which a PDF must undo by its Decode array.
    """
    frame: tuple[int, int, int, int, int] | None = None
    adobe = False
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _STANDALONE:
            position += 2
            continue
        if marker == _START_OF_SCAN:
            break
        length = struct.unpack_from(">H", data, position + 2)[0]
        if marker in _FRAMES:
            if position + 10 > len(data):
                return None
            bits, height, width, components = struct.unpack_from(">BHHB", data, position + 4)
            frame = (marker, bits, height, width, components)
        elif marker == _APP14 and data[position + 4 : position + 9] == b"Adobe":
            adobe = True
        position += 2 + length
    if frame is None:
        return None
    marker, bits, height, width, components = frame
    if (
        marker not in _DECODABLE_FRAMES
        or bits != 8
        or components not in _COLOR_SPACES
        or not (width and height)
    ):
        return None
    parms: tuple[tuple[str, int | bool], ...] = ()
    if photometric is not None and components == 3 and not adobe:
        parms = (("ColorTransform", 0 if photometric == _TIFF_RGB else 1),)
    return EncodedImage(
        data=data,
        width=width,
        height=height,
        filter=ImageFilter.DCT,
        color_space=_COLOR_SPACES[components],
        bits=8,
        parms=parms,
        decode=_decode(components, adobe=adobe, min_is_white=photometric == _TIFF_MIN_IS_WHITE),
    )


def _decode(components: int, *, adobe: bool, min_is_white: bool) -> tuple[int, ...]:
    if components == 4 and adobe:
        return (1, 0) * 4
    return (1, 0) if components == 1 and min_is_white else ()
