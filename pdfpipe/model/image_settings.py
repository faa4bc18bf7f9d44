"""How page images become streams of the PDF; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

import msgspec

__all__ = ["ImageSettings"]


class ImageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of the images; with the defaults every pixel stays as it is.

    Attributes:
        mrc: split gray and colour pages into text and background (mixed raster content), with loss.

    """

    mrc: bool = False
