"""A page image as the stages work on it: samples of 8 bits in an array."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.mapping import PointMap

__all__ = ["ImageStage", "Pixels", "Raster", "Staged"]

Pixels = NDArray[np.uint8]
"""Height by width of gray, or by 3 more of red, green and blue; 255 is white."""


class Raster(msgspec.Struct, frozen=True, eq=False):
    """An upright page with square pixels, and its resolution; `bilevel` ones have no shades but two."""

    pixels: Pixels
    dpi: float
    bilevel: bool = False

    @classmethod
    def of(cls, image: OcrImage) -> Raster:
        """The page that an engine would see."""
        pixels = image.pixels
        bilevel = pixels.mode == "1"
        return cls(np.asarray(pixels.convert("L") if bilevel else pixels), image.dpi, bilevel)

    def as_image(self, label: str) -> OcrImage:
        """The page for an engine."""
        image = Image.fromarray(self.pixels)
        if self.bilevel:
            image = image.convert("1", dither=Image.Dither.NONE)
        return OcrImage(image, self.dpi, label)

    @property
    def gray(self) -> Pixels:
        """Its brightness, as ITU-R BT.601 weighs colors."""
        if self.pixels.ndim == 2:
            return self.pixels
        return np.asarray(Image.fromarray(self.pixels).convert("L"))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.pixels.shape[:2]
        return width, height


class Staged(msgspec.Struct, frozen=True, eq=False):
    """What a stage made of a page: the map leads from its pixels to those that it was given.

    `detail` says what it did, in figures, such as "2.3°".
    """

    raster: Raster
    detail: str
    to_input: PointMap = Transform()


class ImageStage(Protocol):
    """One step of preprocessing: its parameters are its fields."""

    def apply(self, page: Raster) -> Staged | None:
        """The page after it; None where it has nothing to do, and then not a byte changes."""
        ...
