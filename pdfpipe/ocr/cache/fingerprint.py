"""What a reading depends on besides the page, as one short text: where it differs, the page is read anew."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe._version import __version__

__all__ = ["code_digest", "file_digest", "fingerprint", "versions"]

_PACKAGE: Final = Path(__file__).parents[2]
_CODE: Final = (  # what makes a text of a page
    "config/language*.py",
    "model/geometry.py",
    "model/image.py",
    "model/language.py",
    "model/text.py",
    "ocr/**/*.py",
    "ocr/**/*.toml",
)
_CHUNK: Final = 1 << 20
_DIGEST_BYTES: Final = 20

_File = tuple[str, int, int]
_digests: dict[_File, str] = {}


def fingerprint(*parts: object) -> str:
    """The digest of some values and of pdfpipe's own code for reading, as 40 hexadecimal digits.

    The values are of the kinds that JSON has; tuples count as lists.
    """
    encoded = msgspec.json.encode((code_digest(_CODE), parts))
    return hashlib.blake2b(encoded, digest_size=_DIGEST_BYTES).hexdigest()


def file_digest(path: Path) -> str:
    """The digest of what is in a file; a file that has not changed is read once in a process.

    Raises:
        OSError: it cannot be read.

    """
    status = path.stat()
    known = (str(path), status.st_size, status.st_mtime_ns)
    if known not in _digests:
        digest = hashlib.sha256()
        with path.open("rb", buffering=0) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        _digests[known] = digest.hexdigest()
    return _digests[known]


def versions(distributions: Iterable[str]) -> dict[str, str | None]:
    """The version of each that is installed."""
    return {name: _version(name) for name in distributions}


@lru_cache
def _version(distribution: str) -> str | None:
    from importlib import metadata  # --help needs none of it, and has little time

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


@lru_cache
def code_digest(patterns: tuple[str, ...]) -> str:
    """The digest of some of pdfpipe's modules, which the patterns name relative to the package.

    So no number need be raised when they change, and an upgrade that leaves them alone keeps the cache.
    Where they are not files, as in a zip archive, the version has to do.
    """
    files = sorted(path for pattern in patterns for path in _PACKAGE.glob(pattern))
    if not files:
        return __version__
    digest = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for path in files:
        data = path.read_bytes()
        digest.update(f"{path.relative_to(_PACKAGE).as_posix()} {len(data)} ".encode())
        digest.update(data)
    return digest.hexdigest()
