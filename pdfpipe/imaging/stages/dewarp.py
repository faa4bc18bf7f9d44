"""Flatten a page whose lines are bent, such as one of a thick book, or that was photographed at a slant."""

from __future__ import annotations

from typing import Any, Final

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from pdfpipe.imaging.stages.deskew import paper_shade
from pdfpipe.imaging.stages.measures import letter_height, overview
from pdfpipe.imaging.stages.raster import Pixels, Raster, Staged
from pdfpipe.imaging.stages.text_lines import TextLine, text_lines
from pdfpipe.model.geometry import Point
from pdfpipe.model.mapping import GridMap

__all__ = ["Bend", "Dewarp", "bend_of"]

_LEAST_LINES: Final = 6
_LEAST_HEIGHT: Final = 0.25
"""Of the page: lines must be spread over so much."""

_ALONG: Final = 4
_DOWN: Final = 2
"""Degrees of the polynomials by which lines bend, and by which that changes down the page."""

_ROUNDS: Final = 4
_OUTLIER: Final = 1.5
"""Pixels of the reduced page: what lies farther off counts the less."""

_MISFIT: Final = 0.25
"""Of the height of a small letter: lines that are no better described are not understood."""

_RIDGE: Final = 0.02
"""How much a bend that is not needed is held to nothing, for each point of a line."""

_NODES: Final = 33
_STRIPE: Final = 512
"""Nodes of the map along each side; rows that are flattened at a time."""

_STEEPEST: Final = 0.35
"""Change of the shift from row to row: a page that folded cannot be flattened."""


class Bend(msgspec.Struct, frozen=True, eq=False):
    """By how many rows the text of a level page lies lower on the bent one.

    Attributes:
        coefficients: of Chebyshev polynomials across (from the first degree on, rows) and down the page.
        across: the first and last column of a reduced page where lines were found.
        down: the same of rows.
        size: width and height of the reduced page.
        most: the largest shift against a straight slope anywhere on a line, in heights of small letters.

    """

    coefficients: NDArray[np.floating]
    across: tuple[float, float]
    down: tuple[float, float]
    size: tuple[int, int]
    most: float

    def shift(self, x: Any, y: Any) -> NDArray[np.float64]:
        """The shift at each of some columns of each of some rows, in pixels; rows by columns."""
        return _basis(y, self.down, _DOWN, 0) @ self.coefficients.T @ _basis(x, self.across, _ALONG, 1).T


class Dewarp(msgspec.Struct, frozen=True):
    """Shifts the columns of a page up and down until its lines are straight and level.

    Attributes:
        least: lines that bend by up to so many heights of small letters are left alone.

    """

    least: float = 0.3

    def apply(self, page: Raster) -> Staged | None:
        """The page with straight lines; None if they are straight, or too few to tell."""
        small = overview(page)
        bend = bend_of(small.gray)
        if bend is None or bend.most <= self.least:
            return None
        to_input = _map_of(bend, page.size)
        if to_input is None:
            return None
        flat = _flattened(page.pixels, to_input)
        return Staged(Raster(flat, page.dpi), f"lines bent by {bend.most:.1f} heights of a letter", to_input)


def bend_of(gray: Pixels) -> Bend | None:
    """How the lines of a reduced page bend; None if they are too few to tell, or agree on nothing.

    The shift of each point of a line against its level is a smooth function of its place, fitted to all
    lines at once by least squares (as in Leptonica's dewarp, where lines are parabolas).
    """
    letter = letter_height(gray)
    lines = text_lines(gray, letter) if letter else []
    heights = [float(line.y.mean()) for line in lines]
    if len(lines) < _LEAST_LINES or max(heights) - min(heights) < _LEAST_HEIGHT * gray.shape[0]:
        return None
    return _fitted(lines, gray, letter)


