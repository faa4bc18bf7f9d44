"""Which pixels of a page are text and line art.

A mask is worth its bits where two smooth layers and the mask come far nearer to the scan than one smooth
layer alone.  That holds for text and drawings, dark or light, on any ground; it does not hold for photos.
So candidates are taken generously, and each connected piece must pass this test.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pdfpipe.codecs.mrc.layers import Bits, Floats, Pixels, Size, color_layer, enlarged
from pdfpipe.model.geometry import BoundingBox

__all__ = ["find_ink", "ink_weights", "luminance", "paper_weights"]

_SAUVOLA_K: Final = 0.15
_SAUVOLA_R: Final = 128.0
"""J. Sauvola and M. Pietikäinen, Adaptive document image binarization, 2000, with half of the usual k: faint
print is ink too, and what is too much is sorted out afterwards."""

_LEAST_CONTRAST: Final = 24.0
"""Levels between ink and paper of a word, of 255: less is noise."""
_SMALLEST_WORD: Final = 3
_GROUND_SHARE: Final = 0.6
"""So much of the edge of a word's box must be ground for its ink to be known."""

_INK_BONUS: Final = 4.0
"""A pixel is ink where its squared distance from the ink's colour is less than so many times that from the
paper's: from a third of the contrast on.  From half of it on, faint strokes break: of the receipts that
`benchmarks.mrc` reads, Tesseract then loses every twentieth word."""
_ROUNDS: Final = 2

_SURROUNDINGS: Final = np.ones((5, 5), np.uint8)
"""Reaches two pixels beyond a stroke: so far optics and JPEG mix paper and ink."""
_CROSS: Final = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
_EDGE_WEIGHT: Final = 16
_OPTICAL_BLUR: Final = 0.8
"""Standard deviation, in pixels, of what a scanner makes of a sharp edge."""
_MEAN_OF_THREE: Final = np.full((1, 3), 1 / 3, np.float32)

_LEAST_GAIN: Final = 200.0
"""Squared error that a piece must save for each pixel of its outline: what its bits are worth."""
_THICKEST: Final = 0.6
"""Breadth of the broadest stroke outside words, in heights of a line: shadows in photos are broader."""
_WORST_IN_WORDS: Final = 0.7
_WORST_ELSEWHERE: Final = 0.4
"""Squared error that may be left of that without the piece."""


def find_ink(pixels: Pixels, words: Sequence[BoundingBox], line: float, coarse: Size) -> Bits:
    """1 for the pixels that are ink.

    `words` are in these pixels, `line` is the usual height of one; `coarse` is a size at which letters are
    gone and the colours of ink and paper are left.
    """
    gray = luminance(pixels)
    mask = _sauvola(gray, line)
    in_words = _threshold_words(gray, mask, words, round(line))
    for _ in range(_ROUNDS):
        mask = _nearest_layer(pixels, mask, coarse)
    return _worthwhile(pixels, mask, in_words, line, coarse)


def luminance(pixels: Pixels) -> NDArray[np.uint8]:
    """Shape (height, width)."""
    if pixels.shape[2] == 1:
        return pixels[:, :, 0]
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def ink_weights(mask: Bits) -> Bits:
    """How much a pixel tells of the ink's colour: edges, mixed with paper, count where there is no core."""
    core: Any = cv2.erode(mask, _CROSS)
    weights: Bits = mask * np.uint8(_EDGE_WEIGHT) + core * np.uint8(255 - _EDGE_WEIGHT)
    return weights


def paper_weights(mask: Bits) -> Bits:
    """255 for the pixels that are neither ink nor close to it."""
    near: Any = cv2.dilate(mask, _SURROUNDINGS)
    weights: Bits = (1 - near) * np.uint8(255)
    return weights


def _sauvola(gray: Bits, line: float) -> Bits:
    """Pixels that are darker than their surroundings, by Sauvola's threshold."""
    side = 2 * max(7, round(line)) + 1
    mean: Any = cv2.boxFilter(gray, cv2.CV_32F, (side, side))
    square: Any = cv2.sqrBoxFilter(gray, cv2.CV_32F, (side, side))
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    return np.asarray(gray < mean * (1 + _SAUVOLA_K * (deviation / _SAUVOLA_R - 1)), np.uint8)


