"""A look at a scan, before it is known of which document it is a page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.sheets.barcode import Barcode, read_barcodes
from pdfpipe.imaging.sheets.patch_code import find_patch_codes
from pdfpipe.imaging.stages.blank import look_for_ink
from pdfpipe.imaging.stages.raster import Pixels
from pdfpipe.model.image import PageImage
from pdfpipe.model.sheet_look import SheetLook, Sought

__all__ = ["look_at_sheet"]

_LONG_SIDE: Final = 1200
"""Pixels to which the longer side is reduced, 100 dpi or so: the codes of separator sheets are coarse."""

_LONG_SIDE_FOR_LABELS: Final = 2400
"""The same where any barcode is looked for: bars of labels are a hundredth of an inch wide and less."""

_EDGE: Final = 0.03
"""Of each side: what comes nearer to the edge is the scanner's, such as a dark border."""

_MARK: Final = 0.004
"""Of the longer side, 1.2 mm on A4: smaller marks are dust."""

_BAR: Final = 0.02
_BAR_SHAPE: Final = 6
"""What is so long, of the page's longer side, and so many times longer than wide, is a line or a bar."""

_BESIDE: Final = 0.03
_BESIDE_CODE: Final = 0.25
"""What is so near to a code belongs to it: of the page's longer side, or of the code's.  Of linear barcodes
only the width is told."""

_MOST_MARKS: Final = 200
"""Letters and lines that a sheet may have besides its codes; a short letter has a thousand."""

_MOST_MARKS_IN_ALL: Final = 600
"""Those that it may have with its codes, which are bars and dots."""

_MOST_INK: Final = 0.08
"""Of the page, besides the codes: pictures have more."""

_DARKEST_PAPER, _BRIGHTEST_INK = 64, 220

_BLUR: Final = 1.0
"""Standard deviation in pixels of the larger copy."""

_QR, _SHEET_CODES = "QRCode", "QRCode|Code128"

_Box = tuple[int, int, int, int]


def look_at_sheet(page: PageImage, sought: Collection[Sought]) -> SheetLook:
    """Look at a scan for what is sought; takes some hundredths of a second.

    Raises:
        Exception: whatever libraries raise.

    """
    cv2.setNumThreads(1)  # one processor a worker; its threads would fight for them
    view, _ = ocr_view(page)
    patch_t, texts, bare = False, tuple[str, ...](), False
    boxes: list[_Box] = []
    if any(one not in (Sought.INK, Sought.BINDING) for one in sought):
        small = _reduced(view.pixels, _LONG_SIDE)
        ink = _ink_of(small)
        if Sought.PATCH_T in sought:
            patches = find_patch_codes(ink)
            patch_t = any(patch.name == "T" for patch in patches)
            boxes += [patch.box for patch in patches]
        codes: tuple[Barcode, ...] = ()
        scale = 1.0
        if Sought.BARCODES in sought:
            large = _reduced(view.pixels, _LONG_SIDE_FOR_LABELS)
            codes, scale = read_barcodes(large), small.shape[0] / large.shape[0]
        elif Sought.SHEET_CODES in sought:
            codes = read_barcodes(small, _QR)
            if not codes and len(_marks(ink, ())) <= _MOST_MARKS_IN_ALL:
                # This takes tens of times as long, so only what looks like a sheet is looked at so closely.
                large = _reduced(view.pixels, _LONG_SIDE_FOR_LABELS)
                codes, scale = _look_closely(large), small.shape[0] / large.shape[0]
        texts = tuple(dict.fromkeys(code.text for code in codes))
        boxes += [_scaled(code.box, scale) for code in codes]
        bare = bool(boxes) and _is_bare(ink, boxes)
    blank = Sought.INK in sought and not boxes and look_for_ink(view).is_blank
    return SheetLook(patch_t, texts, bare, blank)


def _look_closely(gray: Pixels) -> tuple[Barcode, ...]:
    """The codes of a sheet, if need be on a blurred copy, on which moiré does not part the dots of a code."""
    codes = read_barcodes(gray, _SHEET_CODES, try_hard=True)
    if codes:
        return codes
    blurred: Any = cv2.GaussianBlur(gray, (0, 0), _BLUR)
    return read_barcodes(blurred, _SHEET_CODES, try_hard=True)


def _reduced(image: Image.Image, long_side: int) -> Pixels:
    """The page in gray, reduced by a whole factor to about so many pixels."""
    factor = max(1, round(max(image.size) / long_side))
    gray = image.convert("L")
    return np.asarray(gray.reduce(factor) if factor > 1 else gray)


def _ink_of(gray: Pixels) -> Pixels:
    """1 where it is dark by Otsu's threshold, each place measured by the paper around it."""
    height, width = gray.shape
    tiny = cv2.resize(gray, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    near = cv2.blur(cv2.dilate(tiny, np.ones((7, 7), np.uint8)), (7, 7))
    paper = cv2.resize(near, (width, height), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(gray, paper, scale=255)
    threshold, _ = cv2.threshold(even, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return (even <= min(max(threshold, _DARKEST_PAPER), _BRIGHTEST_INK)).astype(np.uint8)


def _scaled(box: _Box, factor: float) -> _Box:
    left, top, right, bottom = (round(edge * factor) for edge in box)
    return left, top, right, bottom


def _is_bare(ink: Pixels, codes: Sequence[_Box]) -> bool:
    """Whether there is hardly anything on a page besides its codes."""
    marks = _marks(ink, codes)
    return len(marks) <= _MOST_MARKS and int(marks.sum()) <= _MOST_INK * ink.size


def _marks(ink: Pixels, codes: Sequence[_Box]) -> NDArray[np.int32]:
    """The areas of what is larger than dust, beside codes and edges of the page."""
    height, width = ink.shape
    longer = max(height, width)
    rest = ink.copy()
    for left, top, right, bottom in codes:
        margin = round(max(_BESIDE * longer, _BESIDE_CODE * max(right - left, bottom - top)))
        rest[max(0, top - margin) : bottom + margin, max(0, left - margin) : right + margin] = 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(rest, connectivity=8)
    pieces = stats[1:count]
    sides = pieces[:, 2:4]
    high, low = sides.max(axis=1), sides.min(axis=1)
    is_bar = (high >= _BAR * longer) & (high >= _BAR_SHAPE * low)
    first, last = pieces[:, :2], pieces[:, :2] + sides
    edge = _EDGE * np.array([width, height])
    is_at_edge = ((first < edge) | (last > (width, height) - edge)).any(axis=1)
    areas: NDArray[np.int32] = pieces[:, 4][(high >= _MARK * longer) & ~is_bar & ~is_at_edge]
    return areas
