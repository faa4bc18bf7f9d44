"""What must be found on a page when it is read back: made of what OCR found, not of what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from pdfpipe.model.geometry import POINTS_PER_INCH, BoundingBox, Resolution, Transform
from pdfpipe.model.image import EncodedImage, Overlay
from pdfpipe.model.job import PageContent
from pdfpipe.model.text import Direction, PageText
from pdfpipe.pdf.visual_order import visible_text

__all__ = [
    "ExpectedLine",
    "ExpectedPage",
    "ExpectedWord",
    "expected_layer",
    "expected_page",
    "image_digest",
    "pack",
    "unpack",
]

_UNITS_A_POINT: Final = 50
"""Boxes are kept in fiftieths of a point: small whole numbers pack well."""


class ExpectedWord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A word and its box in fiftieths of a point, origin at the bottom left of the page."""

    text: str
    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def box(self) -> BoundingBox:
        """In points."""
        return BoundingBox(*(edge / _UNITS_A_POINT for edge in (self.x0, self.y0, self.x1, self.y1)))


class ExpectedLine(msgspec.Struct, frozen=True, array_like=True):
    """A line's words in reading order, and whether it runs from right to left."""

    words: tuple[ExpectedWord, ...]
    right_to_left: bool = False


class ExpectedPage(msgspec.Struct, frozen=True, array_like=True):
    """The lines in reading order, and the digests of the images' streams.

    A page that is not `alone` shows other text and images besides, of which nothing is asked: they were
    there before.
    """

    lines: tuple[ExpectedLine, ...] = ()
    images: tuple[bytes, ...] = ()
    alone: bool = True


def expected_page(page: PageContent) -> ExpectedPage:
    """What is expected of a page that is an image and its text."""
    text = page.shown_text
    lines = () if text is None else _lines(text, page.resolution, Transform())
    return ExpectedPage(lines, tuple(image_digest(image.data, image.palette) for image in _images(page)))


def expected_layer(
    text: PageText, resolution: Resolution, placement: Transform, image: EncodedImage | None = None
) -> ExpectedPage:
    """What is expected of a page that shows other things, and gets this text besides.

    An `image` has taken the place of all that it showed.  `placement` maps the points of the text, origin at
    the bottom left, to those of the page: its user space times its UserUnit.
    """
    images = () if image is None else (image_digest(image.data, image.palette),)
    return ExpectedPage(_lines(text, resolution, placement), images, alone=image is not None)


def _lines(text: PageText, resolution: Resolution, placement: Transform) -> tuple[ExpectedLine, ...]:
    to_units = (
        Transform(
            a=POINTS_PER_INCH / resolution.x,
            d=-POINTS_PER_INCH / resolution.y,
            f=POINTS_PER_INCH / resolution.y * text.height,
        )
        .then(placement)
        .then(Transform.scaling(_UNITS_A_POINT, _UNITS_A_POINT))
    )
    lines = (
        ExpectedLine(
            tuple(
                ExpectedWord(visible, *_rounded(to_units.apply_box(word.box)))
                for word in line.words
                if (visible := visible_text(word.text))
            ),
            line.direction is Direction.RIGHT_TO_LEFT,
        )
        for line in text.lines
    )
    return tuple(line for line in lines if line.words)


def pack(page: ExpectedPage) -> bytes:
    """A page in few bytes."""
    return msgspec.msgpack.encode(page)


def unpack(data: bytes) -> ExpectedPage:
    """What `pack` was given."""
    return msgspec.msgpack.decode(data, type=ExpectedPage)


def image_digest(stream: bytes, palette: bytes = b"") -> bytes:
    """What tells an image's stream, as it is encoded, and its palette from others."""
    return hashlib.sha256(stream + palette).digest()[:8]


def _images(value: Any) -> Iterator[EncodedImage]:
    """All images in a page's content, however it is made of them."""
    if isinstance(value, EncodedImage):
        yield value
    elif isinstance(value, PageContent | Overlay):
        for field in msgspec.structs.fields(value):
            yield from _images(getattr(value, field.name))


def _rounded(box: BoundingBox) -> tuple[int, int, int, int]:
    return round(box.x0), round(box.y0), round(box.x1), round(box.y1)
