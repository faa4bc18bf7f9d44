"""Fixtures as the stages see them, and pages that were skewed by a known angle."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.stages.raster import Raster
from pdfpipe.model.geometry import BoundingBox, Transform
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


class Curl(msgspec.Struct, frozen=True):
    """A page that rises towards its spine: what is seen there comes from further down on the flat page.

    `low` and `spread` are by how much of the height, everywhere and at the edges more than in the middle.
    """

    low: float = 0.03
    spread: float = 0.04
    left: bool = True

    def shift(self, x: Any, y: Any, width: int, height: int) -> Any:
        rise = (1 - x / width if self.left else x / width) ** 3
        return rise * (self.low * height + self.spread * (y - height / 2))

    def on_bent(self, box: BoundingBox, width: int, height: int) -> BoundingBox:
        """Where a box of the flat page is on the bent one."""
        corners = [(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
        rows = []
        for x, y in corners:
            row = y
            for _ in range(20):
                row = y - float(self.shift(x, row, width, height))
            rows.append(row)
        return BoundingBox(box.x0, min(rows), box.x1, max(rows))


def bent(curl: Curl) -> OcrImage:
    page = np.asarray(view_of(BOOK).pixels.convert("L"))
    height, width = page.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pixels: Any = cv2.remap(
        page,
        x,
        (y + curl.shift(x + 0.5, y + 0.5, width, height)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderValue=(255,),
    )
    return OcrImage(Image.fromarray(pixels), 200)


def raster_of(image: OcrImage) -> Raster:
    return Raster.of(image)
