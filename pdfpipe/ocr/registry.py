"""Engines by name; each is imported only when it is asked for."""

from __future__ import annotations

from functools import lru_cache

from pdfpipe.errors import UsageError
from pdfpipe.ocr.engine import Engine, EngineSpec

__all__ = ["check_engine", "warm_engine"]


def check_engine(spec: EngineSpec) -> None:
    """Find out, without loading an engine, whether this one could be made.

    Raises:
        UsageError: there is no engine of this name.
        MissingLanguageError: a language has no model.

    """
    match spec.name:
        case "tesseract":
            from pdfpipe.ocr.tessdata import find_models

            find_models(spec.languages, spec.tessdata_dir)
        case "scripted":
            pass
        case _:
            raise UsageError(f"there is no OCR engine '{spec.name}'")


@lru_cache(maxsize=2)
def warm_engine(spec: EngineSpec) -> Engine:
    """The engine of this process for `spec`, made on first use and kept.

    Raises:
        UsageError, MissingDependencyError, MissingLanguageError: as `check_engine`.

    """
    match spec.name:
        case "tesseract":
            from pdfpipe.ocr.tesseract import TesseractEngine

            return TesseractEngine(spec.languages, spec.tessdata_dir)
        case "scripted":
            from pdfpipe.ocr.scripted import ScriptedEngine

            return ScriptedEngine(spec.options)
        case _:
            raise UsageError(f"there is no OCR engine '{spec.name}'")
