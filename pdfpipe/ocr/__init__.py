"""Engines that read text off page images, behind one Protocol; and text off single images.

::

    import asyncio
    import pdfpipe.ocr as ocr

    async def main() -> None:
        engine = ocr.OcrEngine()
        engine.language = ocr.Language.GERMAN
        result = await engine.process_async(ocr.Image.load("scan.tif"))
        print(result.text)

    asyncio.run(main())

The names for that live in `pdfpipe.recognition`, which builds upon the engines and the decoders.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pdfpipe.recognition.batch import async_ocr, batch_ocr
    from pdfpipe.recognition.engine import OcrEngine, OcrException
    from pdfpipe.recognition.image import Image
    from pdfpipe.recognition.language import Language
    from pdfpipe.recognition.result import OcrResult

__all__ = [
    "Image",
    "Language",
    "OcrEngine",
    "OcrException",
    "OcrResult",
    "async_ocr",
    "batch_ocr",
]

_HOMES = {
    "Image": "pdfpipe.recognition.image",
    "Language": "pdfpipe.recognition.language",
    "OcrEngine": "pdfpipe.recognition.engine",
    "OcrException": "pdfpipe.recognition.engine",
    "OcrResult": "pdfpipe.recognition.result",
    "async_ocr": "pdfpipe.recognition.batch",
    "batch_ocr": "pdfpipe.recognition.batch",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used (PEP 562): who wants only an engine loads no decoders."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
