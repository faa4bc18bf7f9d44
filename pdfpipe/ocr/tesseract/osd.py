"""Orientation and script of a page, by Tesseract's own classifier.

It looks at single characters (``osd.traineddata``, of the old engine), takes about 0.2 s a page, and knows
most scripts, also Fraktur.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec

from pdfpipe.errors import RecognitionError
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.tesseract.api import OEM, PSM, RIL, open_api, set_image
from pdfpipe.ocr.tesseract.catalogue import OSD
from pdfpipe.ocr.tesseract.models import find_osd
from pdfpipe.ocr.tesseract.traineddata import inspect

__all__ = ["Osd", "detect_orientation_and_script", "find_text_lines"]

_MAX_SIDE: Final = 32767


class Osd(msgspec.Struct, frozen=True):
    """How a page lies and in what script it is.

    `orientation` tells by how many degrees clockwise the page has been turned: 0, 90, 180 or 270; turned
    back by as many it is upright.  Both confidences are Tesseract's own, from 0 without an upper end: above
    10 the orientation was never wrong on the pages we have, below 3 it often is; of the script a true one
    may have 1 (Chinese) and a wrong one 2.  `script` is Tesseract's name, such as Latin, Fraktur, Han.
    """

    orientation: int
    orientation_confidence: float
    script: str
    script_confidence: float


def detect_orientation_and_script(image: OcrImage, tessdata_dir: Path | None = None) -> Osd | None:
    """How the page lies and its script; None where there is too little text to tell.

    Raises:
        MissingLanguageError, MissingDependencyError: the data for it are not there, or damaged.
        RecognitionError: Tesseract failed; it can still be given the next page.

    """
    with _page(image, tessdata_dir, PSM.OSD_ONLY) as api:
        found = api.DetectOrientationScript()
    if found is None or not found["script_name"]:
        return None
    return Osd(
        int(found["orient_deg"]),
        max(float(found["orient_conf"]), 0.0),
        str(found["script_name"]),
        max(float(found["script_conf"]), 0.0),
    )


def find_text_lines(image: OcrImage, tessdata_dir: Path | None = None) -> tuple[BoundingBox, ...]:
    """Where lines of text are on an upright page, in pixels, without reading them.

    Raises:
        MissingLanguageError, MissingDependencyError: the data for it are not there, or damaged.
        RecognitionError: Tesseract failed; it can still be given the next page.

    """
    with _page(image, tessdata_dir, PSM.AUTO) as api:
        iterator = api.AnalyseLayout()
        if iterator is None:
            return ()
        boxes = [iterator.BoundingBox(RIL.TEXTLINE)]
        while iterator.Next(RIL.TEXTLINE):
            boxes.append(iterator.BoundingBox(RIL.TEXTLINE))
    return tuple(BoundingBox(*map(float, box)) for box in boxes if box is not None)


@contextlib.contextmanager
def _page(image: OcrImage, tessdata_dir: Path | None, mode: int) -> Iterator[Any]:
    if max(image.pixels.size) > _MAX_SIDE:
        raise RecognitionError(f"Tesseract reads no page with a side of more than {_MAX_SIDE} pixels")
    api = _warm_api(tessdata_dir)
    try:
        api.SetPageSegMode(mode)
        set_image(api, image.pixels, image.dpi)
        yield api
    except RuntimeError as error:
        raise RecognitionError(f"Tesseract failed: {error}") from error
    finally:
        api.Clear()


@lru_cache(maxsize=2)
def _warm_api(tessdata_dir: Path | None) -> Any:
    path = find_osd(tessdata_dir)
    inspect(path)
    return open_api({OSD: path}, (OSD,), mode=PSM.OSD_ONLY, engine=OEM.TESSERACT_ONLY)
