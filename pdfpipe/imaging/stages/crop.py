"""Take away what is not of the page: a scanner's dark lid, shadows at the edges, fingers, punch holes."""

from __future__ import annotations

from typing import Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.imaging.stages.margin_marks import margin_marks
from pdfpipe.imaging.stages.measures import overview
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged
from pdfpipe.model.geometry import Transform

__all__ = ["Crop", "dark_border"]

_DARK: Final = 0.45
"""Of the shade of paper: what is darker may be the scanner's lid."""

_THICK: Final = 0.008
"""Of the longer side: a border is thicker, and no stroke of a letter is."""

_BESIDE: Final = 0.65
"""Of the shade of paper: beside a border there is paper; where light falls off, it becomes bright slowly."""

_SOFT_EDGE: Final = 2
"""Pixels of the reduced page by which shades go beyond what is dark."""

_SOLID: Final = 0.004
"""Of the page: a border that covers less is not worth the work."""


class Crop(msgspec.Struct, frozen=True):
    """Makes dark borders as white as the paper, and cuts off rows and columns that are nothing else.

    Punch holes and fingers in the margins become as white as the paper too.

    Attributes:
        cut: whether to cut off what is nothing but border; the page's size changes then.

    """

    cut: bool = True

    def apply(self, page: Raster) -> Staged | None:
        """The page without its borders; None if it has none."""
        small = overview(page)
        border = dark_border(small.gray)
        marks = margin_marks(Image.fromarray(page.pixels), small, page.dpi)
        if border is None and marks is None:
            return None
        away = np.zeros_like(small.gray) if border is None else border
        done = [] if border is None else [f"{np.count_nonzero(border) / border.size:.0%} dark border"]
        x0, y0, x1, y1 = _inside(away) if self.cut else (0, 0, *away.shape[::-1])
        if marks is not None:
            away = away | marks.mask
            done.append(str(marks))
        paper = np.quantile(small.gray[away == 0], 0.75)
        mask = cv2.resize(away, page.size, interpolation=cv2.INTER_NEAREST)
        pixels = page.pixels.copy()
        pixels[mask > 0] = 255 if page.bilevel else round(float(paper))
        x0, y0 = x0 * small.factor, y0 * small.factor
        x1, y1 = min(x1 * small.factor, page.size[0]), min(y1 * small.factor, page.size[1])
        whole = Raster(np.ascontiguousarray(pixels[y0:y1, x0:x1]), page.dpi, page.bilevel)
        return Staged(whole, ", ".join(done), Transform(e=float(x0), f=float(y0)))


def dark_border(gray: Pixels) -> Pixels | None:
    """1 where a reduced page shows no paper but a dark border; None if there is none.

    A border is dark, thick, and reaches the edge of the image.  Text that touches it stays: opening takes
    away what is thin (J. Serra, 1982).
    """
    paper = float(np.quantile(gray, 0.8))
    dark = (gray < _DARK * paper).astype(np.uint8)
    rim = np.concatenate([dark[:2].ravel(), dark[-2:].ravel(), dark[:, :2].ravel(), dark[:, -2:].ravel()])
    if not rim.any():
        return None
    side = max(3, round(_THICK * max(gray.shape))) | 1
    framed = cv2.copyMakeBorder(dark, side, side, side, side, cv2.BORDER_REPLICATE)
    solid = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    solid = solid[side:-side, side:-side]
    _, pieces, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=4)
    height, width = gray.shape
    left, top, wide, high = (stats[:, i] for i in range(4))
    touches = (left == 0) | (top == 0) | (left + wide == width) | (top + high == height)
    touches[0] = False
    border = touches[pieces].astype(np.uint8)
    if np.count_nonzero(border) < _SOLID * border.size:
        return None
    around = cv2.dilate(border, np.ones((9, 9), np.uint8)) - cv2.dilate(border, np.ones((5, 5), np.uint8))
    if not around.any() or float(np.median(gray[around > 0])) < _BESIDE * paper:
        return None
    soft = cv2.dilate(border, np.ones((3, 3), np.uint8), iterations=_SOFT_EDGE)
    grown: Pixels = np.where(gray < 0.8 * paper, soft, border).astype(np.uint8)
    return grown


def _inside(border: Pixels) -> tuple[int, int, int, int]:
    """The box of all that is not border."""
    rows, columns = np.flatnonzero((border == 0).any(axis=1)), np.flatnonzero((border == 0).any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
