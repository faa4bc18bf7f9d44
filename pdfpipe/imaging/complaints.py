"""What libtiff says of a damaged file: Pillow takes the image and leaves the words on standard error."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["complaints_of_decoder"]

_STANDARD_ERROR: Final = 2
_MOST_BYTES: Final = 4096
_HARMLESS: Final = "Warning,"
"""libtiff's warnings are about tags that it does not know."""


@contextmanager
def complaints_of_decoder() -> Iterator[list[str]]:
    """Gather the lines that are written to descriptor 2 inside; the list is filled on leaving.

    The descriptor is that of the whole process: in a worker, where one page is decoded at a time,
    nothing else writes to it.
    """
    found: list[str] = []
    with tempfile.TemporaryFile() as sink:
        kept = os.dup(_STANDARD_ERROR)
        os.dup2(sink.fileno(), _STANDARD_ERROR)
        try:
            yield found
        finally:
            os.dup2(kept, _STANDARD_ERROR)
            os.close(kept)
            sink.seek(0)
            lines = sink.read(_MOST_BYTES).decode("utf-8", "replace").splitlines()
            found += [line for line in lines if _HARMLESS not in line]
