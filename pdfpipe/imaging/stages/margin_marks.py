"""What lies in the margins of a page and is not of it: punch holes, and fingers that held it down."""

from __future__ import annotations

from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.measures import Overview
from pdfpipe.imaging.stages.raster import Pixels

__all__ = ["MarginMarks", "is_punch_hole", "margin_marks"]

_MM: Final = 25.4

_HOLE: Final = (4.0, 9.0)
_HOLE_FROM_EDGE: Final = 22.0
"""Millimetres of a punch hole's width, and from the edge of the page to its far side."""

_DARK: Final = 0.5
_HOLE_CORE: Final = 2.7
"""Of the shade of paper, and millimetres of the side of a square that is darker than that within a hole."""

_STROKE: Final = 2.0
_SHADE: Final = 0.88
"""Millimetres and part of the shade of paper: what is broader and darker is no print on paper."""

_REDDER: Final = 12
_SKIN: Final = 0.4
"""Levels by which red exceeds green more than it does in paper, on so much of a finger and its shadow.
(Skin of all tones is told by its share of red: D. Chai, K. N. Ngan, 1999.)"""

_FINGER: Final = (8.0, 45.0)
"""Millimetres that a finger is long and broad, at least and at most."""

_SOLID: Final = 0.85
_EDGES: Final = 0.12
_STEEP: Final = 48
"""A finger fills so much of its convex hull; on no more of it are steps of so many levels, as in print."""


class MarginMarks(msgspec.Struct, frozen=True, eq=False):
    """`mask` is 1 on the reduced page where `holes` punch holes and `fingers` fingers are."""

    mask: Pixels
    holes: int = 0
    fingers: int = 0

    def __str__(self) -> str:
        kinds = (self.holes, "punch hole"), (self.fingers, "finger")
        return ", ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in kinds if count)


def margin_marks(image: Image.Image, small: Overview, dpi: float) -> MarginMarks | None:
    """Punch holes and, on pages in color, fingers; None if there are none.

    `small` is the overview of the image and `dpi` the image's resolution.
    """
    mm = dpi / small.factor / _MM
    paper = float(np.quantile(small.gray[::3, ::3], 0.8))
    mask = np.zeros_like(small.gray)
    holes = _add_holes(mask, small.gray, paper, mm)
    fingers = _add_fingers(mask, image, small, paper, mm) if image.mode == "RGB" else 0
    return MarginMarks(mask, holes, fingers) if holes or fingers else None


def is_punch_hole(box: tuple[int, int, int, int], area: int, size: tuple[int, int], dpi: float) -> bool:
    """Whether a dark piece of a page has the size and the place of a punch hole, and is round.

    `box` is its left, top, width and height, `size` the page's width and height, all in pixels.
    """
    left, top, wide, high = box
    mm = dpi / _MM
    least, most = _HOLE
    if not (least * mm <= wide <= most * mm and least * mm <= high <= most * mm):
        return False
    is_round = 0.7 <= area / (wide * high) <= 0.9 and 0.8 <= wide / high <= 1.25
    far = min(left + wide, top + high, size[0] - left, size[1] - top)
    return is_round and far <= _HOLE_FROM_EDGE * mm


def _add_holes(mask: Pixels, gray: Pixels, paper: float, mm: float) -> int:
    core = round(_HOLE_CORE * mm)
    dark = (gray < _DARK * paper).astype(np.uint8)
    if core < 3 or not cv2.erode(dark, np.ones((core, core), np.uint8)).any():
        return 0
    # Letters that touch a hole are taken off it.
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (core, core))
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(dark, cv2.MORPH_OPEN, disc))
    found = 0
    for one in range(1, count):
        left, top, wide, high, area = (int(value) for value in stats[one])
        if is_punch_hole((left, top, wide, high), area, gray.shape[::-1], mm * _MM):
            mask[cv2.dilate((pieces == one).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 1
            found += 1
    return found


def _add_fingers(mask: Pixels, image: Image.Image, small: Overview, paper: float, mm: float) -> int:
    side = max(3, round(_STROKE * mm)) | 1
    ground = cv2.morphologyEx(small.gray, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
    broad = (ground < _SHADE * paper).astype(np.uint8)
    if not any(edge.any() for edge in (broad[0], broad[-1], broad[:, 0], broad[:, -1])):
        return 0
    colors = np.asarray(image.reduce(small.factor) if small.factor > 1 else image).astype(np.int16)
    redness = colors[:, :, 0] - colors[:, :, 1]
    skin = redness > _REDDER + np.median(redness[small.gray >= paper])
    steep: Any = cv2.morphologyEx(small.gray, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > _STEEP
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(broad, connectivity=4)
    height, width = broad.shape
    found = 0
    for one in range(1, count):
        left, top, wide, high, _area = (int(value) for value in stats[one])
        at_edge = left == 0 or top == 0 or left + wide == width or top + high == height
        if not at_edge or not _FINGER[0] * mm <= min(wide, high) <= max(wide, high) <= _FINGER[1] * mm:
            continue
        box = np.s_[top : top + high, left : left + wide]
        piece = (pieces[box] == one).astype(np.uint8)
        inner = cv2.erode(piece, np.ones((5, 5), np.uint8)) > 0
        if not inner.any() or skin[box][inner].mean() < _SKIN or steep[box][inner].mean() > _EDGES:
            continue
        outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        hull = cv2.contourArea(cv2.convexHull(np.vstack(outlines)))
        if np.count_nonzero(piece) >= _SOLID * hull:
            mask[cv2.dilate((pieces == one).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0] = 1
            found += 1
    return found
