"""An engine that is asked only for pages that it has not read before, and loaded only then."""

from __future__ import annotations

from collections.abc import Callable

from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import PageText
from pdfpipe.ocr.cache.pixels import with_digest
from pdfpipe.ocr.cache.results import ResultCache, engine_key, page_key
from pdfpipe.ocr.engine import Engine

__all__ = ["CachedEngine", "behind_cache", "is_kept", "read_page"]


class CachedEngine:
    """Stands for another engine, and remembers what that read.

    The engine is loaded for the first page that is not in the cache.  If none of its fingerprint has ever
    been loaded here, it is loaded at once: what cannot work shall fail before the first page.
    """

    def __init__(self, make: Callable[[], Engine], fingerprint: str, cache: ResultCache) -> None:
        """`fingerprint` says all that a reading depends on besides the page.

        Raises:
            UsageError, MissingDependencyError, MissingLanguageError: the engine cannot be loaded.

        """
        self._make = make
        self._fingerprint = fingerprint
        self._cache = cache
        self._engine: Engine | None = None
        if cache.get(engine_key(fingerprint), bool) is None:
            self._load()
            cache.put(engine_key(fingerprint), True)

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`."""
        text, _ = self.read(image)
        return text

    def read(self, image: OcrImage) -> tuple[PageText, bool]:
        """The text of a page, and whether it was in the cache.

        Raises:
            RecognitionError: the engine failed; what it failed on is not kept.

        """
        image = with_digest(image)
        if (kept := self._kept(image)) is not None:
            return kept, True
        text = self._load().recognize(image)
        if not text.partial and _fits(text, image):
            self._cache.put(page_key(self._fingerprint, image), text)
        return text, False

    def has_kept(self, image: OcrImage) -> bool:
        """Whether the text of a page is in the cache."""
        return self._kept(with_digest(image)) is not None

    def _kept(self, image: OcrImage) -> PageText | None:
        kept = self._cache.get(page_key(self._fingerprint, image), PageText)
        return kept if kept is not None and _fits(kept, image) else None

    def complaint(self) -> str | None:
        """Why nothing can be kept, told once in a process."""
        return self._cache.complaint()

    @property
    def engine(self) -> Engine:
        """The engine itself, loaded."""
        return self._load()

    def _load(self) -> Engine:
        if self._engine is None:
            try:
                self._engine = self._make()
            except Exception:
                self._cache.remove(engine_key(self._fingerprint))
                raise
        return self._engine


def read_page(engine: Engine, image: OcrImage) -> tuple[PageText, bool, tuple[str, ...]]:
    """What an engine reads, whether that was in its cache, and notes on the cache.

    Raises:
        RecognitionError: the engine failed.

    """
    if not isinstance(engine, CachedEngine):
        return engine.recognize(image), False, ()
    text, from_cache = engine.read(image)
    complaint = engine.complaint()
    return text, from_cache, () if complaint is None else (complaint,)


def behind_cache(engine: Engine) -> Engine:
    """The engine itself, loaded, to ask it for more than pages."""
    return engine.engine if isinstance(engine, CachedEngine) else engine


def is_kept(engine: Engine, image: OcrImage) -> bool:
    """Whether what an engine reads is in its cache, if it has one; it is not loaded to find out."""
    return isinstance(engine, CachedEngine) and engine.has_kept(image)


def _fits(text: PageText, image: OcrImage) -> bool:
    return (text.width, text.height) == image.pixels.size
