"""Smaller images with loss, for those who ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from pdfpipe.model.geometry import Resolution

__all__ = ["continuous", "downsampled"]

_MIDDLE: Final = 128


def continuous(image: Image.Image, *, gray_allowed: bool) -> Image.Image:
    """The image in a mode that has all shades, L, RGB or CMYK; what is 1-bit stays so."""
    match image.mode:
        case "I;16":
            return Image.frombytes("L", image.size, image.tobytes()[1::2])
        case "P":
            rgb = image.convert("RGB")
            red = rgb.getchannel("R")
            gray = gray_allowed and all(rgb.getchannel(name).tobytes() == red.tobytes() for name in "GB")
            return red if gray else rgb
        case _:
            return image


def downsampled(image: Image.Image, resolution: Resolution, max_dpi: float) -> Image.Image:
    """The image with no more than `max_dpi` along either axis; 1-bit images stay 1-bit.

    `resolution` is the stored image's.  Modes are those of `continuous`.
    """
    width, height = (
        max(1, round(length * min(1.0, max_dpi / dpi)))
        for length, dpi in zip(image.size, (resolution.x, resolution.y), strict=True)
    )
    if image.mode != "1":
        return image.resize((width, height), Image.Resampling.LANCZOS)
    shades = image.convert("L").resize((width, height), Image.Resampling.BOX)
    return shades.point([255 * (value >= _MIDDLE) for value in range(256)], "1")
