"""The dots of a printed gray, or of a photograph in print, by the peaks of their spectrum."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pdfpipe.imaging.stages.raster import Pixels
from pdfpipe.imaging.stages.tiles import tiles_of

__all__ = ["levelling_blur", "screen_pitch"]

_SIDE: Final = 128
_PITCHES: Final = (2.3, 7.5)
"""Pixels from dot to dot that are looked for: 130 to 40 dots an inch at 300 dpi.  Letters are coarser."""

_PEAK: Final = 4000.0
"""Times the usual power: letters in line have peaks of 1000, of 3000 at most in single places."""

_PLACES: Final = 3
_ALIKE: Final = 0.08
"""Places that must have such a peak, at pitches that differ by no more than this part, as in one screen."""

_LEFT: Final = 0.05
"""Of the dots' contrast, what a blur that levels them may leave."""


def screen_pitch(image: Image.Image) -> float:
    """The pixels from dot to dot of a halftone screen on a page, in some milliseconds; 0 if it has none."""
    found = [pitch for pitch, peak in map(_peak_of, tiles_of(image)) if peak > _PEAK]
    if len(found) < _PLACES:
        return 0.0
    usual = float(np.median(found))
    alike = sum(abs(pitch - usual) <= _ALIKE * usual for pitch in found)
    return usual if alike >= _PLACES else 0.0


def levelling_blur(pitch: float) -> float:
    """The standard deviation, in pixels, of a Gaussian blur that makes one gray of dots of a pitch.

    It leaves exp(-2 (pi s / p)^2) of a wave of length p.
    """
    return pitch / np.pi * float(np.sqrt(np.log(1 / _LEFT) / 2))


def _peak_of(tile: Pixels) -> tuple[float, float]:
    """The wave length of the highest peak of a place, and how many times the usual power that has."""
    side = min(_SIDE, *tile.shape)
    if side < _SIDE:
        return 0.0, 0.0
    levels = tile[:side, :side].astype(np.float32)
    window = np.hanning(side).astype(np.float32)
    spectrum = np.fft.rfft2((levels - levels.mean()) * window[:, None] * window)
    power: NDArray[Any] = spectrum.real**2 + spectrum.imag**2
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side))
    low, high = _PITCHES
    there = (frequency > 1 / high) & (frequency < 1 / low)
    best = int(np.argmax(np.where(there, power, 0)))
    return 1 / max(float(frequency.flat[best]), 1 / _SIDE), float(power.flat[best]) / max(
        1.0, float(np.median(power[there]))
    )
