"""A picture to be read: where it is, and how large it may become."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

import msgspec
from PIL import Image as Pillow

from pdfpipe.errors import PageLoadError, UsageError
from pdfpipe.imaging.formats import is_tiff
from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.imaging.tiff import page_frames
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.settings import Settings

__all__ = ["Image", "View"]


class View(msgspec.Struct, frozen=True, eq=False):
    """What the engine sees of an image, and the way back to the pixels of the upright file."""

    image: OcrImage
    to_file: Transform
    width: int
    height: int
    notes: tuple[str, ...]


class Image(msgspec.Struct, frozen=True):
    """One picture of a file; it is decoded when it is read, so that many of them take no memory.

    `frame` counts from 0 in a TIFF of several pages.  `bounds` is the width and height that the engine
    gets to see at most; words come back in pixels of the file all the same.
    """

    path: Path
    frame: int = 0
    bounds: tuple[int, int] | None = None

    @classmethod
    def load(cls, path: str | os.PathLike[str], max_side: int | None = None, *, frame: int = 0) -> Self:
        """The picture in a file; what is wrong with the file is raised by whoever reads it.

        A picture with a side of more than `max_side` pixels is scaled down for the engine.

        Raises:
            UsageError: `max_side` is less than 1 or `frame` less than 0.

        """
        if frame < 0:
            raise UsageError(f"frame: {frame} is less than 0, the first picture")
        image = cls(Path(path), frame)
        return image if max_side is None else image.thumbnail((max_side, max_side))

    @classmethod
    def load_all(cls, path: str | os.PathLike[str], max_side: int | None = None) -> tuple[Self, ...]:
        """All pictures of a file: the pages of a TIFF, one of any other.

        Raises:
            PageLoadError: the file cannot be read, or is a TIFF with a damaged directory.

        """
        file = Path(path)
        try:
            with file.open("rb") as stream:
                several = is_tiff(stream.read(4))
            frames = page_frames(file) if several else (0,)
        except (OSError, ValueError) as error:
            raise PageLoadError(f"{file}: its pages cannot be counted: {error}") from error
        return tuple(cls.load(file, max_side, frame=frame) for frame in frames)

    def thumbnail(self, size: tuple[int, int]) -> Self:
        """The same picture, seen with at most this width and height; it never becomes larger.

        Raises:
            UsageError: a side is less than 1.

        """
        if min(size) < 1:
            raise UsageError(f"an image cannot be scaled down to {size[0]} x {size[1]} pixels")
        return msgspec.structs.replace(self, bounds=size)

    def view(self, settings: Settings) -> View:
        """Decode it for an engine.

        Raises:
            PageLoadError: it cannot be read or decoded, or is larger than the settings allow.
            MissingDependencyError: its format needs an extra package.

        """
        try:
            page = load_page(
                PageSource(self.path, self.frame),
                image_dpi=settings.image_dpi,
                max_pixels=settings.max_image_mpixels * 1e6,
            )
        except PageLoadError as error:
            raise PageLoadError(f"{self.path}: {error}") from error
        image, to_page = ocr_view(page, self.path.name)
        smaller = self._scaled(image)
        width, height = page.upright_size
        shrunk = Transform.scaling(
            image.pixels.width / smaller.pixels.width, image.pixels.height / smaller.pixels.height
        )
        return View(smaller, shrunk.then(to_page), width, height, (*page.notes, *page.complaints))

    def _scaled(self, image: OcrImage) -> OcrImage:
        width, height = image.pixels.size
        if self.bounds is None:
            return image
        scale = min(self.bounds[0] / width, self.bounds[1] / height)
        if scale >= 1:
            return image
        size = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = image.pixels.convert("L") if image.pixels.mode == "1" else image.pixels
        return OcrImage(
            pixels.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=3.0), image.dpi * scale, image.label
        )
