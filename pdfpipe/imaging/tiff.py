"""The structure of TIFF files: which frames are pages, and where a page's bytes lie.

TIFF 6.0, sections 2 and 8; BigTIFF as described by libtiff.  Decoding itself is Pillow's.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from pdfpipe.errors import PageLoadError

__all__ = ["TiffPageFile", "frames_of", "page_frames"]

_HEADER_SIZE: Final = 16
_BIG_TIFF: Final = 43
_BIG_ENTRY: Final = 20
_SHORT: Final = 3
_NEW_SUBFILE_TYPE: Final = 254
_REDUCED_IMAGE: Final = 1
_TRANSPARENCY_MASK: Final = 4
_MAX_FRAMES: Final = 100_000


class TiffPageFile(io.FileIO):
    """A TIFF file that begins with the page it is opened at, whatever the pages before it.

    The header's offset of the first directory reads as that of the page's, so a decoder need not
    walk through hundreds of pages to reach one.
    """

    def __init__(self, path: Path, frame: int) -> None:
        """Open the file at one of its frames, counted from 0.

        Raises:
            PageLoadError: the chain of directories does not reach the frame.
            OSError: the file cannot be read.

        """
        super().__init__(path)
        self._header = b""
        try:
            head, offsets = super().read(_HEADER_SIZE), []
            for offset, _ in _directories(self):
                offsets.append(offset)
                if len(offsets) > frame:
                    break
            else:
                raise PageLoadError(f"it has no page {frame + 1} any more")
        except BaseException:
            self.close()
            raise
        big = _layout(head).big
        offset_field = struct.pack(_layout(head).order + ("Q" if big else "I"), offsets[-1])
        self._header = head[:8] + offset_field if big else head[:4] + offset_field
        self.seek(0)

    def read(self, size: int | None = -1) -> bytes:
        """Read as any file, but for the header."""
        start = self.tell()
        data = super().read(-1 if size is None else size) or b""
        patch = self._header[start : start + len(data)]
        return patch + data[len(patch) :]


class _Layout(NamedTuple):
    """Byte order, and the sizes of BigTIFF or those of TIFF."""

    order: str
    big: bool


def page_frames(path: Path) -> tuple[int, ...]:
    """The numbers, from 0, of the frames that are pages: not thumbnails, not masks.

    Walks the chain of image file directories without decoding anything.

    Raises:
        PageLoadError: this is not a TIFF file, or its chain of directories is broken, so that
            pages would be lost.
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        return frames_of(stream)


def frames_of(stream: IO[bytes]) -> tuple[int, ...]:
    """The numbers of the pages of an open file.

    Raises:
        PageLoadError, OSError: as `page_frames`.

    """
    pages = tuple(frame for frame, (_, is_page) in enumerate(_directories(stream)) if is_page)
    if not pages:
        raise PageLoadError("it holds no page")
    return pages


def _layout(head: bytes) -> _Layout:
    if len(head) < 8 or head[:2] not in (b"II", b"MM"):
        raise PageLoadError("it is empty" if not head else "it is not a TIFF file")
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack(order + "H", head[2:4])[0] == _BIG_TIFF
    if big and len(head) < _HEADER_SIZE:
        raise PageLoadError("it is cut short after its first bytes")
    return _Layout(order, big)


def _directories(stream: IO[bytes]) -> Iterator[tuple[int, bool]]:
    """The offset of each image file directory in turn, and whether it is a page."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    head = stream.read(_HEADER_SIZE)
    order, big = _layout(head)
    count_format, entry_size, offset_format = ("Q", _BIG_ENTRY, "Q") if big else ("H", 12, "I")
    count_size, offset_size = struct.calcsize(count_format), struct.calcsize(offset_format)

    offset = struct.unpack(order + offset_format, head[8:16] if big else head[4:8])[0]
    seen: set[int] = set()
    bytes_read = 0
    while offset:
        page = len(seen)
        if offset in seen:
            raise PageLoadError(f"its list of pages runs in a circle after page {page}")
        if page == _MAX_FRAMES:
            raise PageLoadError(f"it holds more than {_MAX_FRAMES} pages")
        seen.add(offset)
        stream.seek(min(offset, size))
        raw = stream.read(count_size)
        entries = struct.unpack(order + count_format, raw)[0] if len(raw) == count_size else 0
        if not 0 < entries * entry_size <= size - offset:
            raise PageLoadError(
                f"its list of pages breaks off after page {page}: the file is damaged or cut short"
            )
        directory = stream.read(entries * entry_size + offset_size)
        bytes_read += len(directory)
        if bytes_read > size:
            # Else a small file could keep us reading for days.
            raise PageLoadError(f"its list of pages overlaps itself at page {page + 1}: the file is damaged")
        if len(directory) < entries * entry_size + offset_size:
            raise PageLoadError(f"its list of pages breaks off in page {page + 1}: the file is cut short")
        kind = _long_value(directory[:-offset_size], entry_size, order, _NEW_SUBFILE_TYPE)
        yield offset, not kind & (_REDUCED_IMAGE | _TRANSPARENCY_MASK)
        offset = struct.unpack(order + offset_format, directory[-offset_size:])[0]


def _long_value(entries: bytes, entry_size: int, order: str, wanted: int) -> int:
    """The value of a LONG or SHORT tag, which stands in its entry; 0 where there is no such tag."""
    value_at = entry_size - (8 if entry_size == _BIG_ENTRY else 4)
    for start in range(0, len(entries), entry_size):
        tag, kind = struct.unpack_from(order + "HH", entries, start)
        if tag == wanted:
            value_format = "H" if kind == _SHORT else "I"
            return int(struct.unpack_from(order + value_format, entries, start + value_at)[0])
    return 0
