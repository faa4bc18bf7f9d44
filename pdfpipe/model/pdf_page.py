"""Pages of PDFs that are given as input: what is known of one before the work, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

import msgspec

from pdfpipe.model.geometry import Resolution, Transform
from pdfpipe.model.image import EncodedImage
from pdfpipe.model.output_type import PdfaLevel
from pdfpipe.model.text import PageText

__all__ = ["GraftRequest", "Grafted", "PageChange", "PageEdit", "PdfPageContent", "PdfPageSource"]


class PdfPageSource(msgspec.Struct, frozen=True):
    """What planning finds out of a page of a PDF.

    `user_unit` is the size of its unit in points (ISO 32000-1, table 30).  Of a file that is `damaged`,
    pages are taken as qpdf repairs it; what it had to say is in the first page's `complaints`.
    """

    user_unit: float = 1.0
    damaged: bool = False
    complaints: tuple[str, ...] = ()


class PageChange(Enum):
    """What is done to a page of a PDF."""

    NONE = "none"
    """It stays as it is."""
    ADD_TEXT = "add text"
    """Invisible text is laid under what it shows."""
    REPLACE_TEXT = "replace text"
    """Its old invisible text is removed first."""
    REPLACE_PAGE = "replace page"
    """An image of itself takes the place of all that it shows."""


class PdfPageContent(msgspec.Struct, frozen=True):
    """All that becomes of one page of a PDF.

    `width`, `height`, `resolution` and `text` are of the page as it was rendered for the engine, upright:
    turned clockwise by its /Rotate, and by `turn` degrees more, which its /Rotate becomes larger by.
    `placement` maps the points of that rendering, origin at the bottom left, to the page's user space.
    `image` is the rendering, where it replaces the page, not turned by `turn`.  `kept_words` are those of a
    text that stays.
    """

    change: PageChange
    width: int
    height: int
    resolution: Resolution
    placement: Transform = Transform()
    text: PageText | None = None
    image: EncodedImage | None = None
    kept_words: int = 0
    turn: int = 0


class PageEdit(msgspec.Struct, frozen=True):
    """What is to be done to a page once what it takes is written.

    `layer` is the number, from 0, of the page in the document's layers that holds it.  `turn` is by how many
    degrees clockwise the page is to be shown turned more than it was.
    """

    change: PageChange
    placement: Transform
    layer: int | None = None
    turn: int = 0


class GraftRequest(msgspec.Struct, frozen=True):
    """What is wanted of the document besides its pages.

    `information` are entries of Info to set, such as ``/Title``; `language` is a BCP 47 tag for a document
    that has none.  `level` is the PDF/A to make of it if it is none yet.
    """

    moment: datetime
    language: str
    information: Mapping[str, str] = {}
    level: PdfaLevel | None = None
    must_conform: bool = False


class Grafted(msgspec.Struct, frozen=True):
    """What was written: the kind of PDF/A, None for a plain PDF, notes, and where the digests go.

    `digests_at` is where in the stream there is room for the digests of the pages (`pdfpipe.pdf.digests`).
    """

    level: PdfaLevel | None
    notes: tuple[str, ...] = ()
    digests_at: int = 0
