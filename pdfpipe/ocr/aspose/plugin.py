"""Aspose.OCR as an engine of pdfpipe: what there is of it, and how it is made."""

from __future__ import annotations

from typing import Final

from pdfpipe.ocr.aspose.java import check_java, package_folder, package_version
from pdfpipe.ocr.aspose.languages import aspose_language, available_languages, other_languages
from pdfpipe.ocr.aspose.licence import check_licence
from pdfpipe.ocr.cache.fingerprint import fingerprint, versions
from pdfpipe.ocr.engine import Engine, EngineDescription, EngineSpec

__all__ = ["PLUGIN"]


class _Aspose:
    def describe(self, _spec: EngineSpec) -> EngineDescription:
        folder = package_folder()
        return EngineDescription(
            "aspose",
            "commercial, in Java; needs a licence; slow",
            package_version(),
            "pip install 'pdfpipe[aspose]' and a Java runtime (apt-get install default-jre-headless)",
            available_languages(folder) if folder else (),
            other_languages(folder),
        )

    def check(self, spec: EngineSpec) -> None:
        folder = check_java()
        aspose_language(spec.languages, folder)
        check_licence(spec.aspose)

    def fingerprint(self, spec: EngineSpec) -> str:
        folder = check_java()
        archives = sorted((file.name, file.stat().st_size) for file in folder.iterdir())
        return fingerprint(package_version(), versions(("pillow",)), archives, spec.languages)

    def make(self, spec: EngineSpec) -> Engine:
        from pdfpipe.ocr.aspose.engine import AsposeEngine

        return AsposeEngine(spec.languages, spec.aspose)


PLUGIN: Final = _Aspose()
