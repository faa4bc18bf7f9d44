"""The note in a PDF that pdfpipe made it, and from what: found without parsing the file.

It is a page-piece dictionary (ISO 32000-1, 14.5) of the catalog, written as the last object before
the cross-reference stream, to which the last line of the file leads.  In a PDF that was given and only
changed, it is a comment before that line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["Marker", "marker_dictionary", "read_marker", "tail_marker"]

_TAIL: Final = 512
_MARKER_SPACE: Final = 512
_START: Final = re.compile(rb"startxref\s+(\d{1,19})\s+%%EOF\s*\Z")
_PATTERN: Final = re.compile(
    rb"/pdfpipe << /LastModified \([^)]*\) /Private << /Settings \(([0-9a-f]*)\)"
    rb"(?: /Sidecars << ([^<>]*) >>)?(?: /Scans \(([0-9a-f]*)\))? /Digests \d+ 0 R >> >> >>\nendobj\n\Z"
)
_SIDECAR: Final = re.compile(rb"/(\w+) \(([0-9a-f]+)\)")
_COMMENT: Final = re.compile(rb"\n%pdfpipe ([0-9a-f]+)([^\r\n]*)\nstartxref\s+\d+\s+%%EOF\s*\Z")


class Marker(msgspec.Struct, frozen=True):
    """What pdfpipe says in a PDF of how it made it.

    Attributes:
        digest: of the settings and the inputs.
        sidecars: the formats of the files beside it that were written with it, and the digest of each.
        scans: a digest of the scans alone, where others may come to make a document of the same name.

    """

    digest: str
    sidecars: tuple[tuple[str, str], ...] = ()
    scans: str = ""


def marker_dictionary(marker: Marker, date: bytes, digests: int) -> bytes:
    """The value of /PieceInfo; `date` is a PDF date string, `digests` the number of the pages' stream."""
    beside = " ".join(f"/{name} ({digest})" for name, digest in marker.sidecars)
    sidecars = f" /Sidecars << {beside} >>" if beside else ""
    scans = f" /Scans ({marker.scans})" if marker.scans else ""
    private = f"/Settings ({marker.digest}){sidecars}{scans} /Digests {digests} 0 R"
    return b"<< /pdfpipe << /LastModified " + date + f" /Private << {private} >> >> >>".encode("ascii")


def tail_marker(marker: Marker) -> bytes:
    """The comment that stands before the last ``startxref`` of a PDF that was changed."""
    beside = "".join(f" /{name} ({digest})" for name, digest in marker.sidecars)
    return f"%pdfpipe {marker.digest}{beside}\n".encode("ascii")


def read_marker(path: Path) -> Marker | None:
    """What pdfpipe says in a file that it wrote; None if the file is not ours.

    A file that another program has saved again, or has appended to, is not ours any more: its
    cross-reference does not follow our marker.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - _TAIL))
        tail = stream.read()
        if (comment := _COMMENT.search(tail)) is not None:
            return _marker(comment[1], comment[2])
        start = _START.search(tail)
        if start is None or int(start[1]) > size:
            return None
        stream.seek(max(0, int(start[1]) - _MARKER_SPACE))
        found = _PATTERN.search(stream.read(min(_MARKER_SPACE, int(start[1]))))
    return _marker(found[1], found[2], found[3]) if found is not None else None


def _marker(digest: bytes, sidecars: bytes | None, scans: bytes | None = None) -> Marker:
    beside = _SIDECAR.findall(sidecars or b"")
    return Marker(
        digest.decode("ascii"),
        tuple((name.decode("ascii"), found.decode("ascii")) for name, found in beside),
        (scans or b"").decode("ascii"),
    )
