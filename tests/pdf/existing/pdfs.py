"""Small PDFs of other makers, put together with pikepdf and reportlab."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw

from pdfpipe.model.geometry import BoundingBox

BLOCKS = (
    BoundingBox(20, 20, 80, 40),
    BoundingBox(100, 20, 180, 40),
    BoundingBox(20, 70, 140, 90),
)
"""Where the scan has its ink, in its pixels: three words on two lines."""


def scan(blocks: Sequence[BoundingBox] = BLOCKS, size: tuple[int, int] = (200, 120)) -> Image.Image:
    """A black and white image with a block of ink for each word."""
    image = Image.new("1", size, 1)
    draw = ImageDraw.Draw(image)
    for block in blocks:
        draw.rectangle((block.x0, block.y0, block.x1 - 1, block.y1 - 1), fill=0)
    return image


def image_stream(pdf: pikepdf.Pdf, image: Image.Image) -> Any:
    """The image as an XObject."""
    stream = pdf.make_stream(b"")
    stream.write(zlib.compress(image.tobytes()), filter=Name.FlateDecode)
    stream.Type, stream.Subtype = Name.XObject, Name.Image
    stream.Width, stream.Height = image.size
    stream.BitsPerComponent = 1 if image.mode == "1" else 8
    stream.ColorSpace = {
        "1": Name.DeviceGray,
        "L": Name.DeviceGray,
        "RGB": Name.DeviceRGB,
        "CMYK": Name.DeviceCMYK,
    }[image.mode]
    return stream


def add_scan(
    pdf: pikepdf.Pdf,
    image: Image.Image,
    box: tuple[float, float, float, float] = (0, 0, 48, 28.8),
    *,
    turn: int = 0,
    inner: tuple[float, float, float, float] | None = None,
    **entries: Any,
) -> Any:
    """Add a page of `box` with an image over all of it, turned so that it is upright with /Rotate `turn`.

    The default is 300 dpi for an image of `scan`'s size.  `inner` is where the image lies, if not all over.
    """
    x0, y0, x1, y1 = inner or box
    matrix = {
        0: (x1 - x0, 0, 0, y1 - y0, x0, y0),
        90: (0, y1 - y0, x0 - x1, 0, x1, y0),
        180: (x0 - x1, 0, 0, y0 - y1, x1, y1),
        270: (0, y0 - y1, x1 - x0, 0, x0, y1),
    }[turn]
    page = pdf.add_blank_page(page_size=(10, 10)).obj
    page.MediaBox = Array(list(box))
    page.Rotate = turn
    page.Resources = Dictionary(XObject=Dictionary(Im0=image_stream(pdf, image)))
    page.Contents = pdf.make_stream(f"q {' '.join(map(str, matrix))} cm /Im0 Do Q".encode())
    for key, value in entries.items():
        page[f"/{key}"] = value
    return page


def save(pdf: pikepdf.Pdf, path: Path, **options: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pdf.save(path, **options)
    return path


def scanned_pdf(path: Path, pages: int = 1) -> Path:
    """Pages that are scans and have no text."""
    pdf = pikepdf.new()
    for _ in range(pages):
        add_scan(pdf, scan())
    return save(pdf, path)


def images_of(path: Path) -> list[bytes]:
    """The streams of all images in the file, as they are stored."""
    with pikepdf.open(path) as pdf:
        return sorted(
            obj.read_raw_bytes()
            for obj in pdf.objects
            if isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") == "/Image"
        )
