"""Find the lines of a page: PP-OCR's detection network and the boxes in its map of probabilities.

The way from the map to boxes is that of DB (Liao et al., Real-time Scene Text Detection with
Differentiable Binarization, 2020): shrunken lines are found and grown back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np

from pdfpipe.ocr.ppocr.lines import LineBox, Pixels
from pdfpipe.ocr.ppocr.network import Floats, Network

__all__ = ["find_lines"]

_WORKING_DPI: Final = 110.0
"""At this resolution the network finds all lines of usual print."""

_WORKING_PIXELS: Final = 1.25e6
"""Pixels of an A4 sheet at that resolution.  What has more is seldom what its file says: of lines of a
hundred pixels the network misses those that slope."""

_LEAST_PIXELS: Final = 0.6e6
_LONGER: Final = 1.2
"""Small images that say they have many dots an inch, as receipts do, are looked at with so many pixels too;
that counts if its lines are so many times longer."""

_SMALLEST_LINE: Final = 17.0
"""Pixels of the working image: where most lines are lower than this, print is small, some are missed, and a
closer look is taken."""

_CLOSER: Final = 1.5
_MOST_CLOSER: Final = 2.25
"""By how much a look is closer than the last one, and the last one than the first one that found lines, or
than the file's resolution calls for."""

_MOST_ENLARGED: Final = 2.0

_FEW: Final = 12
_ROOM: Final = 30.0
_MANY_MISSED: Final = 0.5
"""Lines, pixels of the working image that one takes, and a share of lines: where few are found on a page that
has room for more, small print may have been missed, so a closer look is taken, which counts if it finds so
many more.  Letters of wide titles may come apart in it."""

_TILE: Final = 1600
_OVERLAP: Final = 96
"""Sides in pixels of what the network sees at a time, so that its memory has a bound, and how much
neighbours share."""

_STEP: Final = 32
_MAP_THRESHOLD: Final = 0.3
_LINE_THRESHOLD: Final = 0.5
_GROWTH: Final = 1.6
_MIN_SIDE: Final = 3
_MAX_LINES: Final = 3000


def find_lines(network: Network, page: Pixels, dpi: float) -> list[LineBox]:
    """The lines of a page of uint8 pixels, gray (height, width) or BGR (height, width, 3), in no order."""
    height, width = page.shape[:2]
    as_told, within = _WORKING_DPI / dpi, math.sqrt(_WORKING_PIXELS / (width * height))
    scale = min(1.0, as_told, within)
    lines = _at_scale(network, page, scale)
    least = min(1.0, math.sqrt(_LEAST_PIXELS / (width * height)))
    if scale < least:
        closer = _at_scale(network, page, least)
        if _length(closer) > _LONGER * _length(lines):
            lines, scale = closer, least
    has_room = height * scale > _FEW * _ROOM
    are_few = has_room and 0 < len(lines) < _FEW and not _are_low(lines, scale)
    if not lines and scale < 1:  # once only, and not of all pixels, since most such pages are empty
        scale = min(1.0, 2 * as_told, 3 * within)
        lines = _at_scale(network, page, scale)
    closest = min(_MOST_ENLARGED, _MOST_CLOSER * max(as_told, scale))
    if are_few and scale < closest:
        return lines + _missed(network, page, lines, max(_CLOSER * scale, within), closest)
    while lines and scale < closest and _are_low(lines, scale):
        scale = min(closest, _CLOSER * scale)
        lines = _at_scale(network, page, scale) or lines
    return lines


def _missed(
    network: Network, page: Pixels, known: Sequence[LineBox], scale: float, closest: float
) -> list[LineBox]:
    """Lines that a look at this scale finds where none are known, or a closer one; none if they are few."""
    scale = min(closest, scale)
    missed = _outside(_at_scale(network, page, scale), known)
    if len(missed) < _MANY_MISSED * len(known):
        return []
    while scale < closest and _are_low(missed, scale):
        scale = min(closest, _CLOSER * scale)
        missed = _outside(_at_scale(network, page, scale), known) or missed
    return missed


