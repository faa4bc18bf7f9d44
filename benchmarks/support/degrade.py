"""What goes wrong with scans, done to good ones in known ways, the same each time.

Pages in black and white become gray first, soft as a scanner sees them, where the damage needs shades.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Final
from zlib import crc32

import cv2
import numpy as np
from numpy.random import RandomState
from PIL import Image, ImageChops, ImageDraw, ImageFilter

__all__ = ["KINDS", "degraded"]

_INK, _PAPER = 40, 235
_INCH: Final = 300
_SOFT: Final = 0.8
"""Standard deviation, in pixels, of the blur of a scanner."""

Degrading = Callable[[Image.Image, RandomState], Image.Image]


def degraded(kind: str, page: Image.Image, name: str) -> Image.Image:
    """The page with the damage that `KINDS` has under this name; `name`, the page's, seeds chance."""
    return KINDS[kind](page, RandomState(crc32(f"{kind} {name}".encode())))


def _turned(turn: int) -> Degrading:
    method = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }[turn]
    return lambda page, _: page.transpose(method)


def _skewed(degrees: float) -> Degrading:
    def skew(page: Image.Image, chance: RandomState) -> Image.Image:
        angle = degrees if chance.randint(2) else -degrees
        soft = page.convert("L") if page.mode == "1" else page
        white: Any = 255 if soft.mode == "L" else (255, 255, 255)
        skewed = soft.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=white)
        return skewed.point(lambda value: 255 * (value > 127)).convert("1") if page.mode == "1" else skewed

    return skew


def _gray(page: Image.Image) -> Image.Image:
    if page.mode != "1":
        return page.convert("L")
    ink = page.convert("L").filter(ImageFilter.GaussianBlur(_SOFT))
    return ink.point(lambda value: _INK + (_PAPER - _INK) * value / 255)


def _array(page: Image.Image) -> Any:
    return np.asarray(_gray(page)).astype(np.float32)


def _image(levels: Any) -> Image.Image:
    return Image.fromarray(levels.round().clip(0, 255).astype(np.uint8))


def _grain(page: Image.Image, chance: RandomState) -> Image.Image:
    levels = _array(page)
    return _image(levels + chance.normal(0, 40, levels.shape))


