"""How a folder is watched, and what becomes of the scans in it.

It is no part of `Settings`: no document changes by it.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["Done", "Failed", "WatchSettings"]


class Done(Enum):
    """What becomes of originals once their PDF is published."""

    MOVE = "move"
    KEEP = "keep"
    DELETE = "delete"


class Failed(Enum):
    """What becomes of originals that no PDF could be made of."""

    MOVE = "move"
    KEEP = "keep"


class WatchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a watch.

    A value that makes no sense raises UsageError.

    Attributes:
        interval: seconds between two looks at the folder.
        settle: seconds for which a file must not change before it is read.
        done, failed: what becomes of originals.
        done_folder, failed_folder: where they are moved; None for folders of these names in the watched one.
        once: do what is there and has settled, and end.

    """

    interval: float = 2.0
    settle: float = 5.0
    done: Done = Done.MOVE
    done_folder: Path | None = None
    failed: Failed = Failed.MOVE
    failed_folder: Path | None = None
    once: bool = False

    def __post_init__(self) -> None:
        if not self.interval > 0:
            raise UsageError("interval: seconds are needed, more than 0")
        if not self.settle >= 0:
            raise UsageError("settle: seconds are needed, 0 or more")
        if self.done_folder is not None and self.done is not Done.MOVE:
            raise UsageError(f"done_folder goes with done 'move', not with '{self.done.value}'")
        if self.failed_folder is not None and self.failed is not Failed.MOVE:
            raise UsageError(f"failed_folder goes with failed 'move', not with '{self.failed.value}'")
