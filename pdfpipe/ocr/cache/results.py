"""What engines have found out about pages, kept as values; a cache that fails costs nothing but itself."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.cache.pixels import with_digest
from pdfpipe.ocr.cache.store import Store

__all__ = ["ResultCache", "engine_key", "opened", "page_key", "scan_key"]

_KEY_BYTES: Final = 20
_T = TypeVar("_T")


class ResultCache:
    """Values by key; whatever is wrong with the store, a value is not there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._trouble: str | None = None
        self._told = False

    def get(self, key: str, kind: type[_T]) -> _T | None:
        """The value of this kind; None if there is none."""
        data = self._store.get(key)
        if data is None:
            return None
        try:
            return msgspec.msgpack.decode(data, type=kind)
        except (msgspec.DecodeError, ValueError, TypeError):
            self._store.remove(key)
            return None

    def put(self, key: str, value: object) -> None:
        """Keep a value if that can be done."""
        try:
            self._store.put(key, msgspec.msgpack.encode(value))
        except (OSError, ValueError, TypeError, OverflowError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            self._trouble = f"what engines read cannot be kept in {self._store.folder}: {reason}"

    def remove(self, key: str) -> None:
        """Forget a value."""
        self._store.remove(key)

    def complaint(self) -> str | None:
        """Why nothing can be kept, told once in a process."""
        if self._trouble is None or self._told:
            return None
        self._told = True
        return self._trouble


@lru_cache(maxsize=4)
def opened(settings: CacheSettings) -> ResultCache | None:
    """The cache of these settings, one in a process; None where there is to be none."""
    if settings.results is None or not settings.enabled:
        return None
    return ResultCache(Store(settings.results, settings.max_bytes))


def page_key(fingerprint: str, image: OcrImage) -> str:
    """The key of what somebody of this fingerprint finds on a page."""
    return _key("page", fingerprint, with_digest(image).digest, repr(float(image.dpi)))


def scan_key(fingerprint: str, path: Path, frame: int, stamp: tuple[int, int]) -> str:
    """The key of what somebody of this fingerprint sees on a scan, by its place and the file's stamp.

    It is found without a look at the scan, so it serves only what a look costs little to be wrong about.
    """
    place = os.fsencode(os.path.abspath(path)).hex()  # noqa: PTH100 - links count where they stand
    return _key("scan", fingerprint, place, str(frame), *map(str, stamp))


def engine_key(fingerprint: str) -> str:
    """The key under which it is remembered that an engine of this fingerprint could be loaded."""
    return _key("engine", fingerprint)


def _key(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=_KEY_BYTES).hexdigest()
