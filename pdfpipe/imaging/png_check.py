"""The checksums of a PNG file, which Pillow does not look at where image data are concerned."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from pdfpipe.errors import PageLoadError

__all__ = ["check_png"]

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def check_png(data: bytes) -> None:
    """Compare every chunk with its checksum (ISO/IEC 15948, 5.3); other files pass.

    Raises:
        PageLoadError: a chunk is damaged, or the file ends before its last one.

    """
    if not data.startswith(_SIGNATURE):
        return
    view = memoryview(data)
    position, kind = len(_SIGNATURE), b""
    while kind != b"IEND":
        if position + 12 > len(data):
            raise PageLoadError("it cannot be decoded: the file is cut short")
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        if end + 4 > len(data):
            raise PageLoadError("it cannot be decoded: the file is cut short")
        if zlib.crc32(view[position + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise PageLoadError(
                f"it cannot be decoded: a part of it ({kind.decode('latin-1')}) fails its own checksum"
            )
        position = end + 4
