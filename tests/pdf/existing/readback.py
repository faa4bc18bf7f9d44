"""Where independent readers find words and ink on a page of `pdfs.scan`, in pixels of their own rendering."""

from __future__ import annotations

import ctypes
import io
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageOps

from pdfpipe.model.geometry import BoundingBox
from tests.readers import ReadWord
from tests.support import require_tool

DPI: Final = 1200
_REGIONS: Final = ((0.0, 0.0, 0.45, 0.46), (0.45, 0.0, 1.0, 0.46), (0.0, 0.46, 1.0, 1.0))
"""Of the page: each holds one block of the scan."""


def ink(rendering: Image.Image) -> list[BoundingBox]:
    """The three blocks as the reader shows them."""
    width, height = rendering.size
    dark = ImageOps.invert(rendering.convert("L")).point([0] * 128 + [255] * 128)
    found = []
    for x0, y0, x1, y1 in _REGIONS:
        left, top = round(x0 * width), round(y0 * height)
        box = dark.crop((left, top, round(x1 * width), round(y1 * height))).getbbox()
        assert box is not None
        found.append(BoundingBox(box[0] + left, box[1] + top, box[2] + left, box[3] + top))
    return found


def by_poppler(pdf: Path) -> tuple[list[ReadWord], list[BoundingBox]]:
    """Words and ink, both within the crop box.  Poppler takes a unit for a point, whatever /UserUnit says."""
    page = subprocess.run(
        [require_tool("pdftoppm"), "-cropbox", "-r", f"{DPI}", pdf],
        capture_output=True,
        check=True,
        timeout=60,
    )
    text = subprocess.run(
        [require_tool("pdftotext"), "-cropbox", "-bbox", pdf, "-"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    words = []
    for word in ET.fromstring(text.stdout).iter("{http://www.w3.org/1999/xhtml}word"):
        corners = (float(word.attrib[name]) * DPI / 72 for name in ("xMin", "yMin", "xMax", "yMax"))
        words.append(ReadWord(word.text or "", BoundingBox(*corners)))
    return words, ink(Image.open(io.BytesIO(page.stdout)))


def by_pdfium(pdf: Path) -> tuple[list[ReadWord], list[BoundingBox]]:
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        rendering = page.render(scale=DPI / 72).to_pil()
        return _pdfium_words(page, rendering.size), ink(rendering)


def _pdfium_words(page: Any, size: tuple[int, int]) -> list[ReadWord]:
    text = page.get_textpage()
    words: list[ReadWord] = []
    letters, box = "", None
    for index in range(text.count_chars() + 1):
        character = text.get_text_range(index, 1) if index < text.count_chars() else " "
        if not character.strip():
            if box is not None:
                words.append(ReadWord(letters, box))
            letters, box = "", None
            continue
        left, bottom, right, top = text.get_charbox(index, loose=True)
        corners = [_to_device(page, size, x, y) for x, y in ((left, bottom), (right, top))]
        xs, ys = zip(*corners, strict=True)
        own = BoundingBox(min(xs), min(ys), max(xs), max(ys))
        letters, box = letters + character, own if box is None else box.union(own)
    return words


def _to_device(page: Any, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    device_x, device_y = ctypes.c_int(), ctypes.c_int()
    assert pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, device_x, device_y)
    return device_x.value, device_y.value
