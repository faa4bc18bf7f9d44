"""The file beside an original that says why no PDF was made of it."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe._version import __version__
from pdfpipe.batch.watch.originals import Originals
from pdfpipe.model.job import Failure
from pdfpipe.model.names import shown
from pdfpipe.storage import AtomicFile

__all__ = ["REASON_SUFFIX", "is_known_failure", "reason_beside", "remove_reason", "write_reason"]

REASON_SUFFIX: Final = ".reason.txt"

_MARK: Final = re.compile(rb"\(pdfpipe ([0-9a-f]{16})\)\s*\Z")
_MOST_READ: Final = 1 << 20


def reason_beside(path: Path) -> Path:
    """The file with the reason of the original, or folder of originals, at `path`."""
    return path.with_name(f"{path.name}{REASON_SUFFIX}")


def write_reason(path: Path, originals: Originals, failures: Iterable[Failure], *, kept: bool) -> None:
    """Say why, in plain words, and what to do; `kept` for originals that stay in the watched folder.

    Raises:
        StorageError, DocumentError: it cannot be written.

    """
    reasons = [f"  {_told(failure, originals.root)}" for failure in failures]
    what_to_do = (
        "Once it is changed or replaced, it is tried again. Delete this file to have it tried again as it is."
        if kept
        else f"Once that is mended, put it into {shown(originals.root)} again."
    )
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    lines = (
        f"No PDF was made of {shown(originals.name)}:",
        "",
        *reasons,
        "",
        what_to_do,
        "",
        f"{now} UTC, pdfpipe {__version__} (pdfpipe {_fingerprint(originals)})",
    )
    file = AtomicFile(path)
    try:
        file.stream.write("".join(f"{line}\n" for line in lines).encode())
        file.commit()
    finally:
        file.discard()


def is_known_failure(originals: Originals) -> bool:
    """Whether a reason beside originals that were kept is of these very files."""
    return _mark(originals) == _fingerprint(originals)


def remove_reason(originals: Originals) -> None:
    """Remove the reason beside originals that were kept; it counts no more."""
    if _mark(originals) is not None:
        reason_beside(originals.root / originals.name).unlink()


def _told(failure: Failure, root: Path) -> str:
    """The failure without what only a programmer wants to know."""
    where = []
    if failure.path is not None:
        path = failure.path
        where.append(shown(path.relative_to(root) if path.is_relative_to(root) else path))
    if failure.page is not None:
        where.append(f"page {failure.page}")
    return f"{', '.join(where)}: {failure.message}" if where else failure.message


def _mark(originals: Originals) -> str | None:
    """What the reason beside originals says of which files it is; None if there is none of ours."""
    try:
        with reason_beside(originals.root / originals.name).open("rb") as stream:
            mark = _MARK.search(stream.read(_MOST_READ))
    except OSError:
        return None
    return mark[1].decode("ascii") if mark is not None else None


def _fingerprint(originals: Originals) -> str:
    parts = [
        (os.fsencode(file.path.relative_to(originals.root)).hex(), file.stamp) for file in originals.files
    ]
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]
