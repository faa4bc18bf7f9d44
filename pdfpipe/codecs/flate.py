"""Flate with PNG predictors, encoded by Pillow's PNG writer in C."""

from __future__ import annotations

import io
import zlib
from typing import Final

from PIL import Image

from pdfpipe.codecs import png
from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter

__all__ = ["encode"]

_CMYK_LEVEL: Final = 6


def encode(image: Image.Image) -> EncodedImage:
    """An image of mode L, I;16, P, RGB or CMYK as a Flate stream; palettes stay palettes."""
    if image.mode == "CMYK":
        return EncodedImage(
            data=zlib.compress(image.tobytes(), _CMYK_LEVEL),
            width=image.width,
            height=image.height,
            filter=ImageFilter.FLATE,
            color_space=ColorSpace.CMYK,
            bits=8,
        )
    buffer = io.BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(buffer, format="PNG")
    encoded = png.pass_through(buffer.getvalue())
    if encoded is None:
        raise ValueError(f"no PNG data for an image of mode {image.mode}")
    return encoded
