"""What PDFium, the reader of Chrome, makes of a page: the only place that knows the library."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

import pypdfium2
import pypdfium2.raw as pdfium

from pdfpipe.errors import DocumentError

__all__ = ["PdfiumDocument"]

_MAX_DEPTH: Final = 15


class PdfiumDocument:
    """A document; a context that closes it.  Pages count from 0."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            DocumentError: PDFium cannot open it.

        """
        try:
            self._document: Any = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            raise DocumentError(f"PDFium cannot open it: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._document.close()

    def __len__(self) -> int:
        return len(self._document)

    def read(self, index: int) -> tuple[str, list[str]]:
        """The text of a page as it is copied, and what is wrong with each image that cannot be decoded.

        Raises:
            DocumentError: the page cannot be loaded.

        """
        try:
            page = self._document[index]
        except pypdfium2.PdfiumError as error:
            raise DocumentError(f"PDFium cannot load it: {error}") from error
        try:
            return _text(page), [wrong for wrong in map(_undecodable, _images(page)) if wrong]
        finally:
            page.close()


def _text(page: Any) -> str:
    textpage = page.get_textpage()
    try:
        count = pdfium.FPDFText_CountChars(textpage)
        if count <= 0:
            return ""
        # UTF-16; PDFium counts a character outside the first plane as two.
        buffer = (ctypes.c_ushort * (2 * count + 1))()
        written = pdfium.FPDFText_GetText(textpage, 0, count, buffer)
        return bytes(buffer)[: 2 * max(written - 1, 0)].decode("utf-16-le", "replace")
    finally:
        textpage.close()


def _images(page: Any) -> Iterator[Any]:
    """The image objects of a page and of the forms on it."""
    # Not by pypdfium2's own iterator, which makes an object of its own of each word.
    pages = (pdfium.FPDFPage_GetObject(page, at) for at in range(pdfium.FPDFPage_CountObjects(page)))
    return (image for item in pages for image in _images_in(item, 0))


def _images_in(item: Any, depth: int) -> Iterator[Any]:
    kind = pdfium.FPDFPageObj_GetType(item)
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        yield item
    elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
        for at in range(pdfium.FPDFFormObj_CountObjects(item)):
            yield from _images_in(pdfium.FPDFFormObj_GetObject(item, at), depth + 1)


def _undecodable(image: Any) -> str:
    """Why an image cannot be decoded, or nothing; its pixels are seen and forgotten."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(image, width, height):
        return "an image has no size"
    expected = width.value, height.value
    bitmap = pdfium.FPDFImageObj_GetBitmap(image)
    if not bitmap:
        return f"the image of {expected[0]} by {expected[1]} pixels cannot be decoded"
    try:
        size = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    if size != expected:
        return f"the image of {expected[0]} by {expected[1]} pixels is decoded to {size[0]} by {size[1]}"
    return ""
