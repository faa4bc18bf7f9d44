"""The structure of TIFF files: which frames are pages, and where a page's bytes lie.

TIFF 6.0, sections 2 and 8; BigTIFF as described by libtiff.  Decoding itself is Pillow's.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO, Final

from pdfpipe.errors import PageLoadError

__all__ = ["page_frames"]

_NEW_SUBFILE_TYPE: Final = 254
_REDUCED_IMAGE: Final = 1
_TRANSPARENCY_MASK: Final = 4


def page_frames(path: Path) -> tuple[int, ...]:
    """The numbers, from 0, of the frames that are pages: not thumbnails, not masks.

    Walks the chain of image file directories without decoding anything.

    Raises:
        PageLoadError: this is not a TIFF file, or its chain of directories is broken, so that
            pages would be lost.
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(0)
        return _walk(stream, size)


def _walk(stream: BinaryIO, size: int) -> tuple[int, ...]:
    head = stream.read(16)
    if len(head) < 8 or head[:2] not in (b"II", b"MM"):
        raise PageLoadError("it is empty" if not head else "it is not a TIFF file")
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(order + "H", head[2:4])[0] == 43
    if big and len(head) < 16:
        raise PageLoadError("it is cut short after its first bytes")
    offset = struct.unpack(order + ("Q" if big else "I"), head[8:16] if big else head[4:8])[0]
    count_format, entry_size, next_format = ("Q", 20, "Q") if big else ("H", 12, "I")
    count_size, next_size = struct.calcsize(count_format), struct.calcsize(next_format)

    pages: list[int] = []
    seen: set[int] = set()
    while offset:
        frame = len(seen)
        if offset in seen:
            raise PageLoadError(f"its list of pages runs in a circle after page {frame}")
        seen.add(offset)
        stream.seek(offset)
        raw = stream.read(count_size)
        entries = struct.unpack(order + count_format, raw)[0] if len(raw) == count_size else 0
        if not 0 < entries * entry_size <= size - offset:
            raise PageLoadError(
                f"its list of pages breaks off after page {frame}: the file is damaged or cut short"
            )
        directory = stream.read(entries * entry_size + next_size)
        if len(directory) < entries * entry_size + next_size:
            raise PageLoadError(f"its list of pages breaks off in page {frame + 1}: the file is cut short")
        kind = _long_value(directory[: entries * entry_size], entry_size, order, _NEW_SUBFILE_TYPE)
        if not kind & (_REDUCED_IMAGE | _TRANSPARENCY_MASK):
            pages.append(frame)
        offset = struct.unpack(order + next_format, directory[-next_size:])[0]
    if not pages:
        raise PageLoadError("it holds no page")
    return tuple(pages)


def _long_value(entries: bytes, entry_size: int, order: str, wanted: int) -> int:
    """The value of a LONG tag that stands in its entry; 0 where there is no such tag."""
    for start in range(0, len(entries), entry_size):
        tag = struct.unpack_from(order + "H", entries, start)[0]
        if tag == wanted:
            return int(
                struct.unpack_from(order + "I", entries, start + entry_size - (8 if entry_size == 20 else 4))[
                    0
                ]
            )
    return 0
