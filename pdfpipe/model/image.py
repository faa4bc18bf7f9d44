"""A page image as it was decoded, and as it goes into the PDF."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from pdfpipe.model.geometry import BoundingBox, Resolution, Transform, orientation_transform

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "ColorSpace",
    "DpiSource",
    "EncodedImage",
    "ImageFilter",
    "OcrImage",
    "Overlay",
    "PageImage",
    "Thumbnail",
    "TiffJpeg",
]


class DpiSource(Enum):
    """Where a page's resolution comes from."""

    FILE = "file"
    GIVEN = "given"
    ESTIMATED = "estimated"


class TiffJpeg(msgspec.Struct, frozen=True):
    """The JPEG data of a TIFF page as one stream, and the tag that says what its colors are."""

    jpeg: bytes
    photometric: int


class PageImage(msgspec.Struct, frozen=True, eq=False):
    """One decoded page, in the orientation in which it is stored.

    `pixels` has mode 1, L, I;16, P, RGB or CMYK and never any transparency.  `original` holds the
    bytes of a file that is nothing but this image, so that a codec may pass them through.  `complaints`
    are the decoder's about damage that it could read over.  `stored_bytes` are those that the image takes
    in its file, 0 if nobody counted.  The page is but the `part` of the image, in its pixels as they are
    stored, where that is set; all else here is about the whole image.
    """

    pixels: Image.Image
    format: str
    resolution: Resolution
    dpi_source: DpiSource
    orientation: int = 1
    original: bytes | None = None
    tiff_jpeg: TiffJpeg | None = None
    icc_profile: bytes | None = None
    notes: tuple[str, ...] = ()
    complaints: tuple[str, ...] = ()
    stored_bytes: int = 0
    part: BoundingBox | None = None

    @property
    def upright(self) -> Transform:
        """Stored pixels to pixels of the upright page."""
        turned = orientation_transform(self.orientation, *self.pixels.size)
        if self.part is None:
            return turned
        corner = turned.apply_box(self.part)
        return turned.then(Transform(e=-corner.x0, f=-corner.y0))

    @property
    def upright_size(self) -> tuple[int, int]:
        """Width and height of the upright page in pixels."""
        width, height = self.page_pixels.size
        return (height, width) if self.orientation >= 5 else (width, height)

    @property
    def page_pixels(self) -> Image.Image:
        """The pixels of the page, as they are stored."""
        if self.part is None:
            return self.pixels
        part = self.part
        return self.pixels.crop((round(part.x0), round(part.y0), round(part.x1), round(part.y1)))

    def cut_out(self) -> PageImage:
        """The page as an image of its own, which is in no file."""
        return msgspec.structs.replace(
            self, pixels=self.page_pixels, original=None, tiff_jpeg=None, stored_bytes=0, part=None
        )

    @property
    def image_box(self) -> BoundingBox | None:
        """Where the whole image lies, in pixels of the upright page; None where it is the page."""
        if self.part is None:
            return None
        width, height = self.pixels.size
        return self.upright.apply_box(BoundingBox(0, 0, width, height))

    @property
    def upright_resolution(self) -> Resolution:
        """Resolution along the axes of the upright page."""
        return self.resolution.swapped if self.orientation >= 5 else self.resolution


class OcrImage(msgspec.Struct, frozen=True, eq=False):
    """What an engine sees: mode 1, L or RGB, upright, with square pixels.

    `label` is the name of the page's file, for messages.  `digest` is that of the pixels, if it has been
    taken (`pdfpipe.ocr.cache.pixels`).
    """

    pixels: Image.Image
    dpi: float
    label: str = ""
    digest: str = ""


class Thumbnail(msgspec.Struct, frozen=True):
    """A small picture of an upright page: a WebP file and its size in pixels."""

    data: bytes
    width: int
    height: int


class ColorSpace(Enum):
    """Colour spaces of a PDF image, with their number of components in `components`."""

    GRAY = "DeviceGray"
    RGB = "DeviceRGB"
    CMYK = "DeviceCMYK"
    INDEXED = "Indexed"

    @property
    def components(self) -> int:
        """Samples a pixel."""
        return {"DeviceRGB": 3, "DeviceCMYK": 4}.get(self.value, 1)


class ImageFilter(Enum):
    """Stream filters of a PDF image (ISO 32000-1, 7.4)."""

    CCITT = "CCITTFaxDecode"
    DCT = "DCTDecode"
    FLATE = "FlateDecode"
    JBIG2 = "JBIG2Decode"
    JPX = "JPXDecode"


class EncodedImage(msgspec.Struct, frozen=True):
    """An image stream ready for the PDF, with what its dictionary must say.

    For INDEXED, `palette` holds colors of the space `base`.  `parms` are the DecodeParms, `decode` the
    Decode array.  `icc_profile` fits `profile_space` and replaces it.  `notes` say what was done to the
    image that is not obvious, and what of it is not in the PDF.
    """

    data: bytes
    width: int
    height: int
    filter: ImageFilter
    color_space: ColorSpace
    bits: int
    parms: tuple[tuple[str, int | bool], ...] = ()
    decode: tuple[int, ...] = ()
    palette: bytes = b""
    base: ColorSpace = ColorSpace.RGB
    icc_profile: bytes | None = None
    notes: tuple[str, ...] = ()

    @property
    def profile_space(self) -> ColorSpace:
        """The space of the colors themselves: of INDEXED, its palette's."""
        return self.base if self.color_space is ColorSpace.INDEXED else self.color_space

    @property
    def size(self) -> int:
        """Bytes that it takes in the PDF, but for its dictionary's other entries and the profile."""
        parms = sum(len(f"/{key} {value} ") for key, value in self.parms)
        return len(self.data) + parms + len(self.palette)


class Overlay(msgspec.Struct, frozen=True):
    """What is painted over a page's image, stretched over the page as that is.

    `mask` is a 1-bit image that paints where it is black.  `paint` is the image of the colours, or the one
    colour: a gray sample or red, green and blue, of 255.
    """

    mask: EncodedImage
    paint: EncodedImage | tuple[int, ...]
