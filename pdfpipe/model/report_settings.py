"""What the report needs of a run; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

import msgspec

__all__ = ["ReportSettings"]


class ReportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options that change the report and no document.

    Attributes:
        thumbnails: make a small picture of each page that needs a look, which an HTML report shows.

    """

    thumbnails: bool = False
