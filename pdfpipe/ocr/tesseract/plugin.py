"""Tesseract as an engine of pdfpipe: what there is of it, and how it is made."""

from __future__ import annotations

from importlib import metadata
from typing import Final

from pdfpipe.ocr.engine import Engine, EngineDescription, EngineSpec
from pdfpipe.ocr.tesseract.models import available_models, check_models, find_models, installable_models
from pdfpipe.ocr.tesseract.options import check_options, needed_osd

__all__ = ["PLUGIN"]


class _Tesseract:
    def describe(self, spec: EngineSpec) -> EngineDescription:
        folder = spec.tesseract.tessdata_dir
        return EngineDescription(
            "tesseract",
            "fast; over a hundred languages and scripts; best on clean print",
            metadata.version("tesserocr"),
            "pip install tesserocr",
            tuple(available_models(folder)),
            tuple(installable_models(folder).items()),
        )

    def check(self, spec: EngineSpec) -> None:
        check_options(spec.tesseract)
        models = find_models(spec.languages, spec.tesseract.tessdata_dir, spec.tesseract.tessdata)
        check_models(models.values())
        needed_osd(spec.tesseract)

    def make(self, spec: EngineSpec) -> Engine:
        from pdfpipe.ocr.tesseract.engine import TesseractEngine

        return TesseractEngine(spec.languages, spec.tesseract)


PLUGIN: Final = _Tesseract()
