"""Which files are page images: by their suffix, or by their first bytes where they have none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

__all__ = ["HEIF_SUFFIXES", "PDF_SUFFIX", "is_image_file", "is_pdf", "is_tiff", "looks_like_image"]

HEIF_SUFFIXES: Final = frozenset({".heic", ".heif", ".hif"})

PDF_SUFFIX: Final = ".pdf"

IMAGE_SUFFIXES: Final = HEIF_SUFFIXES | frozenset(
    ".tif .tiff .png .jpg .jpeg .jpe .jfif .jp2 .j2k .jpf .jpx .jpc .webp .bmp .dib .gif "
    ".pbm .pgm .ppm .pnm .avif".split()
)

_MAGIC: Final = re.compile(
    rb"II\*\0|MM\0\*|II\+\0|MM\0\+|\x89PNG\r\n|\xff\xd8\xff|\0\0\0\x0cjP  |\xff\x4f\xff\x51"
    rb"|RIFF....WEBP|BM....\0\0\0\0|GIF8[79]a|P[1-6]\s|....ftyp(?:hei[cx]|mif1|avif)",
    re.DOTALL,
)


def is_tiff(head: bytes) -> bool:
    """Whether a file that begins with these bytes is TIFF or BigTIFF, and may have several pages."""
    return head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def is_pdf(path: Path, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes is to be read as a PDF."""
    return path.suffix.lower() == PDF_SUFFIX or head.startswith(b"%PDF-")


def looks_like_image(head: bytes) -> bool:
    """Whether the first 16 bytes of a file are those of a format that is read here."""
    return _MAGIC.match(head) is not None


def is_image_file(path: Path) -> bool:
    """Whether the file is a page image, or a PDF, by its suffix or, where it has none, by its first bytes.

    Raises:
        OSError: the file has no suffix and cannot be read.

    """
    if path.suffix:
        return path.suffix.lower() in IMAGE_SUFFIXES or path.suffix.lower() == PDF_SUFFIX
    with path.open("rb") as stream:
        head = stream.read(16)
    return looks_like_image(head) or is_pdf(path, head)