def _threshold_words(gray: Bits, mask: Bits, words: Iterable[BoundingBox], margin: int) -> Bits:
    """Mark the ink of each word in the mask, by Otsu's threshold; returns where words are.

    Ink is what the edge of a word's box has less of.  Around light words the dark ground, which Sauvola
    took for ink, is taken out of the mask.
    """
    in_words = np.zeros_like(mask)
    light: list[tuple[slice, slice]] = []
    height, width = gray.shape
    for box in words:
        rows, columns = _slice(box.y0, box.y1, height), _slice(box.x0, box.x1, width)
        area = gray[rows, columns]
        if min(area.shape) < _SMALLEST_WORD:
            continue
        in_words[rows, columns] = 1
        threshold, _ = cv2.threshold(area, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
        is_light = area > threshold
        if not is_light.any() or is_light.all():
            continue
        if float(area[is_light].mean() - area[~is_light].mean()) < _LEAST_CONTRAST:
            continue
        edge = np.concatenate([is_light[0], is_light[-1], is_light[:, 0], is_light[:, -1]]).mean()
        if edge > _GROUND_SHARE:
            mask[rows, columns] |= ~is_light
        elif edge < 1 - _GROUND_SHARE:
            light.append((rows, columns))
    for rows, columns in light:
        mask[_grown(rows, margin), _grown(columns, margin)] = 0
    for rows, columns in light:
        area = gray[rows, columns]
        _, mask[rows, columns] = cv2.threshold(area, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return in_words


def _slice(start: float, end: float, length: int) -> slice:
    return slice(max(0, math.floor(start)), min(length, math.ceil(end)))


def _grown(part: slice, margin: int) -> slice:
    return slice(max(0, part.start - margin), part.stop + margin)


def _nearest_layer(pixels: Pixels, mask: Bits, coarse: Size) -> Bits:
    """In and around the mask, give each pixel to the layer whose colour there is nearer to its own."""
    ink, paper = _layers(pixels, mask, coarse)
    near: Any = cv2.dilate(mask, _SURROUNDINGS)
    is_ink = _squared_error(pixels, ink) < _INK_BONUS * _squared_error(pixels, paper)
    return np.asarray(near & is_ink, np.uint8)


def _worthwhile(pixels: Pixels, mask: Bits, in_words: Bits, line: float, coarse: Size) -> Bits:
    """The connected pieces of the mask that are worth their bits (see the module)."""
    height, width = mask.shape
    all_weights = np.full_like(mask, 255)
    smooth = enlarged(color_layer(pixels, all_weights, coarse), (width, height))
    without = _squared_error(pixels, smooth)
    ink, paper = _layers(pixels, mask, coarse)
    # Optics have blurred the scan's edges; without that, thin strokes would seem to fit badly.
    blurred: Any = cv2.GaussianBlur(mask.astype(np.float32), (5, 5), _OPTICAL_BLUR)
    with_mask = _squared_error(pixels, cv2.blendLinear(ink, paper, blurred, 1 - blurred))

    labels: Any
    count, labels = cv2.connectedComponents(mask, connectivity=8, ltype=cv2.CV_32S)
    # float32 holds whole numbers up to 2**24; dilation does not take integers of 32 bits.
    around: Any = cv2.dilate(labels.astype(np.float32), _SURROUNDINGS)
    places = np.flatnonzero(around)
    pieces: Any = around.ravel()[places].astype(np.int32)
    error_with = np.bincount(pieces, with_mask.ravel()[places], count)
    error_without = np.bincount(pieces, without.ravel()[places], count)
    inked = np.flatnonzero(mask)
    pieces = labels.ravel()[inked]
    outline = np.bincount(pieces, (mask - cv2.erode(mask, _CROSS)).ravel()[inked], count)
    trusted = np.bincount(pieces, in_words.ravel()[inked], count) > np.bincount(pieces, minlength=count) / 2
    side = max(3, round(_THICKEST * line))
    thick = np.bincount(pieces, cv2.erode(mask, np.ones((side, side), np.uint8)).ravel()[inked], count) > 0
    worst = np.where(trusted, _WORST_IN_WORDS, _WORST_ELSEWHERE)
    keep = (error_without - error_with > _LEAST_GAIN * outline) & (error_with < worst * error_without)
    keep &= trusted | ~thick
    keep[0] = False
    return np.asarray(keep[labels], np.uint8)


def _layers(pixels: Pixels, mask: Bits, coarse: Size) -> tuple[Any, Any]:
    """Ink and paper at full size."""
    size = mask.shape[1], mask.shape[0]
    return (
        enlarged(color_layer(pixels, ink_weights(mask), coarse), size),
        enlarged(color_layer(pixels, paper_weights(mask), coarse), size),
    )


def _squared_error(a: Pixels, b: Pixels) -> Floats:
    """Shape (height, width), mean over the channels."""
    difference: Any = cv2.absdiff(a, b).reshape(a.shape)
    squared: Any = cv2.multiply(difference, difference, dtype=cv2.CV_32F).reshape(a.shape)
    mean: Any = squared[:, :, 0] if a.shape[2] == 1 else cv2.transform(squared, _MEAN_OF_THREE)
    return np.asarray(mean, np.float32)
