"""The contract that every OCR engine keeps, and what a package must offer to bring one."""

from __future__ import annotations

from typing import Protocol, Self, runtime_checkable

import msgspec

from pdfpipe.config.settings import with_profile
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.engine_settings import AsposeSettings, Mode, PpocrSettings, TesseractSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import PageText

__all__ = ["CacheablePlugin", "Engine", "EngineDescription", "EnginePlugin", "EngineSpec"]


class EngineSpec(msgspec.Struct, frozen=True):
    """All that it takes to make an engine; equal specs make engines that read alike."""

    name: str
    languages: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    mode: Mode = Mode.BALANCED
    engines: tuple[str, ...] = ()
    tesseract: TesseractSettings = TesseractSettings()
    ppocr: PpocrSettings = PpocrSettings()
    aspose: AsposeSettings = AsposeSettings()
    cache: CacheSettings = CacheSettings()

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """The engine that the settings ask for; what they leave open, the language's profile says."""
        settings = with_profile(settings)
        return cls(
            settings.engine,
            settings.languages,
            settings.engine_options,
            settings.mode,
            settings.engines,
            settings.tesseract,
            settings.ppocr,
            settings.aspose,
            settings.cache,
        )


class Engine(Protocol):
    """A warm engine: made once in each worker, then given page after page.

    An engine is used by one thread at a time.
    """

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; boxes and page size are in pixels of `image`.

        Boxes lie within the page, confidences from 0 to 1, texts are not empty and have no blanks.

        Raises:
            RecognitionError: the engine failed; it can still be given the next page.

        """
        ...


class EngineDescription(msgspec.Struct, frozen=True):
    """What ``pdfpipe engines`` and ``pdfpipe languages`` say of an engine.

    `version` is None where the engine is not installed; `how_to_install` is a sentence or a command.
    `languages` are those that it can read as things stand; `others` maps those that it could read to
    what must be installed for that.
    """

    name: str
    summary: str
    version: str | None
    how_to_install: str
    languages: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()


class EnginePlugin(Protocol):
    """What an engine's package offers under the entry point group ``pdfpipe.engines``.

    The entry point's name is the engine's.  Neither importing the plugin nor describing and checking
    may load the engine: the process that does it reads no page.
    """

    def describe(self, spec: EngineSpec) -> EngineDescription:
        """What there is; only what concerns all languages counts in `spec`."""
        ...

    def check(self, spec: EngineSpec) -> None:
        """Find out whether `make` would succeed, as far as that can be told cheaply.

        Raises:
            UsageError, MissingDependencyError, MissingLanguageError: it would not.

        """
        ...

    def make(self, spec: EngineSpec) -> Engine:
        """Load the engine.

        Raises:
            UsageError, MissingDependencyError, MissingLanguageError: it cannot be loaded.

        """
        ...


@runtime_checkable
class CacheablePlugin(Protocol):
    """What a plug-in offers too if what its engine reads may be kept and given out again."""

    def fingerprint(self, spec: EngineSpec) -> str | None:
        """All that a reading depends on besides the page, as a text; None if it may not be kept.

        That is what counts of `spec`, and what the files and libraries hold that the engine would load; the
        name of the engine and the version of the plug-in's own package are known.  The engine must not
        be loaded for it.
        """
        ...
