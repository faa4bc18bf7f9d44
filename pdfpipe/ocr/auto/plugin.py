"""The engine ``auto``: which engines it asks, in which order."""

from __future__ import annotations

from typing import Final

import msgspec

from pdfpipe._version import __version__
from pdfpipe.errors import MissingDependencyError, UsageError
from pdfpipe.ocr.cache.fingerprint import file_digest, fingerprint
from pdfpipe.ocr.engine import Engine, EngineDescription, EngineSpec
from pdfpipe.ocr.registry import check_engine, describe_engine, engine_fingerprint
from pdfpipe.ocr.tesseract.models import models_there

__all__ = ["PLUGIN", "engines_in_order", "usable_engines"]

_DEFAULT: Final = ("tesseract", "ppocr")


class _Auto:
    def describe(self, spec: EngineSpec) -> EngineDescription:
        languages: set[str] = set()
        for name in spec.engines or _DEFAULT:
            languages |= set(describe_engine(msgspec.structs.replace(spec, name=name)).languages)
        return EngineDescription(
            "auto",
            "the fastest engine, and a second opinion where it is not sure",
            __version__,
            "it is always there",
            tuple(sorted(languages)),
        )

    def check(self, spec: EngineSpec) -> None:
        usable_engines(spec)

    def fingerprint(self, spec: EngineSpec) -> str | None:
        asked = [(one.name, engine_fingerprint(one)) for one in engines_in_order(spec)]
        if any(known_by is None for _, known_by in asked):
            return None
        words = [file_digest(file) for file in models_there(spec.languages, spec.tesseract.tessdata_dir)]
        return fingerprint(spec.mode.value, asked, words)

    def make(self, spec: EngineSpec) -> Engine:
        from pdfpipe.ocr.auto.engine import AutoEngine
        from pdfpipe.ocr.auto.judge import Judge
        from pdfpipe.ocr.dictionary import dictionary_of

        specs = engines_in_order(spec)
        judge = Judge(dictionary_of(spec.languages, spec.tesseract.tessdata_dir))
        return AutoEngine(specs, spec.mode, judge)


def engines_in_order(spec: EngineSpec) -> list[EngineSpec]:
    """The engines to ask, the fastest first."""
    from pdfpipe.ocr.auto.speed import by_speed

    return by_speed(usable_engines(spec), spec.cache.folder)


def usable_engines(spec: EngineSpec) -> list[EngineSpec]:
    """The engines that can read the languages here, in the profile's order.

    Raises:
        MissingDependencyError, MissingLanguageError: none can; the error is the first engine's.
        UsageError: an engine's name is unknown, or it is ``auto`` itself.

    """
    usable, reasons = [], []
    for name in spec.engines or _DEFAULT:
        if name == spec.name:
            raise UsageError(f"the engine {name} cannot be one of the engines that it asks")
        one = msgspec.structs.replace(spec, name=name, engines=())
        try:
            check_engine(one)
        except MissingDependencyError as error:
            reasons.append(error)
        else:
            usable.append(one)
    if not usable:
        raise reasons[0]
    return usable


PLUGIN: Final = _Auto()
