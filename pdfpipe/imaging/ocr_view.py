"""The page as an engine wants to see it: upright, square pixels, black and white, gray or RGB."""

from __future__ import annotations

from typing import Final

from PIL import Image, ImageOps

from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage, PageImage

__all__ = ["ocr_view"]

_TRANSPOSE: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def ocr_view(page: PageImage, label: str = "") -> tuple[OcrImage, Transform]:
    """The image for the engine, and the map from its pixels to those of the upright page."""
    pixels = _readable_mode(page.page_pixels)
    if page.orientation in _TRANSPOSE:
        pixels = pixels.transpose(_TRANSPOSE[page.orientation])
    resolution = page.upright_resolution
    square = max(resolution.x, resolution.y)
    # PNG counts in pixels a meter: what is 300 dpi elsewhere is 299.9994 there, and shall be the same page.
    dpi = round(square, 1)
    if resolution.is_square:
        return OcrImage(pixels, dpi, label), Transform()
    width, height = pixels.size
    size = max(1, round(width * square / resolution.x)), max(1, round(height * square / resolution.y))
    if pixels.mode == "1":
        pixels = pixels.convert("L")
    return (
        OcrImage(pixels.resize(size, Image.Resampling.BICUBIC), dpi, label),
        Transform.scaling(width / size[0], height / size[1]),
    )


def _readable_mode(image: Image.Image) -> Image.Image:
    match image.mode:
        case "1" | "L" | "RGB":
            return image
        case "I;16":
            return ImageOps.autocontrast(Image.frombytes("L", image.size, image.tobytes()[1::2]))
        case "P" if _is_gray_palette(image):
            return image.convert("L")
        case _:
            return image.convert("RGB")


def _is_gray_palette(image: Image.Image) -> bool:
    palette = image.getpalette() or []
    return all(palette[i] == palette[i + 1] == palette[i + 2] for i in range(0, len(palette) - 2, 3))
