"""Where pdfpipe remembers what it need not find out twice; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["CacheSettings"]

_LEAST_MB: Final = 16
"""Less would leave each of the store's 256 parts no room for a handful of pages."""

_RESULTS: Final = "ocr"


class CacheSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered from run to run.

    Attributes:
        folder: holds how fast each engine is on this machine and what engines have read; None to remember
            nothing.
        enabled: whether to keep and use what engines have read.
        max_mb: million bytes that the readings may take.

    """

    folder: Path | None = None
    enabled: bool = True
    max_mb: float = 1000.0

    def __post_init__(self) -> None:
        if not isinstance(self.folder, Path | None):
            raise UsageError("cache.folder: a Path is needed")
        if not self.max_mb >= _LEAST_MB:
            raise UsageError(
                f"cache.max_mb: {self.max_mb:g} is less than {_LEAST_MB}, too little to be of use"
            )

    @property
    def results(self) -> Path | None:
        """The folder of what engines have read, whether or not it is to be used now."""
        return self.folder / _RESULTS if self.folder is not None else None

    @property
    def max_bytes(self) -> int:
        """`max_mb` in bytes."""
        return int(self.max_mb * 1e6)
