"""One entry of the cache as the bytes of a file: compressed, and whole or refused.

    magic, 8 bytes │ BLAKE2b of key and data, 16 bytes │ data, compressed by zlib (RFC 1950)

The key is in the checksum, so that a file under another's name is refused too.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import Final

__all__ = ["pack", "unpack"]

_MAGIC: Final = b"pdfpipe\x01"
"""The last byte is the version of this format."""

_CHECKSUM_BYTES: Final = 16
_HEAD_BYTES: Final = len(_MAGIC) + _CHECKSUM_BYTES
_LEVEL: Final = 1
"""Of a page's text: a fifth larger than at level 6, in a third of the time (benchmarks/cache.py)."""

_MAX_BYTES: Final = 1 << 28
"""No text of a page is so large: what says so is not ours."""


def pack(key: str, data: bytes) -> bytes:
    """The file for some data."""
    return _MAGIC + _checksum(key, data) + zlib.compress(data, _LEVEL)


def unpack(key: str, file: bytes) -> bytes | None:
    """The data of a file that `pack` made for this key; None for any other."""
    if not file.startswith(_MAGIC):
        return None
    inflating = zlib.decompressobj()
    try:
        data = inflating.decompress(file[_HEAD_BYTES:], _MAX_BYTES)
    except zlib.error:
        return None
    if not inflating.eof or inflating.unused_data:
        return None
    return data if file[len(_MAGIC) : _HEAD_BYTES] == _checksum(key, data) else None


def _checksum(key: str, data: bytes) -> bytes:
    digest = hashlib.blake2b(key.encode("ascii"), digest_size=_CHECKSUM_BYTES)
    digest.update(data)
    return digest.digest()
