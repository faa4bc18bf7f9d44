"""Encode a gray or colour page as background, foreground and mask."""

from __future__ import annotations

import io
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.codecs import bilevel, jpeg
from pdfpipe.codecs.mrc.layers import Bits, Pixels, Size, color_layer, composite
from pdfpipe.codecs.mrc.likeness import Likeness, likeness
from pdfpipe.codecs.mrc.scan import Scan
from pdfpipe.codecs.mrc.segmentation import find_ink, ink_weights, luminance, paper_weights
from pdfpipe.model.image import EncodedImage, Overlay, PageImage
from pdfpipe.model.text import PageText

__all__ = ["MixedRaster", "in_layers"]

_BACKGROUNDS: Final = ((75, 45), (100, 50), (150, 60), (200, 70))
"""Resolutions of the background in dpi, and JPEG qualities; the coarsest is taken that is hardly less like
the scan than the finest."""
_MEAN_LOSS: Final = 0.02
_WORST_LOSS: Final = 0.05

_LEAST_MEAN: Final = 0.85
_LEAST_WORST: Final = 0.50
"""A page that even the finest background leaves less like the scan is left alone."""

_PLAIN: Final = 0.02
"""So much of a page without words may be more than plain paper; otherwise it is a picture or was not read,
and is left alone."""

_VIEWED_LINE: Final = 20.0
"""Height of lines in pixels when likeness is measured: small enough to smooth the grain of the scan, and
large enough to tell all letters apart."""

_FOREGROUND_BLOCK: Final = 0.25
"""Pixels of the foreground for each line's height: fine enough to show where print is faint."""
_FOREGROUND_QUALITY: Final = 50
_ONE_COLOR: Final = 10.0
"""Levels by which ink may differ from its mean colour, on average, and still be painted in that."""


class MixedRaster(msgspec.Struct, frozen=True):
    """What became of a page: with an `overlay`, `image` is the background; `note` says it in words."""

    image: EncodedImage
    overlay: Overlay | None
    note: str


def in_layers(page: PageImage, text: PageText | None, lossless: EncodedImage) -> MixedRaster:
    """The page in layers, or `lossless` where layers would not be smaller, or not like the scan.

    `text` is in pixels of the upright page.  Black and white pages and CMYK pages stay as they are.
    """
    if page.pixels.mode == "1":
        return MixedRaster(lossless, None, "no MRC: the page is black and white")
    if page.pixels.mode == "CMYK":
        return MixedRaster(lossless, None, "no MRC: the page is in printing inks (CMYK)")
    cv2.setNumThreads(1)  # one processor a worker; its threads would fight for them
    layers = _layers(page, Scan.of(page, text, lossless.icc_profile))
    if isinstance(layers, str):
        return MixedRaster(lossless, None, f"no MRC: {layers}")
    before, after = lossless.size, layers.size
    if after >= before:
        return MixedRaster(lossless, None, f"no MRC: it would take {after:,} bytes for {before:,}")
    similarity = f"{layers.likeness.mean:.2f}, in the worst places {layers.likeness.worst:.2f}"
    note = f"MRC: {after:,} bytes for {before:,}, structural similarity {similarity}"
    return MixedRaster(layers.background, layers.overlay, note)


class _Layers(msgspec.Struct, frozen=True):
    background: EncodedImage
    overlay: Overlay | None
    likeness: Likeness

    @property
    def size(self) -> int:
        """Bytes of all streams."""
        streams = [self.background]
        if self.overlay is not None:
            streams.append(self.overlay.mask)
            if isinstance(self.overlay.paint, EncodedImage):
                streams.append(self.overlay.paint)
        return sum(stream.size for stream in streams)


def _layers(page: PageImage, scan: Scan) -> _Layers | str:
    """The layers, or why there had better be none."""
    height, width = scan.stored.shape[:2]
    blocks = 1 / max(1.0, _FOREGROUND_BLOCK * scan.line)
    foreground_size = _scaled(width, height, blocks, blocks)
    mask = find_ink(scan.pixels, scan.words, scan.line * scan.scale, foreground_size)
    overlay, ink = _overlay(mask, color_layer(scan.pixels, ink_weights(mask), foreground_size))
    paper = paper_weights(mask)
    gray = luminance(scan.stored)
    zoom = min(1.0, _VIEWED_LINE / scan.line)
    view = _scaled(width, height, zoom, zoom)

    def at(dpi: float, quality: int) -> _Layers:
        reduced = (min(1.0, dpi / along) for along in (page.resolution.x, page.resolution.y))
        data = _jpeg(color_layer(scan.pixels, paper, _scaled(width, height, *reduced)), quality)
        shown = composite(_decoded(data), ink, mask)
        return _Layers(_image(data), overlay, likeness(gray, luminance(shown), view))

    *coarser, finest = _BACKGROUNDS
    best = at(*finest)
    if not scan.words and best.likeness.seen > _PLAIN:
        return "the page is not blank, but nothing was read on it"
    if best.likeness.mean < _LEAST_MEAN or best.likeness.worst < _LEAST_WORST:
        similarity = f"{best.likeness.mean:.2f}, in the worst places {best.likeness.worst:.2f}"
        return f"it would not be like the scan (structural similarity {similarity})"
    for dpi, quality in coarser:
        layers = at(dpi, quality)
        if (
            layers.likeness.mean >= best.likeness.mean - _MEAN_LOSS
            and layers.likeness.worst >= best.likeness.worst - _WORST_LOSS
        ):
            return layers
    return best


def _overlay(mask: Bits, foreground: Pixels) -> tuple[Overlay | None, Pixels]:
    """What is painted over the background, and its colours as a reader will decode them."""
    if not mask.any():
        return None, foreground
    black_is_ink = Image.fromarray((1 - mask) * np.uint8(255)).convert("1", dither=Image.Dither.NONE)
    stencil = bilevel.encode(black_is_ink)
    color = _one_color(mask, foreground)
    if color is not None:
        return Overlay(stencil, tuple(map(int, color))), color.reshape(1, 1, -1)
    data = _jpeg(foreground, _FOREGROUND_QUALITY, subsampling="4:4:4")
    return Overlay(stencil, _image(data)), _decoded(data)


def _one_color(mask: Bits, foreground: Pixels) -> Pixels | None:
    """The mean colour of the ink, if nearly all of it has that."""
    height, width = foreground.shape[:2]
    share: Any = cv2.resize(mask * np.uint8(255), (width, height), interpolation=cv2.INTER_AREA)
    weights = (share / share.sum(dtype=np.float64))[:, :, None]
    mean = (foreground * weights).sum(axis=(0, 1))
    deviation = np.sqrt((((foreground - mean) ** 2).mean(axis=2, keepdims=True) * weights).sum())
    return np.rint(mean).astype(np.uint8) if deviation <= _ONE_COLOR else None


def _scaled(width: int, height: int, x: float, y: float) -> Size:
    return max(1, round(width * x)), max(1, round(height * y))


def _jpeg(pixels: Pixels, quality: int, subsampling: str = "4:2:0") -> bytes:
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=subsampling)
    return buffer.getvalue()


def _decoded(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        pixels = np.array(image)
    return pixels if pixels.ndim == 3 else pixels[:, :, None]


def _image(data: bytes) -> EncodedImage:
    encoded = jpeg.pass_through(data)
    if encoded is None:
        raise ValueError("the JPEG encoder wrote what no PDF may hold")
    return encoded
