"""Read a document back: its structure by qpdf, its text by the letter of the standard and by PDFium."""

from __future__ import annotations

import hashlib
import re
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import msgspec
import pikepdf

from pdfpipe.errors import DocumentError
from pdfpipe.pdf.digests import DIGEST_BYTES
from pdfpipe.pdf.existing.resources import SENSELESS
from pdfpipe.pdf.proof.content import Piece, read_content
from pdfpipe.pdf.proof.expectation import image_digest
from pdfpipe.pdf.proof.fonts import Font
from pdfpipe.pdf.proof.pdfium import PdfiumDocument

__all__ = ["DocumentReader", "ReadPage"]

_FILE_NAME: Final = re.compile(r"^(WARNING: )?stream <[^>]*>:? ?")


class ReadPage(msgspec.Struct, frozen=True):
    """A page as it is read back.

    `pieces` stand in the order of the page's operators, `copied` is what PDFium copies, `images` are the
    digests of the streams.  `wrong` tells why the page cannot be read, `undecodable` which images cannot be
    decoded.
    """

    pieces: tuple[Piece, ...] = ()
    copied: str = ""
    images: tuple[bytes, ...] = ()
    wrong: tuple[str, ...] = ()
    undecodable: tuple[str, ...] = ()

    @property
    def digest(self) -> bytes:
        """What tells this page's text, its places to a point, and its images from any other's.

        Pages of PDFs that were given may have been damaged before: that they are is a part of it.
        """
        text = "\n".join(
            f"{piece.text} {piece.box.x0:.0f} {piece.box.y0:.0f} {piece.box.x1:.0f} {piece.box.y1:.0f}"
            for piece in self.pieces
        )
        half = DIGEST_BYTES // 2
        of_text = hashlib.sha256(text.encode("utf-8", "surrogatepass") + b"!" * len(self.wrong))
        of_images = hashlib.sha256(b"".join(self.images) + b"!" * len(self.undecodable))
        return of_text.digest()[:half] + of_images.digest()[:half]


class DocumentReader:
    """An open document; a context that closes it.  Pages count from 0."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            DocumentError: it cannot be read; the message says why.

        """
        with ExitStack() as stack:
            # Not by its name, which may have letters that qpdf's binding refuses.
            try:
                self._pdf = stack.enter_context(pikepdf.open(stack.enter_context(path.open("rb"))))
            except pikepdf.PasswordError as error:
                raise DocumentError("it is encrypted and cannot be read without its password") from error
            except (pikepdf.PdfError, OSError) as error:
                raise DocumentError(f"it cannot be read: {_plain(error)}") from error
            try:
                self._pages = len(self._pdf.pages)
            except (pikepdf.PdfError, *SENSELESS) as error:
                raise DocumentError(f"its pages cannot be found: {_plain(error)}") from error
            self._pdfium = stack.enter_context(PdfiumDocument(path))
            self._closing = stack.pop_all()
        self.complaints = tuple(map(_plain, self._pdf.get_warnings()))
        self._fonts: dict[tuple[int, int], Font | None] = {}
        self._images: dict[tuple[int, int], bytes] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def __len__(self) -> int:
        return self._pages

    @property
    def pages_in_pdfium(self) -> int:
        """How many pages PDFium counts."""
        return len(self._pdfium)

    @property
    def catalog(self) -> Any:
        """The document's root dictionary."""
        return self._pdf.Root

    def read(self, index: int) -> ReadPage:
        """Read a page; what goes wrong is in the result."""
        try:
            content = read_content(self._pdf.pages[index], self._font)
            images = tuple(self._image(image) for image in content.images)
            copied, undecodable = self._pdfium.read(index)
        except DocumentError as error:
            return ReadPage(wrong=(str(error),))
        except (pikepdf.PdfError, *SENSELESS) as error:
            return ReadPage(wrong=(f"it cannot be parsed: {_plain(error)}",))
        return ReadPage(tuple(content.pieces), copied, images, undecodable=tuple(undecodable))

    def _font(self, dictionary: pikepdf.Object) -> Font | None:
        """The font; None for one that is damaged, whose text cannot be read."""
        key = dictionary.objgen
        if key in self._fonts:
            return self._fonts[key]
        try:
            font = Font(dictionary)
        except (pikepdf.PdfError, *SENSELESS):
            font = None
        if key != (0, 0):  # no direct object
            self._fonts[key] = font
        return font

    def _image(self, stream: pikepdf.Object) -> bytes:
        key = stream.objgen
        if key not in self._images:
            self._images[key] = image_digest(stream.read_raw_bytes(), _palette(stream))
        return self._images[key]


def _palette(image: pikepdf.Object) -> bytes:
    """The colors of an image with a palette, a string or a stream (ISO 32000-1, 8.6.6.3)."""
    space = image.get("/ColorSpace")
    if not isinstance(space, pikepdf.Array) or len(space) != 4 or space[0] != "/Indexed":
        return b""
    colors = space[3]
    return colors.read_bytes() if isinstance(colors, pikepdf.Stream) else bytes(colors)


def _plain(error: object) -> str:
    """The words of an error of qpdf, which begin with what stands for the file's name."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return _FILE_NAME.sub("", str(error)) or type(error).__name__
