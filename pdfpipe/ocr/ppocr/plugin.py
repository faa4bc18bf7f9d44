"""PP-OCR as an engine of pdfpipe: what there is of it, and how it is made."""

from __future__ import annotations

from typing import Final

from pdfpipe.errors import MissingLanguageError, PdfpipeError
from pdfpipe.model.engine_settings import InferenceRuntime
from pdfpipe.ocr.cache.fingerprint import file_digest, fingerprint, versions
from pdfpipe.ocr.engine import Engine, EngineDescription, EngineSpec
from pdfpipe.ocr.ppocr.alphabets import LANGUAGES
from pdfpipe.ocr.ppocr.models import find_models, how_to_install, package_version
from pdfpipe.ocr.ppocr.runtime import has_fast_bfloat16, resolve_runtime
from pdfpipe.ocr.tesseract.models import models_there

__all__ = ["PLUGIN"]

_LIBRARIES: Final = ("numpy", "opencv-python-headless", "pillow")
"""What prepares the networks' inputs."""

_SUMMARY: Final = "slower; best on poor scans and photographs; Chinese, Japanese and Latin script"


class _Ppocr:
    def describe(self, spec: EngineSpec) -> EngineDescription:
        languages = _languages()
        try:
            _check_installed(spec)
        except PdfpipeError:
            others = tuple((language, how_to_install) for language in languages)
            return EngineDescription("ppocr", _SUMMARY, None, how_to_install, (), others)
        return EngineDescription("ppocr", _SUMMARY, package_version(), how_to_install, languages)

    def check(self, spec: EngineSpec) -> None:
        _check_installed(spec)
        known = _languages()
        for language in spec.languages:
            if language not in known:
                raise MissingLanguageError(
                    f"the engine ppocr does not read '{language}'; it reads {', '.join(known)}"
                )

    def fingerprint(self, spec: EngineSpec) -> str:
        models, runtime = find_models(), resolve_runtime(spec.ppocr.runtime)
        dictionary = models_there(spec.languages, spec.tesseract.tessdata_dir)
        return fingerprint(
            versions((runtime.value, *_LIBRARIES)),
            runtime.value,
            runtime is InferenceRuntime.OPENVINO and has_fast_bfloat16(),
            [file_digest(file) for file in (models.detection, models.recognition, *dictionary)],
            spec.languages,
        )

    def make(self, spec: EngineSpec) -> Engine:
        self.check(spec)
        from pdfpipe.ocr.ppocr.engine import PpocrEngine

        return PpocrEngine(spec)


def _check_installed(spec: EngineSpec) -> None:
    find_models()
    resolve_runtime(spec.ppocr.runtime)


def _languages() -> tuple[str, ...]:
    return tuple(sorted(LANGUAGES))


PLUGIN: Final = _Ppocr()
