"""Decode one page of one file."""

from __future__ import annotations

import errno
import io
import math
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageMath,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from pdfpipe.errors import MissingDependencyError, PageLoadError
from pdfpipe.imaging.complaints import complaints_of_decoder
from pdfpipe.imaging.dpi import resolve_dpi
from pdfpipe.imaging.formats import HEIF_SUFFIXES, is_tiff
from pdfpipe.imaging.png_check import check_png
from pdfpipe.imaging.tiff import TiffPageFile
from pdfpipe.imaging.tiff_jpeg import tiff_jpeg
from pdfpipe.model.image import PageImage

if TYPE_CHECKING:
    from pdfpipe.model.half import Half
    from pdfpipe.model.job import PageSource

__all__ = ["load_page"]

_DECODERS: Final = (
    AvifImagePlugin.AvifImageFile,
    BmpImagePlugin.BmpImageFile,
    BmpImagePlugin.DibImageFile,
    GifImagePlugin.GifImageFile,
    Jpeg2KImagePlugin.Jpeg2KImageFile,
    JpegImagePlugin.JpegImageFile,
    PngImagePlugin.PngImageFile,
    PpmImagePlugin.PpmImageFile,
    TiffImagePlugin.TiffImageFile,
    WebPImagePlugin.WebPImageFile,
)
_FORMATS: Final = tuple(decoder.format for decoder in _DECODERS)
"""The decoders that may run; Pillow's others are never let near a file."""

_FIRST_PICTURE_ONLY: Final = frozenset({"GIF", "WEBP", "PNG", "AVIF", "HEIF", "MPO"})
_TURNED_BY_DECODER: Final = frozenset({"TIFF", "HEIF"})
"""Formats whose pixels Pillow or its plug-in already turns upright."""

_DPI_IN_EXIF: Final = frozenset({"WEBP", "HEIF", "AVIF", "PNG"})
_CENTIMETRES_AN_INCH: Final = 2.54
_WHITE: Final = 255
_NEGATIVE: Final = bytes(range(255, -1, -1))
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MOST_COMPLAINTS: Final = 3
_TILE_BYTE_COUNTS: Final = 325


