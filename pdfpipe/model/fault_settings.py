"""What is done when pages, memory or the disk fail."""

from __future__ import annotations

from enum import Enum

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["FaultSettings", "OnFullDisk", "OnPageError"]


class OnPageError(Enum):
    """What becomes of a document with a page that shows but cannot be read."""

    IMAGE = "image"
    """It is published; the page has its image and no text."""
    HOLD = "hold"
    """It is not; what was there under its name stays."""


class OnFullDisk(Enum):
    """What becomes of the run when there is no room for an output."""

    STOP = "stop"
    PAUSE = "pause"
    """It waits for room, and writes anew what had none."""


class FaultSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options for when something goes wrong.

    Attributes:
        page_memory: million bytes of memory that a worker process may use; 0 for no limit, None for
            what the machine has, less a fifth.
        on_page_error: what becomes of a document with a page that cannot be read.
        on_full_disk: what becomes of the run when the disk is full.

    """

    page_memory: float | None = None
    on_page_error: OnPageError = OnPageError.IMAGE
    on_full_disk: OnFullDisk = OnFullDisk.STOP

    def __post_init__(self) -> None:
        if self.page_memory is not None and not self.page_memory >= 0:
            raise UsageError("faults.page_memory: million bytes are needed, or 0 for no limit")
        if not isinstance(self.on_page_error, OnPageError):
            raise UsageError(f"faults.on_page_error: {self.on_page_error!r} is no OnPageError")
        if not isinstance(self.on_full_disk, OnFullDisk):
            raise UsageError(f"faults.on_full_disk: {self.on_full_disk!r} is no OnFullDisk")
