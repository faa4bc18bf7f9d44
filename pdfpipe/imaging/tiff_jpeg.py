"""Lift the JPEG data out of a TIFF page, so that it need not be decoded and encoded again.

TIFF Technical Note 2 (Adobe, 1995): with compression 7 each strip is a JPEG stream whose tables
may stand in the tag JPEGTables, as a stream of their own without an image.
"""

from __future__ import annotations

import struct
from typing import IO, Final

import msgspec
from PIL import Image

from pdfpipe.model.image import TiffJpeg

__all__ = ["tiff_jpeg"]

_COMPRESSION: Final = 259
_PHOTOMETRIC: Final = 262
_PLANAR_CONFIGURATION: Final = 284
_STRIP_OFFSETS: Final = 273
_STRIP_BYTE_COUNTS: Final = 279
_JPEG_TABLES: Final = 347
_NEW_JPEG: Final = 7
_YCBCR: Final = 6

_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"
_SEQUENTIAL: Final = frozenset({0xC0, 0xC1})
_RESTART_INTERVAL: Final = 0xDD
_START_OF_SCAN: Final = 0xDA
_RESTARTS: Final = 8
_MAX_INTERVAL: Final = 0xFFFF


class _Strip(msgspec.Struct, frozen=True):
    """A JPEG stream taken apart: markers and segments up to the scan, and the coded data."""

    segments: tuple[tuple[int, bytes], ...]
    data: bytes

    @property
    def frame(self) -> tuple[int, bytes]:
        """The frame header: marker and segment."""
        return next(segment for segment in self.segments if segment[0] in _SEQUENTIAL)


def tiff_jpeg(image: Image.Image, stream: IO[bytes]) -> TiffJpeg | None:
    """One JPEG stream with all the data of the TIFF frame that `image` stands at.

    Strips are joined by restart markers: a decoder starts anew behind one (ITU-T T.81, F.2.1.3.1) just
    as it does in a new strip, so no coefficient changes.  None if the page is not compressed so, or its
    strips are not alike.
    """
    tags = getattr(image, "tag_v2", {})
    offsets, counts = tags.get(_STRIP_OFFSETS), tags.get(_STRIP_BYTE_COUNTS)
    if tags.get(_COMPRESSION) != _NEW_JPEG or tags.get(_PLANAR_CONFIGURATION, 1) != 1:
        return None
    if not offsets or not counts or len(offsets) != len(counts):
        return None
    position = stream.tell()
    strips = []
    for offset, count in zip(offsets, counts, strict=True):
        stream.seek(offset)
        strips.append(stream.read(count))
    stream.seek(position)
    if any(not strip.startswith(_SOI) for strip in strips):
        return None
    tables = tags.get(_JPEG_TABLES) or _SOI + _EOI
    if not (tables.startswith(_SOI) and tables.endswith(_EOI)):
        return None
    body = (
        strips[0][2:] if len(strips) == 1 else _joined([_take_apart(strip) for strip in strips], image.height)
    )
    return (
        None if body is None else TiffJpeg(tables[: -len(_EOI)] + body, int(tags.get(_PHOTOMETRIC, _YCBCR)))
    )


def _take_apart(stream: bytes) -> _Strip | None:
    segments = []
    position = 2
    while position + 4 <= len(stream) and stream[position] == 0xFF:
        marker, length = struct.unpack_from(">xBH", stream, position)
        segments.append((marker, stream[position : position + 2 + length]))
        position += 2 + length
        if marker == _START_OF_SCAN:
            end = stream.rfind(_EOI)
            found = any(marker in _SEQUENTIAL for marker, _ in segments)
            return _Strip(tuple(segments), stream[position:end]) if end >= position and found else None
    return None


def _joined(strips: list[_Strip | None], height: int) -> bytes | None:
    """The strips as one image of `height` rows, without SOI; None if they cannot be joined."""
    whole = [strip for strip in strips if strip is not None]
    if len(whole) != len(strips) or any(_tables(strip) != _tables(whole[0]) for strip in whole):
        return None
    marker, frame = whole[0].frame
    rows, columns, components = struct.unpack_from(">HHB", frame, 5)
    sampling = [frame[11 + 3 * i] for i in range(components)] if components > 1 else [0x11]
    mcu_width = 8 * max(value >> 4 for value in sampling)
    mcu_height = 8 * max(value & 0x0F for value in sampling)
    interval = -(-columns // mcu_width) * (rows // mcu_height)
    alike = all(strip.frame[1][7:] == frame[7:] for strip in whole)
    if rows % mcu_height or not 0 < interval <= _MAX_INTERVAL or not alike:
        return None
    pieces = [
        (marker, frame[:5] + struct.pack(">H", height) + frame[7:]) if segment[0] in _SEQUENTIAL else segment
        for segment in whole[0].segments
    ]
    restart = struct.pack(">BBHH", 0xFF, _RESTART_INTERVAL, 4, interval)
    head = b"".join(data for kind, data in pieces if kind != _START_OF_SCAN)
    scan = next(data for kind, data in pieces if kind == _START_OF_SCAN)
    data = bytearray(whole[0].data)
    for index, strip in enumerate(whole[1:]):
        data += bytes((0xFF, 0xD0 + index % _RESTARTS)) + strip.data
    return head + restart + scan + bytes(data) + _EOI


def _tables(strip: _Strip) -> list[tuple[int, bytes]] | None:
    """All segments but the frame header; None where restarts are used already."""
    if any(marker == _RESTART_INTERVAL for marker, _ in strip.segments):
        return None
    return [segment for segment in strip.segments if segment[0] not in _SEQUENTIAL]
