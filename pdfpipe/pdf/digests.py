"""The digests of a document's pages, in a stream of its own that the catalog's page-piece dictionary names.

They are of what the proof has found, so there is room for them in the document before they are known: a
stream of zeros, last but the marker, that is filled in place.  Nothing else of the file changes.
"""

from __future__ import annotations

from typing import Any, BinaryIO, Final

__all__ = ["DIGEST_BYTES", "blank", "fill", "read_digests"]

DIGEST_BYTES: Final = 16
"""Of a page: the first half is of its text, the second of its images."""

_HEADER: Final = b"pdfpipe digests 1\n"


def blank(pages: int) -> bytes:
    """The content of the stream, as yet without digests."""
    return _HEADER + bytes(DIGEST_BYTES * pages)


def fill(stream: BinaryIO, at: int, digests: bytes) -> None:
    """Put the digests in their place; `at` is where in the file `blank` was written.

    Raises:
        OSError: the file cannot be written.

    """
    stream.seek(at + len(_HEADER))
    stream.write(digests)
    stream.seek(0, 2)


def read_digests(catalog: Any) -> tuple[bytes, ...] | None:
    """The digest of each page as the document was published; None if pdfpipe did not make it.

    Raises:
        pikepdf.PdfError: they are damaged.

    """
    private = catalog
    for key in ("/PieceInfo", "/pdfpipe", "/Private", "/Digests"):
        private = private.get(key) if hasattr(private, "get") else None
    if private is None or not hasattr(private, "read_bytes"):
        return None
    data = private.read_bytes()
    if not data.startswith(_HEADER) or (len(data) - len(_HEADER)) % DIGEST_BYTES:
        return None
    return tuple(data[at : at + DIGEST_BYTES] for at in range(len(_HEADER), len(data), DIGEST_BYTES))
