"""Make a journal anew from the documents that are there."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pdfpipe.batch.journal.database import transaction
from pdfpipe.batch.journal.schema import printable, stored_path
from pdfpipe.pdf.marker import read_marker

__all__ = ["rebuild"]

_PDF: Final = ".pdf"
_DOCUMENT: Final = (
    "INSERT INTO documents (output, name, state, digest, size, mtime_ns) VALUES (?, ?, 'published', ?, ?, ?)"
)


def rebuild(connection: sqlite3.Connection, folder: Path) -> None:
    """Record the documents below a folder that pdfpipe made, as far as they tell of themselves.

    Their pages, and what was doubtful about them, are not known any more.
    """
    with transaction(connection):
        connection.executemany(_DOCUMENT, _documents(folder))


def _documents(folder: Path) -> Iterator[tuple[str | bytes, str, str, int, int]]:
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.lower().endswith(_PDF) or name.startswith("."):
                continue
            path = Path(base, name)
            try:
                marker, status = read_marker(path), path.stat()
            except OSError:  # nothing is known of it, then
                continue
            if marker is not None:
                place = stored_path(path.relative_to(folder))
                yield place, printable(path.stem), marker.digest, status.st_size, status.st_mtime_ns