def _outside(lines: Sequence[LineBox], known: Sequence[LineBox]) -> list[LineBox]:
    """Those whose middle lies in none of the boxes of the others."""
    boxes = [line.box for line in known]
    return [line for line in lines if not any(box.holds(line.at(0.5, 0.5)) for box in boxes)]


def _length(lines: Sequence[LineBox]) -> float:
    """Of all lines, each in its own heights: about as much as they have letters."""
    return sum(line.slenderness for line in lines)


def _are_low(lines: Sequence[LineBox], scale: float) -> bool:
    return _usual_height(lines) * scale < _SMALLEST_LINE


def _usual_height(lines: Sequence[LineBox]) -> float:
    return float(np.median([min(line.size) for line in lines]))


def _at_scale(network: Network, page: Pixels, scale: float) -> list[LineBox]:
    height, width = page.shape[:2]
    size = [max(_STEP, round(side * scale / _STEP) * _STEP) for side in (width, height)]
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small: Any = cv2.resize(page, size, interpolation=method)
    if small.ndim == 2:
        small = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    probabilities = _probabilities(network, small)
    return _boxes(probabilities, width / size[0], height / size[1])


def _probabilities(network: Network, image: Pixels) -> Floats:
    """For each pixel, how likely it is text; a large image is looked at in tiles."""
    height, width = image.shape[:2]
    whole = np.zeros((height, width), np.float32)
    for y0, y1, top, bottom in _tiles(height):
        for x0, x1, left, right in _tiles(width):
            # The training's mean and deviation are 0.5 of the full range each.
            batch = (image[y0:y1, x0:x1].astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None]
            part = network.run(np.ascontiguousarray(batch))[0, 0]
            whole[top:bottom, left:right] = part[top - y0 : bottom - y0, left - x0 : right - x0]
    return whole


def _tiles(length: int) -> list[tuple[int, int, int, int]]:
    """Start and end of each tile along one side, and of the middle of it that counts."""
    if length <= _TILE:
        return [(0, length, 0, length)]
    count = -(-(length - _OVERLAP) // (_TILE - _OVERLAP))
    starts = [round(i * (length - _TILE) / (count - 1) / _STEP) * _STEP for i in range(count - 1)]
    starts.append(length - _TILE)
    cuts = [0, *((a + _TILE + b) // 2 for a, b in pairwise(starts)), length]
    return [(start, start + _TILE, cuts[i], cuts[i + 1]) for i, start in enumerate(starts)]


def _boxes(probabilities: Floats, to_page_x: float, to_page_y: float) -> list[LineBox]:
    text: Any = (probabilities > _MAP_THRESHOLD).astype(np.uint8)
    text = cv2.dilate(text, np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(text, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour in contours[:_MAX_LINES]:
        center, (length, height), angle = cv2.minAreaRect(contour)
        if min(length, height) < _MIN_SIDE:
            continue
        inner = cv2.boxPoints((center, (length, height), angle))
        if _mean_inside(probabilities, inner) < _LINE_THRESHOLD:
            continue
        growth = 2 * length * height * _GROWTH / (2 * (length + height))
        outer = cv2.boxPoints((center, (length + growth, height + growth), angle))
        found.append(LineBox(_in_reading_order(outer * [to_page_x, to_page_y])))
    return found


def _mean_inside(probabilities: Floats, corners: Any) -> float:
    x0, y0 = np.maximum(np.floor(corners.min(axis=0)).astype(int), 0)
    x1, y1 = np.ceil(corners.max(axis=0)).astype(int) + 1
    window = probabilities[y0:y1, x0:x1]
    if not window.size:
        return 0.0
    mask = np.zeros(window.shape, np.uint8)
    cv2.fillPoly(mask, [np.round(corners - [x0, y0]).astype(np.int32)], 1)
    return float(cv2.mean(window, mask)[0])


def _in_reading_order(corners: Any) -> Floats:
    """Top left, top right, bottom right, bottom left."""
    by_x = corners[np.argsort(corners[:, 0], kind="stable")]
    left, right = by_x[:2], by_x[2:]
    left, right = left[np.argsort(left[:, 1])], right[np.argsort(right[:, 1])]
    return np.array([left[0], right[0], right[1], left[1]], np.float32)
