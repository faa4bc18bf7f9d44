"""Take specks and grain off a page."""

from __future__ import annotations

from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.halftone import levelling_blur, screen_pitch
from pdfpipe.imaging.stages.invert import light_print
from pdfpipe.imaging.stages.jpeg_blocks import BLOCKY, blockiness_of, without_blocks
from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.moire import WAVY, wave_depth, without_waves
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged
from pdfpipe.imaging.stages.specks import without_impulses, without_specks
from pdfpipe.imaging.stages.tiles import tiles_of

__all__ = ["Denoise", "Noise", "noise_of"]

_SPECK: Final = 64
"""Levels by which a speck differs from its surroundings."""


_FLAT: Final = 48
_AROUND: Final = np.ones((5, 5), np.uint8)
"""Where the median differs by less than so many levels within two pixels, there is no edge."""

_SPECKS: Final = 0.004
_GRAIN: Final = 8.0
"""Share of plain ground, and levels."""

_SOFT: Final = 0.7
_BROAD: Final = 7
_NEAR: Final = 2.0
_GRAINS: Final = 1.5
"""Against grain: the blur before the filter, which would leave what stands out most, in pixels; of the filter
pixels across, and standard deviations of nearness, in pixels, and of likeness, in those of the grain."""


class Denoise(msgspec.Struct, frozen=True):
    """Takes specks off, levels grain, halftone screens and moiré, and smooths the blocks of JPEG.

    Attributes:
        specks: whether to take them off.
        grain: whether to smooth it where there is so much that letters suffer, unless there is a screen; not
            in black and white.
        blur: standard deviation, in pixels, of a Gaussian blur; 0 for none, None for one that levels the
            dots of a halftone screen where there is one; in black and white dots are specks.
        blocks: whether to smooth blocks of JPEG; None for where they are plain.
        waves: whether to level the waves of moiré; None for where they are deep.

    """

    specks: bool = True
    grain: bool = True
    blur: float | None = None
    blocks: bool | None = None
    waves: bool | None = None

    def apply(self, page: Raster) -> Staged | None:
        """The page without noise; gray where it is blurred, smoothed or levelled."""
        blur, specks, blocks, waves = self.blur, self.specks, self.blocks, self.waves
        if blur is None:
            blur = 0.0 if page.bilevel else levelling_blur(screen_pitch(Image.fromarray(page.pixels)))
            # Dots would be taken for specks, some of them.
            specks = specks and not blur
        grain = self.grain and not (page.bilevel or blur)
        pixels: Any = page.pixels
        if specks:
            pixels = without_specks(page)
        elif grain and (cleaned := without_impulses(page)) is not None:  # which smoothing would leave
            pixels, specks = cleaned, True
        noise = noise_of(Image.fromarray(pixels)) if grain else Noise()
        grain = noise.is_grainy
        if blocks is None:
            is_plain = not (page.bilevel or blur)
            blocks = is_plain and blockiness_of(Image.fromarray(page.pixels)) > BLOCKY
        if waves is None:
            waves = not (page.bilevel or blur) and _is_wavy(page)
        if blocks:
            pixels = without_blocks(pixels)
        if waves:
            pixels = without_waves(Raster(pixels, page.dpi))
        if grain:
            pixels = _smoothed(pixels, noise.grain)
        if blur:
            pixels = cv2.GaussianBlur(pixels, (0, 0), blur)
        done = ["specks taken off"] * specks + ["blocks smoothed"] * blocks + ["waves levelled"] * waves
        done += ["grain smoothed"] * grain
        done += [f"blur of {blur:.1f} pixels"] * (blur > 0)
        if not done:
            return None
        return Staged(
            Raster(pixels, page.dpi, page.bilevel and not (blur or grain or blocks or waves)), ", ".join(done)
        )


def _smoothed(pixels: Pixels, grain: float) -> Any:
    """Even within differences like grain (C. Tomasi, R. Manduchi, Bilateral filtering, 1998); edges stay."""
    likeness = _GRAINS * grain
    if pixels.ndim == 3:  # the sum of differences of all colors counts, not their mean
        likeness *= pixels.shape[2]
    return cv2.bilateralFilter(cv2.GaussianBlur(pixels, (0, 0), _SOFT), _BROAD, likeness, _NEAR)


def _is_wavy(page: Raster) -> bool:
    """Whether there are waves on the ground, for which light print could be taken."""
    image = Image.fromarray(page.pixels)
    return wave_depth(image, page.dpi) > WAVY and light_print(image, overview(image)) is None


class Noise(msgspec.Struct, frozen=True):
    """`specks` is the share of plain ground that stands out alone, `grain` a standard deviation in levels."""

    specks: float = 0.0
    grain: float = 0.0

    @property
    def is_grainy(self) -> bool:
        """Whether there is so much grain that letters suffer."""
        return self.grain > _GRAIN

    @property
    def is_speckled(self) -> bool:
        """Whether there are so many specks that some touch letters."""
        return self.specks > _SPECKS


def noise_of(image: Image.Image) -> Noise:
    """How noisy a page is, by the median of nine places on it.

    Grain is told by differences that lines and edges do not show (J. Immerkær, Fast noise variance
    estimation, 1996), of which the median is taken, so that ink does not count.
    """
    specks, grain = [], []
    for tile in tiles_of(image):
        median: Any = cv2.medianBlur(tile, 3)
        # Edges of thin letters differ from their surroundings too: only what stands alone is a speck.
        steps: Any = cv2.morphologyEx(median, cv2.MORPH_GRADIENT, _AROUND)
        plain = steps < _FLAT
        alone = (cv2.absdiff(tile, median) > _SPECK) & plain
        specks.append(float(alone.sum()) / max(1, int(plain.sum())))
        levels = tile.astype(np.int16)
        second = levels[:-2] - 2 * levels[1:-1] + levels[2:]
        cross = second[:, :-2] - 2 * second[:, 1:-1] + second[:, 2:]
        grain.append(float(np.median(np.abs(cross))) / 0.6745 / 6)
    return Noise(float(np.median(specks)), float(np.median(grain))) if specks else Noise()