def _fitted(lines: list[TextLine], gray: Pixels, letter: float) -> Bend | None:
    x = np.concatenate([line.x for line in lines]).astype(np.float64)
    y = np.concatenate([line.y for line in lines]).astype(np.float64)
    lengths = np.array([len(line.x) for line in lines])
    of_line = np.repeat(np.arange(len(lines)), lengths)
    across, down = (float(x.min()), float(x.max())), (float(y.min()), float(y.max()))
    bending = _basis(x, across, _ALONG, 1)
    level = np.bincount(of_line, y) / lengths
    weights = np.ones(len(x))
    left = shifts = np.zeros(len(x))
    coefficients: NDArray[Any] = np.zeros((_ALONG, _DOWN + 1))
    for _ in range(_ROUNDS):
        places = _basis(level[of_line], down, _DOWN, 0)
        terms = (bending[:, :, None] * places[:, None, :]).reshape(len(x), -1)
        # Each line's own level is taken out by taking away the means.
        total = np.bincount(of_line, weights)
        centered = terms - np.stack([np.bincount(of_line, weights * t) / total for t in terms.T], 1)[of_line]
        rise = y - (np.bincount(of_line, weights * y) / total)[of_line]
        normal = (centered * weights[:, None]).T @ centered + _RIDGE * len(x) * _penalty()
        solved = np.linalg.solve(normal, (centered * weights[:, None]).T @ rise)
        shifts = terms @ solved
        level = np.bincount(of_line, weights * (y - shifts)) / total
        left = y - shifts - level[of_line]
        weights = 1 / (1 + (left / _OUTLIER) ** 2)
        coefficients = solved.reshape(_ALONG, _DOWN + 1)
    if float(np.median(np.abs(left))) > _MISFIT * letter:
        return None
    plane = np.column_stack([np.ones(len(x)), x, y])
    straight = plane @ np.linalg.lstsq(plane, shifts, rcond=None)[0]
    most = float(np.quantile(np.abs(shifts - straight), 0.98)) / letter
    return Bend(coefficients, across, down, gray.shape[::-1], most)


def _basis(values: Any, span: tuple[float, float], degree: int, first: int) -> NDArray[np.float64]:
    """Chebyshev polynomials of places within a span, of those beyond it as at its ends; places by degrees."""
    low, high = span
    unit = np.clip((np.asarray(values, np.float64) - low) / max(1.0, high - low) * 2 - 1, -1, 1)
    return np.asarray(np.polynomial.chebyshev.chebvander(unit, degree)[:, first:], np.float64)


def _penalty() -> NDArray[np.float64]:
    """Nothing for a plain slope, more the more wavy a bend is."""
    along, down = np.mgrid[0:_ALONG, 0 : _DOWN + 1]
    return np.diag(((along + down) ** 2 / 16.0).ravel())


def _map_of(bend: Bend, size: tuple[int, int]) -> GridMap | None:
    """The map from the flat page to the bent one, of the same size; None if the page would fold."""
    width, height = size
    small_width, small_height = bend.size
    nodes = np.linspace(0, 1, _NODES)
    shift = bend.shift(nodes * small_width, nodes * small_height)
    if np.abs(np.diff(shift, axis=0)).max() > _STEEPEST * small_height / (_NODES - 1):
        return None
    rows = nodes[:, None] * height + shift * height / small_height
    points = tuple(
        Point(float(width * nodes[column]), float(rows[row, column]))
        for row in range(_NODES)
        for column in range(_NODES)
    )
    return GridMap(float(width), float(height), _NODES, points)


def _flattened(pixels: Pixels, to_input: GridMap) -> Pixels:
    height, width = pixels.shape[:2]
    rows = np.array([point.y for point in to_input.nodes], np.float32).reshape(-1, to_input.columns)
    across = _between(width, to_input.columns)
    down = _between(height, rows.shape[0])
    columns = np.arange(width, dtype=np.float32)[None, :]
    flat = np.empty_like(pixels)
    paper = paper_shade(pixels)
    for top in range(0, height, _STRIPE):
        bottom = min(top + _STRIPE, height)
        # OpenCV counts from the middle of a pixel, we from its corner.
        y = down[top:bottom] @ rows @ across.T - np.float32(0.5)
        x = np.ascontiguousarray(np.broadcast_to(columns, y.shape))
        flat[top:bottom] = cv2.remap(pixels, x, y, cv2.INTER_LINEAR, borderValue=paper)
    return flat


def _between(pixels: int, nodes: int) -> NDArray[np.float32]:
    """How the middle of each pixel lies between nodes: its weights of them, pixels by nodes."""
    place = (np.arange(pixels) + 0.5) / pixels * (nodes - 1)
    weights: NDArray[np.float64] = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(nodes)))
    return weights.astype(np.float32)
