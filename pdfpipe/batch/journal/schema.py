"""The journal's tables, and how a database comes to have them.

Names of files are stored as text, or as bytes (a BLOB) where they are no UTF-8.  Times are in ISO 8601, UTC.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["APPLICATION_ID", "MIGRATIONS", "TABLES", "loaded_path", "printable", "stored_path"]

APPLICATION_ID: Final = 0x70646670
"""``pdfp``: what tells a journal from other SQLite databases, in its header and to ``file``."""

TABLES: Final = ("runs", "documents", "pages", "failures")

_FIRST: Final = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,            -- running, ended, killed
    started TEXT NOT NULL,
    ended TEXT,
    exit_code INTEGER,
    error TEXT,                     -- what ended it early
    pid INTEGER NOT NULL,
    host TEXT NOT NULL,
    version TEXT NOT NULL,          -- of pdfpipe
    command TEXT NOT NULL,          -- convert, rebuild, ... or python
    arguments TEXT NOT NULL,        -- a list in JSON, without secrets
    working_folder NOT NULL,        -- what paths of inputs are relative to
    others TEXT NOT NULL,           -- a list in JSON: files that it wrote besides documents
    retries INTEGER REFERENCES runs -- the run of which it makes some documents again
);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    output NOT NULL UNIQUE,         -- the PDF, relative to the folder
    name TEXT NOT NULL,
    state TEXT NOT NULL,            -- waiting, published, up to date, failed
    run INTEGER REFERENCES runs,    -- that planned it last
    pages INTEGER,
    made_by INTEGER REFERENCES runs,-- the run that made the PDF that stands
    published TEXT,                 -- when
    digest TEXT,                    -- of the settings and inputs that it was made from
    stands_for TEXT,                -- the digest that it would have without the options of a retry
    size INTEGER,                   -- the PDF's, in bytes
    mtime_ns INTEGER,
    bytes_in INTEGER,
    languages TEXT,
    kind TEXT                       -- PDF/A-2u, ... or PDF
);
CREATE TABLE pages (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    run INTEGER NOT NULL REFERENCES runs,
    number INTEGER NOT NULL,        -- in the document, from 1
    path NOT NULL,                  -- the scan, relative to the run's working folder
    frame INTEGER NOT NULL,         -- in the scan, from 0
    size INTEGER,                   -- the scan's, in bytes
    mtime_ns INTEGER,
    content_hash TEXT,              -- of the pixels that were read
    state TEXT NOT NULL,            -- read, without text, failed, dropped, checked
    attempts INTEGER,
    words INTEGER NOT NULL,
    confidence REAL,                -- 0 to 1
    from_cache INTEGER NOT NULL,    -- 1: its text was remembered
    seconds TEXT NOT NULL,          -- an object in JSON, by stage
    finished TEXT NOT NULL,
    PRIMARY KEY (document, run, number)
) WITHOUT ROWID;
CREATE TABLE failures (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    run INTEGER NOT NULL REFERENCES runs,
    page INTEGER,                   -- null: the document itself
    path,
    stage TEXT NOT NULL,
    message TEXT NOT NULL,
    detail TEXT NOT NULL,           -- a traceback, or a worker's last words
    UNIQUE (document, run, page, message)
);
CREATE INDEX pages_by_run ON pages (run, finished);
"""

MIGRATIONS: Final[tuple[str, ...]] = (_FIRST,)
"""What makes each version of the schema of the one before; the first begins with nothing.

``PRAGMA user_version`` counts them.  One that has been released is never changed.
"""


def printable(text: str) -> str:
    r"""A text as SQLite can have it: bytes that were no UTF-8 are spelled as \udcff."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def stored_path(path: Path | str) -> str | bytes:
    """A name of a file as SQLite can have it."""
    text = os.fspath(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def loaded_path(stored: str | bytes) -> Path:
    """The name of a file that was stored."""
    return Path(os.fsdecode(stored))
