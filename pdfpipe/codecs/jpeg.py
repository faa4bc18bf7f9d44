"""JPEG streams go into the PDF as they are (DCTDecode, ISO 32000-1, 7.4.8); images become some on request."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["JpegHeader", "encode", "pass_through", "read_header"]

_DECODABLE_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""SOF0 to SOF2: baseline, extended and progressive with Huffman coding. Readers need no other."""

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
_START_OF_SCAN: Final = 0xDA
_SCAN, _END = b"\xff\xda", b"\xff\xd9"
_APP14: Final = 0xEE
_QUANTIZATION: Final = 0xDB

_COLOR_SPACES: Final = {1: ColorSpace.GRAY, 3: ColorSpace.RGB, 4: ColorSpace.CMYK}

_TIFF_MIN_IS_WHITE: Final = 0
_TIFF_RGB: Final = 2


class JpegHeader(NamedTuple):
    """What the frame header says, its marker among it, and whether there are Adobe's marker and tables."""

    marker: int
    bits: int
    height: int
    width: int
    components: int
    is_adobe: bool
    is_quantized: bool


def read_header(data: bytes) -> JpegHeader | None:
    """The header of a JPEG stream, or None if its markers do not lead to one."""
    frame: tuple[int, int, int, int, int] | None = None
    adobe = quantized = False
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
            frame = (marker, *struct.unpack_from(">BHHB", data, position + 4))
        elif marker == _APP14 and data[position + 4 : position + 9] == b"Adobe":
            adobe = True
        quantized |= marker == _QUANTIZATION
        position += 2 + length
    return None if frame is None else JpegHeader(*frame, is_adobe=adobe, is_quantized=quantized)


def pass_through(data: bytes, *, photometric: int | None = None) -> EncodedImage | None:
    """The stream with what a PDF must say of it, or None if PDF readers cannot be trusted with it.

    `photometric` is TIFF's PhotometricInterpretation where the stream comes from a TIFF file: it,
    and not a marker, says there whether three components are RGB or YCbCr.

    CMYK from Adobe's programs is stored inverted, which a PDF must undo by its Decode array.
    """
    header = read_header(data)
    if (
        header is None
        or header.marker not in _DECODABLE_FRAMES
        or header.bits != 8
        or not header.is_quantized
        or header.components not in _COLOR_SPACES
        or not (header.width and header.height)
    ):
        return None
    parms: tuple[tuple[str, int | bool], ...] = ()
    if photometric is not None and header.components == 3 and not header.is_adobe:
        parms = (("ColorTransform", 0 if photometric == _TIFF_RGB else 1),)
    return EncodedImage(
        data=_with_end(data),
        width=header.width,
        height=header.height,
        filter=ImageFilter.DCT,
        color_space=_COLOR_SPACES[header.components],
        bits=8,
        parms=parms,
        decode=_decode(
            header.components, adobe=header.is_adobe, min_is_white=photometric == _TIFF_MIN_IS_WHITE
        ),
    )


def _with_end(data: bytes) -> bytes:
    """The stream with the marker of its end: without it, strict readers refuse an image that is all there."""
    return data if data.rfind(_END) > data.rfind(_SCAN) else data + _END


def encode(image: Image.Image, quality: int) -> EncodedImage:
    """An image of mode L, RGB or CMYK, with loss; `quality` is libjpeg's, from 1 to 100."""
    buffer = io.BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(buffer, format="JPEG", quality=quality, optimize=True, progressive=True)
    encoded = pass_through(buffer.getvalue())
    if encoded is None:
        raise ValueError(f"no JPEG data for an image of mode {image.mode}")
    return encoded


def _decode(components: int, *, adobe: bool, min_is_white: bool) -> tuple[int, ...]:
    if components == 4 and adobe:
        return (1, 0) * 4
    return (1, 0) if components == 1 and min_is_white else ()
