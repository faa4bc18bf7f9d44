"""The note in a PDF that pdfpipe made it, and from what: found without parsing the file.

It is a page-piece dictionary (ISO 32000-1, 14.5) of the catalog, written as the last object before
the cross-reference stream, so the last few hundred bytes of the file tell.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["marker_dictionary", "read_marker"]

_TAIL: Final = 16384
_PATTERN: Final = re.compile(
    rb"/pdfpipe << /LastModified \([^)]*\) /Private << /Settings \(([0-9a-f]*)\) >> >>"
)


def marker_dictionary(digest: str, date: bytes) -> bytes:
    """The value of /PieceInfo; `date` is a PDF date string."""
    return (
        b"<< /pdfpipe << /LastModified "
        + date
        + b" /Private << /Settings ("
        + digest.encode("ascii")
        + b") >> >> >>"
    )


def read_marker(path: Path) -> str | None:
    """The digest with which pdfpipe wrote this file; None if the file is not ours.

    A file that another program saved again is not ours any more.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL))
        found = _PATTERN.findall(stream.read())
    return found[-1].decode("ascii") if found else None
