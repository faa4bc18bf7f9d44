"""The text of a file, or of many, in one call."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from typing import Literal, overload

from pdfpipe.errors import PdfpipeError, UsageError
from pdfpipe.recognition.engine import OcrEngine
from pdfpipe.recognition.image import Image

__all__ = ["async_ocr", "batch_ocr"]


async def async_ocr(path: str | os.PathLike[str], *, engine: OcrEngine | None = None) -> str:
    """The text of an image file; of a TIFF of several pages that of the first.

    Raises:
        OcrException: it cannot be loaded or read.

    """
    return (await (engine or OcrEngine()).process_async(Image.load(path))).text


@overload
async def batch_ocr(
    paths: Iterable[str | os.PathLike[str]],
    *,
    concurrency: int | None = ...,
    return_failures: Literal[False] = ...,
    engine: OcrEngine | None = ...,
) -> list[str]: ...


@overload
async def batch_ocr(
    paths: Iterable[str | os.PathLike[str]],
    *,
    concurrency: int | None = ...,
    return_failures: bool,
    engine: OcrEngine | None = ...,
) -> list[str | PdfpipeError]: ...


async def batch_ocr(
    paths: Iterable[str | os.PathLike[str]],
    *,
    concurrency: int | None = None,
    return_failures: bool = False,
    engine: OcrEngine | None = None,
) -> list[str] | list[str | PdfpipeError]:
    """The texts of image files, in the order of `paths`.

    At most `concurrency` are read at a time, and never more than there are threads.  With
    `return_failures` an exception stands in the place of a text that could not be read.

    Raises:
        OcrException: a file cannot be loaded or read; the others are dropped.
        UsageError: `concurrency` is less than 1.

    """
    if concurrency is not None and concurrency < 1:
        raise UsageError("concurrency: at least one file must be read at a time")
    if isinstance(paths, str | os.PathLike):
        raise UsageError("paths: several are needed; async_ocr reads one")
    files = list(paths)
    engine = engine or OcrEngine()
    gate = asyncio.Semaphore(concurrency or max(1, len(files)))

    async def read(path: str | os.PathLike[str]) -> str | PdfpipeError:
        async with gate:
            try:
                return await async_ocr(path, engine=engine)
            except PdfpipeError as error:
                if not return_failures:
                    raise
                return error

    tasks = [asyncio.ensure_future(read(path)) for path in files]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
