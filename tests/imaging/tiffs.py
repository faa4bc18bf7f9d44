"""TIFF files put together tag by tag, so that tests can break them wherever they like."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Final, Literal

Order = Literal["<", ">"]

SHORT, LONG = 3, 4
NEW_SUBFILE_TYPE: Final = 254
THUMBNAIL: Final = {NEW_SUBFILE_TYPE: (LONG, 1)}
PAGE_OF_MANY: Final = {NEW_SUBFILE_TYPE: (LONG, 2)}
MASK: Final = {NEW_SUBFILE_TYPE: (LONG, 4)}

Tags = dict[int, tuple[int, int]]
"""Tag to type and value; all values fit into their entries."""


def tiff(frames: Sequence[Tags], order: Order = "<", *, big: bool = False, last: int = 0) -> bytes:
    """A file of these frames, one black pixel each; `last` is the offset that ends the chain."""
    file = bytearray(_header(order, big=big))
    link_at = len(file) - (8 if big else 4)
    for extra in frames:
        pixel_at = len(file)
        file += b"\0\0"  # one byte is the pixel, the other keeps directories at even offsets
        struct.pack_into(order + ("Q" if big else "I"), file, link_at, len(file))
        file += _directory({**_pixel(pixel_at), **extra}, order, big=big)
        link_at = len(file) - (8 if big else 4)
    struct.pack_into(order + ("Q" if big else "I"), file, link_at, last)
    return bytes(file)


def first_directory(order: Order = "<", *, big: bool = False) -> int:
    """Where the first directory of `tiff` stands."""
    return len(_header(order, big=big)) + 2


def _header(order: Order, *, big: bool) -> bytes:
    mark = b"II" if order == "<" else b"MM"
    return mark + (struct.pack(order + "HHHQ", 43, 8, 0, 0) if big else struct.pack(order + "HI", 42, 0))


def _pixel(offset: int) -> Tags:
    return {
        256: (SHORT, 1),
        257: (SHORT, 1),
        258: (SHORT, 8),
        259: (SHORT, 1),
        262: (SHORT, 1),
        273: (LONG, offset),
        277: (SHORT, 1),
        278: (SHORT, 1),
        279: (LONG, 1),
    }


def _directory(tags: Tags, order: Order, *, big: bool) -> bytes:
    entries = bytearray(struct.pack(order + ("Q" if big else "H"), len(tags)))
    for tag, (kind, value) in sorted(tags.items()):
        packed = struct.pack(order + ("H" if kind == SHORT else "I"), value)
        entries += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, 1)
        entries += packed.ljust(8 if big else 4, b"\0")
    return bytes(entries) + bytes(8 if big else 4)
