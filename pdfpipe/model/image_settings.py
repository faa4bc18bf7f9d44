"""How page images may be made smaller than they are; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from typing import Final

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["ImageSettings"]

_MAX_QUALITY: Final = 100
_MIN_DPI: Final = 30


class ImageSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to page images beyond coding them without loss; by default nothing.

    Attributes:
        mrc: split gray and colour pages into text and background (mixed raster content), with loss, where
            that is smaller.
        jpeg_quality: gray and color pages become JPEG of this quality, 1 to 100, where that is smaller.
        max_dpi: images of a higher resolution are reduced to this one, where that is smaller; text is read
            from the full image all the same.
        optimize_jpeg: code JPEG data anew without touching a pixel; needs the extra ``mozjpeg``.

    """

    mrc: bool = False
    jpeg_quality: int | None = None
    max_dpi: float | None = None
    optimize_jpeg: bool = False

    def __post_init__(self) -> None:
        if self.jpeg_quality is not None and not 1 <= self.jpeg_quality <= _MAX_QUALITY:
            raise UsageError(f"images.jpeg_quality: {self.jpeg_quality} is not between 1 and {_MAX_QUALITY}")
        if self.max_dpi is not None and not self.max_dpi >= _MIN_DPI:
            raise UsageError(f"images.max_dpi: {self.max_dpi:g} is less than {_MIN_DPI}, too little to read")
