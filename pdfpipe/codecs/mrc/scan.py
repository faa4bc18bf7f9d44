"""The page as mixed raster content looks at it: in gray or sRGB, at the resolution of the mask."""

from __future__ import annotations

import io
import math
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image, ImageCms

from pdfpipe.codecs.mrc.layers import Pixels
from pdfpipe.model.geometry import BoundingBox, Transform
from pdfpipe.model.image import PageImage
from pdfpipe.model.text import PageText

__all__ = ["Scan"]

_LOW_RESOLUTION: Final = 250.0
_LOW_LINE: Final = 40.0
"""Of a page below this resolution whose lines are lower than this many pixels, the mask has twice the page's
resolution: at its own, the edges of letters, which are shades of gray, would become steps."""

_MAX_MASK_PIXELS: Final = 40_000_000
"""Pages with more are reduced, because the work needs some twenty bytes for each pixel."""

_USUAL_LINE: Final = 1 / 8
"""Height of a line in inches, where none is known."""


class Scan(msgspec.Struct, frozen=True, eq=False):
    """A page and its text in the orientation in which the page is stored.

    Attributes:
        stored: the page at its own resolution.
        pixels: the page at the resolution of the mask.
        words: boxes in pixels of `pixels`.
        line: usual height of a line in pixels of `stored`.

    """

    stored: Pixels
    pixels: Pixels
    words: tuple[BoundingBox, ...]
    line: float

    @property
    def scale(self) -> float:
        """Pixels of the mask for each stored one."""
        return float(self.pixels.shape[1] / self.stored.shape[1])

    @classmethod
    def of(cls, page: PageImage, text: PageText | None, profile: bytes | None) -> Scan:
        """The scan of a page that is neither black and white nor CMYK; `text` is in upright pixels.

        `profile` says what its colours are, if they are not sRGB.
        """
        stored = _standard_pixels(page.pixels, profile)
        height, width = stored.shape[:2]
        to_stored = page.upright.inverse()
        words = [to_stored.apply_box(word.box) for word in text.words] if text is not None else []
        resolution = min(page.resolution.x, page.resolution.y)
        line = _line_height(words) or max(1.0, _USUAL_LINE * resolution)
        scale = 2.0 if resolution < _LOW_RESOLUTION and line < _LOW_LINE else 1.0
        scale = min(scale, math.sqrt(_MAX_MASK_PIXELS / (width * height)))
        size = max(1, round(width * scale)), max(1, round(height * scale))
        to_mask = Transform.scaling(size[0] / width, size[1] / height)
        return cls(stored, _resized(stored, size), tuple(to_mask.apply_box(box) for box in words), line)


def _standard_pixels(image: Image.Image, profile: bytes | None) -> Pixels:
    """The page as the PDF's output intent, which is sRGB, has it."""
    if image.mode == "I;16":
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    elif image.mode == "P":
        image = image.convert("RGB")
    if profile is not None:
        image = _in_srgb(image, profile)
    pixels = np.asarray(image, np.uint8)
    if pixels.ndim == 2:
        return pixels[:, :, None]
    first: Pixels = pixels[:, :, :1]
    return first if np.array_equal(np.broadcast_to(first, pixels.shape), pixels) else pixels


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    source, standard = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
    is_gray = source.profile.xcolor_space.strip() == "GRAY"
    as_meant = image.convert("L" if is_gray else "RGB")
    converted = ImageCms.profileToProfile(as_meant, source, standard, outputMode="RGB")
    if converted is None:
        raise ValueError("no image came of the conversion to sRGB")
    return converted


def _line_height(words: list[BoundingBox]) -> float | None:
    return float(np.median([min(box.width, box.height) for box in words])) if words else None


def _resized(stored: Pixels, size: tuple[int, int]) -> Pixels:
    height, width = stored.shape[:2]
    if size == (width, height):
        return stored
    method = cv2.INTER_CUBIC if size[0] > width else cv2.INTER_AREA
    resized: Any = cv2.resize(stored, size, interpolation=method)
    return np.asarray(resized, np.uint8).reshape(size[1], size[0], -1)
