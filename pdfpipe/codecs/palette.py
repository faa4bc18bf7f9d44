"""Images of few colors, in as few bits a pixel as hold them; exact in every pixel."""

from __future__ import annotations

from typing import Final, cast

import msgspec
from PIL import Image

from pdfpipe.model.image import ColorSpace, EncodedImage

__all__ = ["reduced", "with_gray_base"]

_MAX_COLORS: Final = 256
_FEW: Final = 16
"""With so many colors or fewer, a pixel takes half a byte or less."""

_Color = tuple[int, int, int]
_BLACK: Final = (0, 0, 0)
_WHITE: Final = (255, 255, 255)


def reduced(image: Image.Image, *, gray_allowed: bool) -> Image.Image:
    """The same picture in the mode that takes the fewest bits a pixel; the image itself if that is its own.

    Black and white become mode 1, other images of up to 16 colors mode P with only these, gray ones of more
    mode L, and RGB of up to 256 colors mode P.  Of two colors the more frequent, the paper, comes second,
    as white does in mode 1; more are sorted by brightness, which suits predictors.  A palette of more than
    16 colors stays as it is.

    Without `gray_allowed` RGB stays RGB in its palette too, since the page has a profile for RGB.
    """
    has_palette = image.mode == "P"
    if image.mode == "RGB":
        image = _of_one_sample(image, gray_allowed=gray_allowed) or image
    if image.mode not in ("L", "P"):
        return image
    gray_allowed = gray_allowed or image.mode == "L"
    samples = Image.frombytes("L", image.size, image.tobytes())
    colors = _used_colors(image, samples)
    is_gray = gray_allowed and all(color[0] == color[1] == color[2] for color in colors.values())
    if is_gray and set(colors.values()) <= {_BLACK, _WHITE}:
        return samples.point([255 * (colors.get(v) == _WHITE) for v in range(256)], "1")
    if len(set(colors.values())) > _FEW:
        if is_gray:
            return (
                image if image.mode == "L" else samples.point([colors.get(v, _BLACK)[0] for v in range(256)])
            )
        if has_palette:
            return image
    ordered = _ordered(colors, samples.histogram())
    places = {color: place for place, color in enumerate(ordered)}
    indexed = samples.point([places[colors[v]] if v in colors else 0 for v in range(256)])
    indexed = Image.frombytes("P", image.size, indexed.tobytes())
    indexed.putpalette(bytes(sample for color in ordered for sample in color))
    return indexed


def with_gray_base(encoded: EncodedImage) -> EncodedImage:
    """An indexed image whose palette is all gray, with a palette of gray samples; others as they are."""
    red, green, blue = (encoded.palette[channel::3] for channel in range(3))
    if encoded.color_space is not ColorSpace.INDEXED or not red == green == blue:
        return encoded
    return msgspec.structs.replace(encoded, base=ColorSpace.GRAY, palette=red)


def _of_one_sample(image: Image.Image, *, gray_allowed: bool) -> Image.Image | None:
    """An RGB image in mode L or P, if it has no more colors than a palette."""
    colors = image.getcolors(_MAX_COLORS)
    if colors is None:
        return None
    triples = cast("list[tuple[int, _Color]]", colors)
    if gray_allowed and all(red == green == blue for _, (red, green, blue) in triples):
        return image.getchannel("R")
    # With so few colors each box of the median cut holds but one; nobody promises that, so it is checked.
    indexed = image.quantize(_MAX_COLORS, Image.Quantize.MEDIANCUT, kmeans=0, dither=Image.Dither.NONE)
    return indexed if indexed.convert("RGB").tobytes() == image.tobytes() else None


def _used_colors(image: Image.Image, samples: Image.Image) -> dict[int, _Color]:
    """The color of each sample value that occurs."""
    used = [value for value, count in enumerate(samples.histogram()) if count]
    if image.mode == "L":
        return {value: (value, value, value) for value in used}
    palette = image.getpalette("RGB") or []
    palette += [0] * (3 * _MAX_COLORS - len(palette))
    return {value: (palette[3 * value], palette[3 * value + 1], palette[3 * value + 2]) for value in used}


def _ordered(colors: dict[int, _Color], histogram: list[int]) -> list[_Color]:
    """The colors without repetition, in the order of `reduced`; one alone is there twice."""
    count: dict[_Color, int] = {}
    for value, color in colors.items():
        count[color] = count.get(color, 0) + histogram[value]
    if len(count) <= 2:
        rare_first = sorted(count, key=lambda color: (count[color], color))
        return [rare_first[0], rare_first[-1]]
    return sorted(count, key=lambda color: (299 * color[0] + 587 * color[1] + 114 * color[2], color))
