"""What a worker is to look for on one scan."""

from __future__ import annotations

import msgspec

from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.job import PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import Sought

__all__ = ["LookJob"]


class LookJob(msgspec.Struct, frozen=True):
    """One scan to look at, for what is `sought`.

    `reader` are the settings by which lines are read where only that tells which way up a scan is; None
    where all are as they are to be read.  `key` is that under which the look is remembered in the cache;
    empty where it is not to be.
    """

    source: PageSource
    sought: tuple[Sought, ...]
    image_dpi: float | None
    max_pixels: float
    cache: CacheSettings
    reader: Settings | None = None
    key: str = ""