def load_page(source: PageSource, *, image_dpi: float | None, max_pixels: float) -> PageImage:
    """Decode a page wholly, so that whatever is wrong with it shows here.

    Raises:
        PageLoadError: the page cannot be read or decoded, or has more than `max_pixels` pixels.
        MissingDependencyError: the format needs an extra package.

    """
    path = source.path
    try:
        with TiffPageFile(path, source.frame) if source.frame else path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size == 0:
                raise PageLoadError("the file is empty (0 bytes)")
            head = stream.read(4)
            stream.seek(0)
            original = None if is_tiff(head) else stream.read()
            image_stream = stream if original is None else io.BytesIO(original)
            return _decode(image_stream, source, original, image_dpi, max_pixels)
    except (PageLoadError, MissingDependencyError):
        raise
    except FileNotFoundError as error:
        raise PageLoadError("the file is not there any more") from error
    except PermissionError as error:
        raise PageLoadError("there is no permission to read the file") from error
    except IsADirectoryError as error:
        raise PageLoadError("it is a folder, not a file") from error
    except MemoryError as error:
        raise PageLoadError("there is not enough memory to decode it") from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.EIO:
            raise PageLoadError("the file cannot be read: the disk, or the way to it, fails") from error
        raise PageLoadError(f"it cannot be decoded: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "this is not an image of a known format, or its beginning is damaged"
    return f"{error}".strip() or type(error).__name__


def _decode(
    stream: IO[bytes],
    source: PageSource,
    original: bytes | None,
    image_dpi: float | None,
    max_pixels: float,
) -> PageImage:
    formats = (*_FORMATS, "HEIF") if _needs_heif(source.path, original) else _FORMATS
    Image.MAX_IMAGE_PIXELS = None  # our own limit below knows the settings, and is an error, not a warning
    image = Image.open(stream, formats=formats)
    width, height = image.size
    if width * height > max_pixels:
        raise PageLoadError(
            f"it has {width} x {height} pixels, more than the limit of {max_pixels / 1e6:g} million "
            "(--max-image-mpixels raises it)"
        )
    format_name = image.format or "unknown"
    stored_orientation = _orientation(image)
    declared = _declared_dpi(image)
    # Pillow makes sRGB of Lab, whatever profile says so.
    icc_profile = image.info.get("icc_profile") if image.mode != "LAB" else None
    stored_bytes = _coded_bytes(image) if original is None else len(original)
    embedded = tiff_jpeg(image, stream) if format_name == "TIFF" and stored_orientation == 1 else None
    notes = []
    # Whether there are several is found out sooner than how many.
    if format_name in _FIRST_PICTURE_ONLY and getattr(image, "is_animated", False):
        notes.append("it holds several pictures: only the first is a page")
    if format_name == "TIFF" and _is_deep_color(image):
        notes.append("16 bits a color reduced to 8")
    if image.mode == "F":
        notes.append("floating-point samples reduced to 8 bits")
    if original is not None:
        check_png(original)
    complaints = _load_pixels(image)
    if format_name == "TIFF" and image.mode.startswith("I;16") and _is_min_white(image):
        image.frombytes(image.tobytes().translate(_NEGATIVE))
    turned_already = format_name in _TURNED_BY_DECODER
    if turned_already and stored_orientation >= 5 and declared:
        declared = declared[1], declared[0]
    pixels, unchanged = _opaque(image)
    if not unchanged and original is not None and original.startswith(_PNG) and original[24] == 16:
        notes.append("16 bits a color reduced to 8")
    if image.mode == "I":
        notes.append("32-bit samples cut to 16 bits")
    resolution, dpi_source = resolve_dpi(declared, image_dpi, *pixels.size)
    if source.half is not None:
        _require_within(source.half, *pixels.size)
    return PageImage(
        pixels=pixels,
        format=format_name,
        resolution=resolution,
        dpi_source=dpi_source,
        orientation=1 if turned_already else stored_orientation,
        original=original if unchanged else None,
        tiff_jpeg=embedded if unchanged else None,
        icc_profile=icc_profile if isinstance(icc_profile, bytes) and icc_profile else None,
        notes=tuple(notes),
        complaints=complaints,
        stored_bytes=stored_bytes,
        part=None if source.half is None else source.half.box,
    )


def _require_within(half: Half, width: int, height: int) -> None:
    box = half.box
    if not (0 <= box.x0 < box.x1 <= width and 0 <= box.y0 < box.y1 <= height):
        raise PageLoadError(
            f"the page is to be its {half}, from {box.x0:g}, {box.y0:g} to {box.x1:g}, {box.y1:g}, but it "
            f"has {width} x {height} pixels: it is not the scan that was cut in two"
        )


def _coded_bytes(image: Image.Image) -> int:
    """The bytes of a TIFF page's image data, by its directory; 0 if it does not say."""
    tags = getattr(image, "tag_v2", {})
    counts = tags.get(TiffImagePlugin.STRIPBYTECOUNTS) or tags.get(_TILE_BYTE_COUNTS) or ()
    return sum(counts) if isinstance(counts, tuple) else int(counts)


def _load_pixels(image: Image.Image) -> tuple[str, ...]:
    """Decode all pixels; returns what the decoder had to say against them."""
    if image.format != "TIFF":
        image.load()
        return ()
    complaints: list[str] = []
    try:
        with complaints_of_decoder() as complaints:
            image.load()
    except OSError as error:
        # Pillow knows no more than "decoder error -2".
        raise PageLoadError(
            f"it cannot be decoded: {complaints[0] if complaints else _reason(error)}"
        ) from error
    return tuple(complaints[:_MOST_COMPLAINTS])


def _needs_heif(path: Path, original: bytes | None) -> bool:
    """Whether this is a HEIF file; if so, its decoder is ready, or MissingDependencyError is raised."""
    is_heif = path.suffix.lower() in HEIF_SUFFIXES or (
        original is not None and original[4:8] == b"ftyp" and original[8:12] in (b"heic", b"heix", b"mif1")
    )
    if is_heif:
        try:
            import pillow_heif
        except ImportError as error:
            raise MissingDependencyError(
                "HEIC needs the extra 'heif': pip install 'pdfpipe[heif]'"
            ) from error
        pillow_heif.register_heif_opener()
    return is_heif


def _orientation(image: Image.Image) -> int:
    value = image.getexif().get(ExifTags.Base.Orientation, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _declared_dpi(image: Image.Image) -> tuple[float, float] | None:
    """Dots per inch along the stored rows and columns; formats without a field for it may have EXIF."""
    dpi = image.info.get("dpi")
    if dpi is None and image.format in _DPI_IN_EXIF:
        exif = image.getexif()
        unit = _CENTIMETRES_AN_INCH if exif.get(ExifTags.Base.ResolutionUnit, 2) == 3 else 1.0
        dpi = [
            _number(exif.get(tag)) * unit for tag in (ExifTags.Base.XResolution, ExifTags.Base.YResolution)
        ]
    if not isinstance(dpi, tuple | list) or len(dpi) != 2:
        return None
    x, y = _number(dpi[0]), _number(dpi[1])
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None


def _number(value: object) -> float:
    """A number from a tag, NaN from anything else."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError):
        return math.nan


def _is_min_white(image: Image.Image) -> bool:
    """Whether a TIFF says that 0 is white, which Pillow does not heed where samples have 16 bits."""
    return getattr(image, "tag_v2", {}).get(262) == 0


def _is_deep_color(image: Image.Image) -> bool:
    bits = getattr(image, "tag_v2", {}).get(258, ())
    return isinstance(bits, tuple) and len(bits) >= 3 and max(bits) > 8


def _opaque(image: Image.Image) -> tuple[Image.Image, bool]:
    """The image in a mode that a page may have, over white; and whether it is as it was in the file."""
    if image.mode == "I;16" and isinstance(image.info.get("transparency"), int):
        return _without_shade(image, image.info["transparency"]), False
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        if rgba.getchannel("A").getextrema() != (_WHITE, _WHITE):
            paper = Image.new("RGBA", rgba.size, (_WHITE,) * 4)
            return _without_color_if_gray(
                Image.alpha_composite(paper, rgba).convert("RGB"), image.mode
            ), False
        return _without_color_if_gray(rgba.convert("RGB"), image.mode), False
    if image.mode in ("1", "L", "P", "RGB", "CMYK", "I;16"):
        return image, True
    if image.mode in ("I;16B", "I;16L", "I;16N", "I"):
        return _sixteen_bits(image), False
    if image.mode == "F":
        return _eight_bits(image), False
    return image.convert("RGB"), False


def _without_color_if_gray(image: Image.Image, mode: str) -> Image.Image:
    return image.convert("L") if mode in ("LA", "La") else image


def _without_shade(image: Image.Image, shade: int) -> Image.Image:
    """An I;16 image whose pixels of one shade, which are transparent, are white."""
    deep = image.convert("I")
    is_shade = ImageMath.lambda_eval(
        lambda names: names["convert"]((names["deep"] == shade) * _WHITE, "L"), deep=deep
    )
    deep.paste(0xFFFF, mask=is_shade)
    return deep.convert("I;16")


def _eight_bits(image: Image.Image) -> Image.Image:
    """L from floating-point samples, the least of them black and the greatest white."""
    low, high = image.getextrema()
    scale = _WHITE / (high - low) if high > low else 0.0  # type: ignore[operator]
    return image.point(lambda value: value * scale - low * scale).convert("L")  # type: ignore[operator]


def _sixteen_bits(image: Image.Image) -> Image.Image:
    """I;16 from a big-endian or 32-bit image; samples beyond 16 bits are cut to the range."""
    if image.mode == "I;16B":
        swapped = bytearray(image.tobytes())
        swapped[0::2], swapped[1::2] = swapped[1::2], swapped[0::2]
        return Image.frombytes("I;16", image.size, bytes(swapped))
    return image.convert("I;16")