def _speckle(page: Image.Image, chance: RandomState) -> Image.Image:
    """Black and white dots on 2 % of the pixels each; half of them two pixels broad."""
    dots = chance.random_sample((page.height, page.width)).astype(np.float32)
    wide = chance.random_sample((page.height // 2 + 1, page.width // 2 + 1)).repeat(2, 0).repeat(2, 1)
    wide = wide[: page.height, : page.width]
    levels = np.asarray(page.convert("L")).copy()
    levels[(dots < 0.01) | (wide < 0.01)] = 0
    levels[(dots > 0.99) | (wide > 0.99)] = 255
    whole = Image.fromarray(levels)
    return whole.convert("1", dither=Image.Dither.NONE) if page.mode == "1" else whole


def _uneven_light(page: Image.Image, chance: RandomState) -> Image.Image:
    """From full light on one side to a quarter on the other, and a dark corner."""
    levels = _array(page)
    height, width = levels.shape
    angle = chance.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    light = np.interp(along, (-0.6, 0.6), (0.28, 1.0))
    corner = np.hypot(x - chance.randint(2), y - chance.randint(2))
    return _image(levels * light * np.interp(corner, (0.0, 0.4), (0.6, 1.0)))


def _blur(page: Image.Image, _: RandomState) -> Image.Image:
    return _gray(page).filter(ImageFilter.GaussianBlur(2.5))


def _low_contrast(page: Image.Image, chance: RandomState) -> Image.Image:
    levels = 150 + (_array(page) - 128) * 0.15
    return _image(levels + chance.normal(0, 2, levels.shape))


def _of_dpi(dpi: float, scan: float = 300.0) -> Degrading:
    def reduce(page: Image.Image, _: RandomState) -> Image.Image:
        gray = _gray(page)
        size = round(gray.width * dpi / scan), round(gray.height * dpi / scan)
        reduced = gray.resize(size, Image.Resampling.BOX)
        reduced.info["dpi"] = (dpi, dpi)
        return reduced

    return reduce


def _jpeg(page: Image.Image, _: RandomState) -> Image.Image:
    stream = io.BytesIO()
    (_gray(page) if page.mode == "1" else page).save(stream, "JPEG", quality=20)
    coded = Image.open(io.BytesIO(stream.getvalue()))
    coded.load()
    return coded


def _dark_border(page: Image.Image, chance: RandomState) -> Image.Image:
    """The page, a little skewed, on the black of an open scanner, which two or more sides show."""
    gray = page.convert("L") if page.mode == "1" else page
    margin = [round(side * chance.uniform(0.02, 0.07)) for side in (*page.size, *page.size)]
    size = page.width + margin[0] + margin[2], page.height + margin[1] + margin[3]
    paper = Image.new(gray.mode, page.size, "white")
    scanner = Image.new(
        gray.mode, size, "black" if page.mode == "1" else (25 if gray.mode == "L" else (25, 25, 25))
    )
    angle = float(chance.uniform(-0.8, 0.8))
    sheet = ImageChops.darker(paper, gray).rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=0)
    shape = Image.new("L", page.size, 255).rotate(angle, expand=True)
    scanner.paste(sheet, (margin[0], margin[1]), shape)
    if page.mode == "1":
        return scanner.point(lambda value: 255 * (value > 127)).convert("1")
    return scanner


def _light_bars(page: Image.Image, _: RandomState) -> Image.Image:
    """Three places of some lines each are light print on dark ground."""
    levels = np.asarray(page.convert("L")).copy()
    paper = float(np.quantile(levels[::4, ::4], 0.8))
    ink = (levels < 0.6 * paper).mean(axis=1)
    height, width = levels.shape
    side = width // 50
    for top, bottom in ((0.2, 0.23), (0.45, 0.53), (0.75, 0.8)):
        first, last = (_between_lines(ink, round(place * height)) for place in (top, bottom))
        levels[first:last, side:-side] = 255 - levels[first:last, side:-side]
    bars = Image.fromarray(levels)
    return bars.convert("1", dither=Image.Dither.NONE) if page.mode == "1" else bars


def _between_lines(ink: Any, row: int) -> int:
    """The middle of the empty rows nearest to a row, by the share of ink in each."""
    empty = np.flatnonzero(np.convolve(ink < 0.01, np.ones(5), "same") >= 5)
    return int(empty[np.argmin(np.abs(empty - row))]) if len(empty) else row


def _negative(page: Image.Image, _: RandomState) -> Image.Image:
    """Light print on dark ground all over, as on microfilm."""
    return ImageChops.invert(page.convert("L")).convert(page.mode, dither=Image.Dither.NONE)


def _curled(page: Image.Image, chance: RandomState) -> Image.Image:
    """A page of a thick book on the glass: it rises towards the spine on one side, and lines bend there.

    What is nearer to the camera is shown larger, so lines bend away from its axis, and all of them a little.
    """
    levels = _array(page)
    height, width = levels.shape
    x = np.linspace(0, 1, width, dtype=np.float32)
    rise = (x if chance.randint(2) else 1 - x) ** 3
    y = np.arange(height, dtype=np.float32)[:, None]
    shift = rise * (height * chance.uniform(0.015, 0.025) + 0.04 * (y - height / 2))
    return _image(
        _sampled(levels, np.broadcast_to(np.arange(width, dtype=np.float32), shift.shape), y + shift)
    )


def _perspective(page: Image.Image, chance: RandomState) -> Image.Image:
    """A photograph, not taken from right above: each corner is up to 5 % of the sides off its place."""
    levels = _array(page)
    height, width = levels.shape
    sides = np.array([width, height], np.float32)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    inwards = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32)
    moved = corners + inwards * chance.uniform(0, 0.05, (4, 2)).astype(np.float32)
    to_photograph = cv2.getPerspectiveTransform(corners * sides, moved * sides)
    seen: Any = cv2.warpPerspective(levels, to_photograph, (width, height), borderValue=(_PAPER,))
    return _image(seen)


