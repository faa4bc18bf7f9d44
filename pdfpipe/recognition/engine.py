"""The engine that a program holds in its hands: a language, then image after image."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from functools import partial
from types import TracebackType
from typing import Self

import msgspec

from pdfpipe.config.languages import parse_languages
from pdfpipe.errors import PdfpipeError, RecognitionError, UsageError
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.cache.engine import read_page
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.sanitize import sanitized
from pdfpipe.recognition.image import Image
from pdfpipe.recognition.language import Language
from pdfpipe.recognition.result import OcrResult
from pdfpipe.recognition.threads import awaitable, processors, submit, warm_engine_of_thread

__all__ = ["OcrEngine", "OcrException"]

OcrException = PdfpipeError
"""Whatever goes wrong: an engine or language that is missing, a licence, a file that cannot be loaded, a page
that cannot be read.  Its subclasses are in `pdfpipe.errors`."""


class OcrEngine:
    """Reads images in threads of this process; making one is cheap, and many may work side by side.

    All share the threads, one a processor unless `settings.jobs` says otherwise, and the warm engines in
    them.  Use it as a context manager, or `close` it, to drop what has not begun.
    """

    def __init__(self, engine: str | None = None, *, settings: Settings | None = None) -> None:
        """Choose the engine by name, or leave the choice to the settings and their defaults.

        Whether it can be had shows with the first image.
        """
        settings = settings or Settings()
        self._settings = settings if engine is None else msgspec.structs.replace(settings, engine=engine)
        self._lock = threading.Lock()
        self._open: set[Future[OcrResult]] = set()
        self._closed = False

    @property
    def engine(self) -> str:
        """The engine's name."""
        return self._settings.engine

    @property
    def settings(self) -> Settings:
        """All options; those of the command that concern documents have no effect."""
        return self._settings

    @property
    def language(self) -> Language | str | tuple[Language | str, ...]:
        """The language to expect, or several, the most frequent first.

        Members of `Language`, pdfpipe's names of languages such as ``"deu"`` or ``"deu+eng"``, or a tuple
        of either.  An image is read in the language that was set when it was handed over.
        """
        named = tuple(_member(name) for name in self._settings.languages)
        return named[0] if len(named) == 1 else named

    @language.setter
    def language(self, value: str | Iterable[str]) -> None:
        names = [value] if isinstance(value, str) else list(value)
        languages = dict.fromkeys(part for name in names for part in parse_languages(str(name)))
        self._settings = msgspec.structs.replace(self._settings, languages=tuple(languages))

    def process(self, image: Image) -> OcrResult:
        """Read an image, and wait for it.

        Raises:
            OcrException: it cannot be loaded or read, or the engine is not there.

        """
        work = self._start(image)
        try:
            return work.result()
        except BaseException:
            work.cancel()  # Ctrl-C while waiting
            raise

    def process_async(self, image: Image) -> asyncio.Future[OcrResult]:
        """Begin to read an image, and return at once what can be awaited for the result.

        The future raises OcrException as `process` does.  Cancelling it drops the work.

        Raises:
            UsageError: no event loop is running in this thread, or the engine is closed.

        """
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise UsageError("process_async is for use in a coroutine; outside, there is process") from None
        return awaitable(self._start(image))

    def close(self) -> None:
        """Drop what has not begun; what has is finished. Nothing more can be read with this object."""
        with self._lock:
            self._closed = True
            waiting = list(self._open)
        for work in waiting:
            work.cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, image: Image) -> Future[OcrResult]:
        if not isinstance(image, Image):
            raise UsageError(f"an Image is to be read, not {image!r}; Image.load(path) makes one")
        with self._lock:
            if self._closed:
                raise UsageError("this OcrEngine is closed")
            work = submit(self._settings.jobs or processors(), partial(_read, image, self._settings))
            self._open.add(work)
        work.add_done_callback(self._forget)
        return work

    def _forget(self, work: Future[OcrResult]) -> None:
        with self._lock:
            self._open.discard(work)


def _member(name: str) -> Language | str:
    try:
        return Language(name)
    except ValueError:
        return name


def _read(image: Image, settings: Settings) -> OcrResult:
    """Decode and read, in a thread that may have the engine already.

    Raises:
        PdfpipeError: whatever goes wrong.

    """
    try:
        engine = warm_engine_of_thread(EngineSpec.from_settings(settings))
        view = image.view(settings)
        read, _, told = read_page(engine, view.image)
        text, notes = sanitized(read)
    except PdfpipeError:
        raise
    except Exception as error:
        raise RecognitionError(f"{image.path}: {type(error).__name__}: {error}") from error
    if not view.to_file.is_identity:
        text = text.mapped(view.to_file, view.width, view.height)
    return OcrResult(text, settings.engine, (*view.notes, *text.notes, *notes, *told))
