"""The note in a PDF that pdfpipe made it, and from what: found without parsing the file.

It is a page-piece dictionary (ISO 32000-1, 14.5) of the catalog, written as the last object before
the cross-reference stream, to which the last line of the file leads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["marker_dictionary", "read_marker"]

_TAIL: Final = 64
_MARKER_SPACE: Final = 512
_START: Final = re.compile(rb"startxref\s+(\d{1,19})\s+%%EOF\s*\Z")
_PATTERN: Final = re.compile(
    rb"/pdfpipe << /LastModified \([^)]*\) /Private << /Settings \(([0-9a-f]*)\)"
    rb" /Digests \d+ 0 R >> >> >>\nendobj\n\Z"
)


def marker_dictionary(digest: str, date: bytes, digests: int) -> bytes:
    """The value of /PieceInfo; `date` is a PDF date string, `digests` the number of the pages' stream."""
    return (
        b"<< /pdfpipe << /LastModified "
        + date
        + b" /Private << /Settings ("
        + digest.encode("ascii")
        + f") /Digests {digests} 0 R >> >> >>".encode("ascii")
    )


def read_marker(path: Path) -> str | None:
    """The digest with which pdfpipe wrote this file; None if the file is not ours.

    A file that another program has saved again, or has appended to, is not ours any more: its
    cross-reference does not follow our marker.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL))
        start = _START.search(stream.read())
        if start is None or int(start[1]) > size:
            return None
        stream.seek(max(0, int(start[1]) - _MARKER_SPACE))
        found = _PATTERN.search(stream.read(min(_MARKER_SPACE, int(start[1]))))
    return found[1].decode("ascii") if found else None