def _screened(page: Image.Image, chance: RandomState) -> Image.Image:
    """Print on a ground of gray dots, as a press makes it, 65 to an inch at 300 dpi, at 45°."""
    levels = np.asarray(page.convert("L")).astype(np.float32)
    pitch = 300 / 65
    y, x = np.mgrid[0 : levels.shape[0], 0 : levels.shape[1]].astype(np.float32)
    turn = np.float32(np.radians(45 + chance.uniform(-2, 2)))
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    dots = np.cos(along * 2 * np.pi / pitch) + np.cos(across * 2 * np.pi / pitch) > 0.8
    printed = np.minimum(levels, np.where(dots, 60, 255).astype(np.float32))
    ink = Image.fromarray(printed.astype(np.uint8)).filter(ImageFilter.GaussianBlur(_SOFT))
    return ink.point(lambda value: _INK + (_PAPER - _INK) * value / 255)


def _wavy(page: Image.Image, chance: RandomState) -> Image.Image:
    """Print on a ground with the waves of moiré, longer than strokes of letters are broad."""
    levels = _array(_gray(page))
    turn, length = np.float32(np.radians(chance.uniform(5, 40))), np.float32(chance.uniform(12, 18))
    y, x = np.mgrid[0 : levels.shape[0], 0 : levels.shape[1]].astype(np.float32)
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    waves = np.sin(along * 2 * np.pi / length) + np.sin(across * 2 * np.pi / length)
    return Image.fromarray(np.clip(levels * (0.68 + 0.13 * waves), 0, 255).astype(np.uint8))


def _fingers(page: Image.Image, chance: RandomState) -> Image.Image:
    """Two thumbs, which hold the page down, with their shadows; in color."""
    gray = _gray(_with_margin(page))
    levels = np.repeat(np.asarray(gray)[:, :, None], 3, axis=2)
    width, height = gray.size
    for left in (True, False):
        reach, row = chance.uniform(0.35, 0.5) * _INCH, height * chance.uniform(0.3, 0.9)
        middle = (0.0 if left else float(width), row)
        for grown, shade in ((1.15, (120, 112, 108)), (1.0, (186, 132, 108))):
            size = (2 * reach * grown, 0.8 * _INCH * grown)
            cv2.ellipse(levels, (middle, size, float(chance.uniform(-20, 20))), shade, cv2.FILLED)
    return Image.fromarray(cv2.blur(levels, (5, 5)))


def _with_margin(page: Image.Image) -> Image.Image:
    """With half an inch of paper at either side: the pages of the corpus were cut close to their text."""
    margin = _INCH // 2
    white: Any = 1 if page.mode == "1" else ("white" if page.mode != "L" else 255)
    wide = Image.new(page.mode, (page.width + 2 * margin, page.height), white)
    wide.paste(page, (margin, 0))
    return wide


def _punched(page: Image.Image, chance: RandomState) -> Image.Image:
    """Two holes for a binder, dark as what lies behind them."""
    punched = _with_margin(page)
    draw = ImageDraw.Draw(punched)
    x, size = chance.uniform(0.35, 0.4) * _INCH, 0.24 * _INCH
    for y in (punched.height / 2 - 1.57 * _INCH, punched.height / 2 + 1.57 * _INCH):
        draw.ellipse((x - size / 2, y - size / 2, x + size / 2, y + size / 2), fill="black")
    return punched


def _sampled(levels: Any, x: Any, y: Any) -> Any:
    """What is at these places of a page; paper where that is outside it."""
    return cv2.remap(levels, np.ascontiguousarray(x), y, cv2.INTER_LINEAR, borderValue=(_PAPER,))


KINDS: Final[dict[str, Degrading]] = {
    "turned by 90°": _turned(90),
    "turned by 180°": _turned(180),
    "turned by 270°": _turned(270),
    "skew of 0.3°": _skewed(0.3),
    "skew of 1°": _skewed(1),
    "skew of 3°": _skewed(3),
    "skew of 6°": _skewed(6),
    "skew of 12°": _skewed(12),
    "dark borders": _dark_border,
    "uneven light": _uneven_light,
    "speckle": _speckle,
    "Gaussian noise": _grain,
    "blur": _blur,
    "low contrast": _low_contrast,
    "150 dpi": _of_dpi(150),
    "100 dpi": _of_dpi(100),
    "JPEG of quality 20": _jpeg,
    "light print in bars": _light_bars,
    "negative": _negative,
    "halftone screen": _screened,
    "moiré": _wavy,
    "fingers": _fingers,
    "punch holes": _punched,
    "curl": _curled,
    "perspective": _perspective,
}
"""By name: what is done to a page of 300 dpi."""
