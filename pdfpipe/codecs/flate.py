"""Flate, with or without PNG predictors (ISO 32000-1, 7.4.4), rows filtered by Pillow's PNG writer in C."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Final

from PIL import Image

from pdfpipe.codecs import png
from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

__all__ = ["encode"]

_COLOR_SPACES: Final = {
    "1": ColorSpace.GRAY,
    "L": ColorSpace.GRAY,
    "I;16": ColorSpace.GRAY,
    "P": ColorSpace.INDEXED,
    "RGB": ColorSpace.RGB,
    "CMYK": ColorSpace.CMYK,
}
_USUAL_LEVEL: Final = 6
_BEST_LEVEL: Final = 9
_STRIPS: Final = 4
_STRIP_ROWS: Final = 32


def encode(image: Image.Image, *, thorough: bool = False) -> EncodedImage:
    """An image of mode 1, L, I;16, P, RGB or CMYK as a Flate stream; palettes stay palettes.

    Predictors make photographs smaller and clean drawings larger; strips of the image decide.  A thorough
    attempt codes the whole in both ways and at the highest level, which takes five times as long.
    """
    if thorough:
        return min((coder(image, _BEST_LEVEL) for coder in _coders(image)), key=lambda encoded: encoded.size)
    sample = _sample(image)
    best = min(_coders(image), key=lambda coder: coder(sample, _USUAL_LEVEL).size)
    return best(image, _USUAL_LEVEL)


def _coders(image: Image.Image) -> tuple[Callable[[Image.Image, int], EncodedImage], ...]:
    if image.mode == "1":
        return (_plain,)
    if image.mode == "P" and _is_packed(image):
        return (_predicted,)
    return (_predicted, _plain)


def _plain(image: Image.Image, level: int) -> EncodedImage:
    """The samples as they are; those of 16 bits with the upper 8 first."""
    samples = image.tobytes("raw", "I;16B") if image.mode == "I;16" else image.tobytes()
    return EncodedImage(
        data=zlib.compress(samples, level),
        width=image.width,
        height=image.height,
        filter=ImageFilter.FLATE,
        color_space=_COLOR_SPACES[image.mode],
        bits={"1": 1, "I;16": 16}.get(image.mode, 8),
        palette=bytes(image.getpalette("RGB") or ()),
    )


def _predicted(image: Image.Image, level: int) -> EncodedImage:
    """Rows filtered as suits each of them; a palette of up to 16 colors with several pixels a byte.

    PNG has no CMYK and its writer filters no indexes: they are written as what has as many samples.
    """
    like = {"CMYK": "RGBA", "P": "P" if _is_packed(image) else "L"}.get(image.mode, image.mode)
    bare = image.copy() if like == image.mode else Image.frombytes(like, image.size, image.tobytes())
    bare.info = {}
    buffer = io.BytesIO()
    bare.save(buffer, format="PNG", compress_level=level)
    written = png.read(buffer.getvalue())
    color_space = _COLOR_SPACES[image.mode]
    return EncodedImage(
        data=written.data,
        width=image.width,
        height=image.height,
        filter=ImageFilter.FLATE,
        color_space=color_space,
        bits=written.bits,
        parms=png.predictor_parms(color_space.components, written.bits, image.width),
        palette=bytes(image.getpalette("RGB") or ()),
    )


def _is_packed(image: Image.Image) -> bool:
    """Whether Pillow's PNG writer gives an index of this palette less than a byte."""
    return len(image.getpalette("RGB") or ()) <= 3 * 16


def _sample(image: Image.Image) -> Image.Image:
    """Strips from all over the image, one below the other."""
    if image.height <= _STRIPS * _STRIP_ROWS:
        return image
    sample = image.crop((0, 0, image.width, _STRIPS * _STRIP_ROWS))
    for strip in range(_STRIPS):
        top = (image.height - _STRIP_ROWS) * strip // (_STRIPS - 1)
        sample.paste(image.crop((0, top, image.width, top + _STRIP_ROWS)), (0, strip * _STRIP_ROWS))
    return sample
