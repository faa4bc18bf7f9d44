"""A batch for tests to cut off: scripted pages, a journal, a cache and sidecars, in a process of its own.

    python -m tests.faults.batch SCANS FOLDER

SCANS is a folder of folders of pages, each with pixels and a name of its own.  In FOLDER are the documents,
the cache, and a log in which the engine notes what it reads.  The exit code is the batch's.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pdfpipe
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.sidecar import Sidecar

SETTINGS: Final = Settings(
    engine="scripted",
    engine_options=(("words", "20"), ("seconds", "0.01"), ("log", "log")),
    cache=CacheSettings(folder=Path("cache")),
    sidecars=(Sidecar.TEXT, Sidecar.HOCR),
    created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    jobs=2,
)
"""Ten milliseconds a page, so that a kill finds some under way; paths are below the working folder."""


if __name__ == "__main__":
    _scans, _folder = map(Path, sys.argv[1:])
    os.chdir(_folder)
    sys.exit(int(pdfpipe.convert_sync(_scans, _folder / "out", SETTINGS).exit_code))
