"""What reading one page came to."""

from __future__ import annotations

import msgspec

from pdfpipe.model.image import PageImage
from pdfpipe.model.job import Failure, LevelSheet
from pdfpipe.model.text import PageText

__all__ = ["PageReading"]


class PageReading(msgspec.Struct, frozen=True):
    """The text of a page in pixels of the upright page and notes on it, or why there is none.

    `page` is what the PDF shows where that is not the scan as it lay, turned by `turn` degrees clockwise.
    `blank` where there is nothing on the page; `level` is how it is to be shown, if not as it lies.
    `content_hash`, `from_cache` and `unread` are as in `pdfpipe.model.job.PageResult`.
    """

    text: PageText | None = None
    notes: tuple[str, ...] = ()
    failure: Failure | None = None
    content_hash: str = ""
    from_cache: bool = False
    page: PageImage | None = None
    turn: int = 0
    blank: bool = False
    level: LevelSheet | None = None
    unread: float | None = None
