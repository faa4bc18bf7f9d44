"""Tesseract as an engine of pdfpipe: what there is of it, and how it is made."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Final

from pdfpipe.ocr.cache.fingerprint import file_digest, fingerprint, versions
from pdfpipe.ocr.engine import Engine, EngineDescription, EngineSpec
from pdfpipe.ocr.tesseract.models import available_models, check_models, find_models, installable_models
from pdfpipe.ocr.tesseract.options import DEFAULT_SEGMENTATION, check_options, list_variables, needed_osd

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

    def fingerprint(self, spec: EngineSpec) -> str:
        settings = spec.tesseract
        models = find_models(spec.languages, settings.tessdata_dir, settings.tessdata)
        osd = needed_osd(settings)
        return fingerprint(
            versions(("tesserocr", "pillow")),
            _library(),
            [(language, _digests(language, model)) for language, model in models.items()],
            file_digest(osd) if osd is not None else None,
            DEFAULT_SEGMENTATION if settings.segmentation is None else settings.segmentation,
            list_variables(settings),
        )

    def make(self, spec: EngineSpec) -> Engine:
        from pdfpipe.ocr.tesseract.engine import TesseractEngine

        return TesseractEngine(spec.languages, spec.tesseract)


def _library() -> str | None:
    """The version of Tesseract itself, where it is not what the package tesserocr brings along."""
    if any("libtesseract" in file.name for file in metadata.files("tesserocr") or ()):
        return None
    from pdfpipe.ocr.tesseract.api import library_version

    return library_version()


def _digests(language: str, model: Path) -> list[tuple[str, str]]:
    """The model, and those beside it that it may bring along: jpn loads jpn_vert where that is there."""
    name = Path(language).name
    files = [model, *sorted(model.parent.glob(f"{name}_*.traineddata"))]
    return [(file.name, file_digest(file)) for file in files]


PLUGIN: Final = _Tesseract()
