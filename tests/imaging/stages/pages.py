"""Fixtures as the stages see them, and pages that were skewed by a known angle."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageSource
from tests.support import SCANS

LETTER = SCANS / "letter.tif"
BOOK = SCANS / "declaration" / "page-1.tif"


@lru_cache(maxsize=8)
def view_of(scan: Path) -> OcrImage:
    """What an engine would see without any stage."""
    return ocr_view(load_page(PageSource(scan), image_dpi=None, max_pixels=1e9))[0]


def skewed(image: OcrImage, degrees: float) -> tuple[OcrImage, Transform]:
    """The page turned clockwise by some degrees on a larger sheet, and the map from it to the page."""
    gray = image.pixels.convert("L")
    turned = gray.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    to_page = (
        Transform(e=-turned.width / 2, f=-turned.height / 2)
        .then(Transform(cos, -sin, sin, cos))
        .then(Transform(e=gray.width / 2, f=gray.height / 2))
    )
    return OcrImage(turned, image.dpi, image.label), to_page


def raster_of(image: OcrImage) -> Raster:
    return Raster.of(image)
