"""Which stages a page needs, by a glance at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from msgspec.structs import replace
from PIL import Image

from pdfpipe.imaging.stages.background import Background
from pdfpipe.imaging.stages.binarization import Binarization
from pdfpipe.imaging.stages.contrast import Contrast
from pdfpipe.imaging.stages.crop import Crop, dark_border
from pdfpipe.imaging.stages.denoise import Denoise, Noise, noise_of
from pdfpipe.imaging.stages.deskew import Deskew
from pdfpipe.imaging.stages.dewarp import Dewarp
from pdfpipe.imaging.stages.halftone import levelling_blur, screen_pitch
from pdfpipe.imaging.stages.invert import Invert, inverted, light_print
from pdfpipe.imaging.stages.jpeg_blocks import BLOCKY, blockiness_of
from pdfpipe.imaging.stages.measures import Look, Overview, letter_height, look_at, overview
from pdfpipe.imaging.stages.moire import WAVY, wave_depth, without_waves
from pdfpipe.imaging.stages.raster import ImageStage, Raster
from pdfpipe.imaging.stages.scale import Scale
from pdfpipe.imaging.stages.sharpen import BLURRED, Sharpen, sharpness_of
from pdfpipe.model.image import OcrImage
from pdfpipe.model.preprocessing_settings import PreprocessingSettings

__all__ = ["Glance", "glance_at", "named_stage"]

_SURER: Final = 1.01
_NOT_WORSE: Final = 0.98
"""How many times as many letters must be likely right for a stage on trial to stay.  The second is for
what is plain to see and helps letters that are read wrong with confidence, of which a trial tells little."""

_NEGATIVE: Final = 0.5
"""Of the page: with more light print there is no need of a trial.  Tesseract gets over it, but takes half as
long again."""

_LEAST_BORDER: Final = 0.02
"""Of the page: engines read past thinner ones."""

_LEAST_SLOPE: Final = 0.4
"""Degrees: engines read what slopes less as it is."""

_BENT: Final = 1.2
"""Degrees by which slopes differ within a page: on flat ones they do by 1 at most."""

_UNEVEN: Final = 0.75
"""Of the brightest paper: where paper is darker, ink needs another threshold."""

_FAINT: Final = 64
"""Levels between all shades: of print with less to its paper, PP-OCR overlooks whole columns."""
_LEAST_INK: Final = 0.0005
"""Of the page: a dozen letters."""
_DEEPER: Final = 2.0
"""Times as dark as the brightest paper is bright, beside usual paper: grain alone is 1.4 times so."""
_EVEN: Final = 0.25
"""Of the depth of ink: faint print would go where the paper differs by more."""

_SMALL_LETTERS: Final = 10.0
"""Height of small letters in pixels: all engines read lower ones better at twice the size.  Three times the
size is better for letters of books at 100 dpi, and worse for those of receipts."""

_FINE: Final = 500.0
_TALL_LETTERS: Final = 30.0
_LARGE: Final = 8_000_000
"""Scans of as many dots per inch, with small letters of as many pixels, on pages of more, are read at half
the size as well, and faster.  Of maps and posters the letters alone would say too much."""

_MANY_SPECKS: Final = 0.008
"""Share of plain ground; beyond, there is no need of a trial, which takes longest on such pages, unless
letters are so small that their dots are as specks."""
_HUGE: Final = 20_000_000
"""Pixels: on larger pages there is no trial against grain, which keeps Tesseract busy for minutes there."""
_DOTS: Final = 1.5
"""Levels of grain that call for a look whether it is a halftone screen."""
_BLUR: Final = 1.2
"""Breadth in pixels of the blur against grain and ragged edges."""

_NOTHING: Final = Denoise(specks=False, grain=False, blur=0.0, blocks=False, waves=False)

_ON_ITS_HEAD: Final = -0.03
"""Uprightness below which a page may lie on its head."""


class Glance(msgspec.Struct, frozen=True):
    """What a page needs before it is read, as far as a reduced copy of it shows.

    Attributes:
        turns: degrees clockwise by which it may have to be turned to be upright, the likeliest first.
        other_turns: those that are possible too.
        stages: names, stages, and how many times as many letters must be likely right for them to stay;
            None where they are not on trial.
        reasons: by the name of a stage, the figures that call for it, where it does not tell them itself.

    """

    turns: tuple[int, ...] = ()
    other_turns: tuple[int, ...] = ()
    stages: tuple[tuple[str, ImageStage, float | None], ...] = ()
    reasons: Mapping[str, str] = {}


def named_stage(name: str, settings: PreprocessingSettings) -> ImageStage:
    """The stage of this name, which measures for itself what it needs."""
    match name:
        case "invert":
            return Invert()
        case "crop":
            return Crop()
        case "deskew":
            return Deskew()
        case "dewarp":
            return Dewarp()
        case "background":
            return Background()
        case "denoise":
            return Denoise()
        case "sharpen":
            return Sharpen()
        case "contrast":
            return Contrast()
        case "scale":
            return Scale()
        case "binarization":
            return Binarization(settings.binarization)
        case _:
            raise ValueError(f"there is no stage {name!r}")


def glance_at(view: OcrImage, *, may_reduce: bool = True) -> Glance:
    """Measure a page, and choose; what need not be so large is reduced first, unless the result is shown."""
    is_bilevel = view.pixels.mode == "1"
    small = overview(view.pixels)
    stages: list[tuple[str, ImageStage, float | None]] = []
    reasons: dict[str, str] = {}
    letter = letter_height(small.gray) * small.factor
    if may_reduce and (parts := _finer_than_needed(view, letter)) > 1:
        stages.append(("scale", Scale(1 / parts), None))
        reasons["scale"] = f"letters {letter:.0f} pixels high at {view.dpi:.0f} dpi"
        view = _reduced(view, parts)  # which the other stages will see
        small = overview(view.pixels)
    noise = noise_of(view.pixels)
    if not is_bilevel:
        for name, stage in _against_faintness(view, small):
            if (staged := stage.apply(Raster.of(view))) is not None:
                stages.append((name, stage, None))
                view = staged.raster.as_image(view.label)
                small = overview(view.pixels)
    is_noisy = noise.is_grainy or noise.is_speckled
    light = light_print(view.pixels, small)
    # Light print would be taken for crests of waves.
    is_plain = light is None and not is_noisy and not is_bilevel
    depth = wave_depth(view.pixels, view.dpi) if is_plain else 0.0
    is_wavy = depth > WAVY
    if is_wavy:  # slope and letters are not to be seen before
        reasons["denoise"] = f"waves of {depth:.0%} on the ground"
        small = overview(Image.fromarray(without_waves(Raster.of(view))))
        stages.append(("denoise", replace(_NOTHING, waves=True), _SURER))
    if light is not None:
        is_negative = np.count_nonzero(light) > _NEGATIVE * light.size
        stages.append(("invert", Invert(), None if is_negative else _SURER))
        small = replace(small, gray=inverted(small.gray, light))
    border = dark_border(small.gray)
    if border is not None:
        if np.count_nonzero(border) > _LEAST_BORDER * border.size:
            stages.append(("crop", Crop(), None))
        paper = np.uint8(np.quantile(small.gray[border == 0], 0.8))
        small = replace(small, gray=np.where(border, paper, small.gray).astype(np.uint8))
    if is_noisy:
        smooth: Any = cv2.medianBlur(small.gray, 3)
        small = replace(small, gray=smooth)
    look = look_at(small)
    is_small = 0 < look.letter < _SMALL_LETTERS
    if is_small and not noise.is_grainy and noise.specks <= _MANY_SPECKS:  # they may be dots of letters
        is_noisy = False
    if is_noisy:  # first, since turning the page makes specks larger, and grain too
        against, least_gain, reasons["denoise"] = _against_noise(view, noise, look.letter)
        stages.append(("denoise", against, least_gain))
    if look.skew.is_sure and abs(look.skew.angle) > _LEAST_SLOPE:
        stages.append(("deskew", Deskew(look.skew.angle), None))
    if not (is_noisy or is_wavy or is_bilevel) and (mended := _mended(view, noise)) is not None:
        name, stage, least_gain, reasons[mended[0]] = mended
        stages.append((name, stage, least_gain))
    if look.bend > _BENT:
        reasons["dewarp"] = f"slopes that differ by {look.bend:.1f}°"
        stages.append(("dewarp", Dewarp(), _NOT_WORSE))
    darkest, brightest = look.light
    if not is_bilevel and darkest < _UNEVEN * brightest:
        stages.append(("background", Background(), _SURER))
    if is_small and (look.skew.is_sure or look.sideways.is_sure):
        reasons["scale"] = f"letters {look.letter:.0f} pixels high"
        stages.append(("scale", Scale(grain_too=not noise.is_grainy), None))
    return Glance(*_turns(look), tuple(stages), reasons)


def _finer_than_needed(view: OcrImage, letter: float) -> int:
    """How many pixels along a side do as one: a power of two, and one where all are needed."""
    pixels = view.pixels.width * view.pixels.height
    parts = 1
    while view.dpi >= _FINE * parts and letter >= _TALL_LETTERS * parts and pixels > _LARGE * parts**2:
        parts *= 2
    return parts


def _reduced(view: OcrImage, parts: int) -> OcrImage:
    gray = view.pixels.convert("L") if view.pixels.mode == "1" else view.pixels
    return OcrImage(gray.reduce(parts), view.dpi / parts, view.label)


def _against_faintness(view: OcrImage, small: Overview) -> list[tuple[str, ImageStage]]:
    """What spreads faint dark print, its paper being made even before if need be; nothing for other print.

    Blurred print would become less by it.
    """
    darkest, brightest = np.quantile(small.gray, (_LEAST_INK, 1 - _LEAST_INK))
    if brightest - darkest > _FAINT:
        return []
    look = look_at(small)
    least, most = look.light
    depth = least - look.ink
    are_lines = look.skew.is_sure or look.sideways.is_sure
    is_deep = depth > _DEEPER * (brightest - most)
    if not (are_lines and is_deep) or sharpness_of(view.pixels) < BLURRED:
        return []
    contrast: list[tuple[str, ImageStage]] = [("contrast", Contrast())]
    return [("background", Background()), *contrast] if most - least > _EVEN * depth else contrast


def _against_noise(view: OcrImage, noise: Noise, letter: float) -> tuple[Denoise, float | None, str]:
    """A stage as in `Glance`, how much better reading must become by it, and why it is needed.

    In black and white, edges stay ragged where specks touched them.  A blur helps letters that are not small;
    repairs in black and white, by a median, openings and closings or kFill (L. O'Gorman, 1992), do harm or
    no good.
    """
    is_bilevel = view.pixels.mode == "1"
    if noise.is_grainy:
        why = f"grain of {noise.grain:.0f} levels"
        if is_bilevel:
            return replace(_NOTHING, blur=_BLUR), _SURER, why
        is_huge = view.pixels.width * view.pixels.height > _HUGE
        return replace(_NOTHING, grain=True), None if is_huge else _NOT_WORSE, why
    is_ragged = is_bilevel and letter >= _SMALL_LETTERS
    stage = replace(_NOTHING, specks=True, blur=_BLUR if is_ragged else 0.0)
    return (
        stage,
        None if noise.specks > _MANY_SPECKS and letter >= _SMALL_LETTERS else _SURER,
        f"specks on {noise.specks:.1%} of the ground",
    )


def _mended(view: OcrImage, noise: Noise) -> tuple[str, ImageStage, float | None, str] | None:
    """A stage against dots, blocks or blur as in `Glance`, and why it is needed."""
    if noise.grain > _DOTS and (pitch := screen_pitch(view.pixels)):
        why = f"dots every {pitch:.1f} pixels"
        return "denoise", replace(_NOTHING, blur=levelling_blur(pitch)), _SURER, why
    if (blockiness := blockiness_of(view.pixels)) > BLOCKY:
        why = f"steps at every eighth pixel {blockiness:.1f} times as high as others"
        return "denoise", replace(_NOTHING, blocks=True), _SURER, why
    if (sharpness := sharpness_of(view.pixels)) < BLURRED:
        return "sharpen", Sharpen(), None, f"edges rise by {sharpness:.0%} of the contrast a pixel"
    return None


def _turns(look: Look) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The turns that are likely, and those that are possible too."""
    if look.sideways.is_sure and look.sideways.contrast > look.skew.contrast:
        return (90, 270), (180,)
    if not look.skew.is_sure or look.sideways.is_sure:
        return ((180,) if look.uprightness < _ON_ITS_HEAD and look.skew.is_sure else ()), (180, 90, 270)
    return ((180,), ()) if look.uprightness < _ON_ITS_HEAD else ((), (180,))
