"""The engine for pages whose text is given: it recognizes nothing.  No command line option reaches it."""

from __future__ import annotations

from typing import Final

from pdfpipe._version import __version__
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import PageText
from pdfpipe.ocr.engine import Engine, EngineDescription, EnginePlugin, EngineSpec

__all__ = ["PLUGIN"]


class _Nothing:
    def recognize(self, image: OcrImage) -> PageText:
        return PageText(*image.pixels.size)


class _None:
    def describe(self, _spec: EngineSpec) -> EngineDescription:
        return EngineDescription("none", "recognizes nothing", __version__, "it is always there")

    def check(self, _spec: EngineSpec) -> None:
        pass

    def make(self, _spec: EngineSpec) -> Engine:
        return _Nothing()


PLUGIN: Final[EnginePlugin] = _None()
