"""The contract that every OCR engine keeps."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, Self

import msgspec

from pdfpipe.model.image import OcrImage
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import PageText

__all__ = ["Engine", "EngineSpec"]


class EngineSpec(msgspec.Struct, frozen=True):
    """All that it takes to make an engine; equal specs make engines that read alike."""

    name: str
    languages: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    tessdata_dir: Path | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The engine that the settings ask for."""
        return cls(settings.engine, settings.languages, settings.engine_options, settings.tessdata_dir)


class Engine(Protocol):
    """A warm engine: made once in each worker, then given page after page.

    An engine is used by one thread at a time.
    """

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; boxes and page size are in pixels of `image`.

        Raises:
            RecognitionError: the engine failed; it can still be given the next page.

        """
        ...
