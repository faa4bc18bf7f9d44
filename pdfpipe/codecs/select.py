"""Choose the codec of a page image; docs/images.md says how and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from pdfpipe.codecs import bilevel, flate, icc, jpeg, jpx, lossy, mozjpeg, palette, png
from pdfpipe.model.image import EncodedImage, ImageFilter, PageImage
from pdfpipe.model.image_settings import ImageSettings

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["encode"]

_STRONGER_FORMATS: Final = frozenset({"JPEG", "MPO", "JPEG2000", "WEBP", "AVIF", "HEIF"})
"""What they code with loss, or better than Flate can, is larger without loss in a PDF, try as one may."""

_LOSSY_FILTERS: Final = frozenset({ImageFilter.DCT, ImageFilter.JPX})
_DECODED_BITS: Final = 8
"""Colors of more bits are in a PNG file only, not in what was decoded of it."""

_USUAL_QUALITY: Final = 90
"""Of pages that were coded with loss before and are reduced to fewer dots without a word about quality."""

_TOLERANCE: Final = 1.01
"""Of resolutions: 600.08 dpi are not reduced to 600."""

_MOST_GROWTH: Final = 1.03
_MOST_GROWTH_BYTES: Final = 8192
"""Images that grow by more than both together are told of."""


def encode(page: PageImage, settings: ImageSettings = ImageSettings()) -> EncodedImage:  # noqa: B008 - frozen
    """The page image as a PDF stream, without loss unless the settings ask for it.

    What is smaller with loss replaces what is exact, and nothing else does; its `notes` tell.

    Raises:
        MissingDependencyError: JPEG data shall be optimized, and the extra ``mozjpeg`` is not installed.

    """
    exact = _exact(page)
    encoded = _lossy(page, exact, settings) or exact
    if encoded is exact:
        encoded = msgspec.structs.replace(exact, notes=_growth(page, exact))
    elif encoded.size >= exact.size:
        note = f"kept as it was: {', '.join(encoded.notes)} would not be smaller"
        encoded = msgspec.structs.replace(exact, notes=(note,))
    if settings.optimize_jpeg:
        encoded = mozjpeg.optimized(encoded)
    return icc.with_profile(encoded, exact.icc_profile or page.icc_profile)


def _exact(page: PageImage) -> EncodedImage:
    """JPEG and JPEG 2000 as they are; the smallest of what holds each pixel of all else."""
    passed = _pass_through(page)
    if passed is not None and (passed.filter in _LOSSY_FILTERS or passed.bits > _DECODED_BITS):
        return passed
    pixels = _few_bits(page)
    candidates = [passed] if passed is not None else []
    if passed is None or bilevel.has_two_colors(pixels) or pixels is not page.pixels:
        candidates.append(_without_loss(page, pixels))
    best = min(candidates, key=_size)
    grown = 0 < page.stored_bytes < best.size and page.format not in _STRONGER_FORMATS
    if grown and best.filter is ImageFilter.FLATE:
        best = min(best, _without_loss(page, pixels, thorough=True), key=_size)
    return best


def _without_loss(page: PageImage, pixels: Image.Image, *, thorough: bool = False) -> EncodedImage:
    suits = bilevel.has_two_colors(pixels) and not thorough
    encoded = bilevel.encode(pixels) if suits else flate.encode(pixels, thorough=thorough)
    return palette.with_gray_base(encoded) if _may_be_gray(page) else encoded


def _few_bits(page: PageImage) -> Image.Image:
    return palette.reduced(page.pixels, gray_allowed=_may_be_gray(page))


def _may_be_gray(page: PageImage) -> bool:
    """Whether no color profile but sRGB's says what the page's grays of three samples look like."""
    return page.pixels.mode == "L" or page.icc_profile is None or icc.is_srgb(page.icc_profile)


def _lossy(page: PageImage, exact: EncodedImage, settings: ImageSettings) -> EncodedImage | None:
    """The page as the settings ask for it, with notes of what was done; None if they ask for nothing."""
    resolution, max_dpi = page.resolution, settings.max_dpi
    if max_dpi is None and settings.jpeg_quality is None:
        return None
    pixels = _few_bits(page)
    reduces = max_dpi is not None and max(resolution.x, resolution.y) > max_dpi * _TOLERANCE
    quality = settings.jpeg_quality if pixels.mode != "1" else None
    if not reduces and quality is None:
        return None
    notes = ["16 bits a sample reduced to 8"] if pixels.mode == "I;16" else []
    pixels = lossy.continuous(pixels, gray_allowed=_may_be_gray(page))
    if reduces and max_dpi is not None:
        notes.append(f"{max(resolution.x, resolution.y):.0f} dpi reduced to {max_dpi:.0f}")
        pixels = lossy.downsampled(pixels, resolution, max_dpi)
        if quality is None and exact.filter in _LOSSY_FILTERS:
            quality = _USUAL_QUALITY
    if quality is None:
        encoded = _without_loss(page, palette.reduced(pixels, gray_allowed=_may_be_gray(page)))
    else:
        notes.append(f"JPEG of quality {quality}")
        encoded = jpeg.encode(pixels, quality)
    return msgspec.structs.replace(encoded, notes=tuple(notes))


def _growth(page: PageImage, encoded: EncodedImage) -> tuple[str, ...]:
    if encoded.size <= page.stored_bytes * _MOST_GROWTH + _MOST_GROWTH_BYTES or not page.stored_bytes:
        return ()
    note = f"{page.stored_bytes:,} bytes of {page.format} data take {encoded.size:,} in a PDF without loss"
    return (f"{note}; --jpeg-quality makes them smaller",)


def _size(encoded: EncodedImage) -> int:
    return encoded.size


def _pass_through(page: PageImage) -> EncodedImage | None:
    if page.tiff_jpeg is not None:
        return jpeg.pass_through(page.tiff_jpeg.jpeg, photometric=page.tiff_jpeg.photometric)
    if page.original is None:
        return None
    match page.format:
        case "JPEG" | "MPO":
            return jpeg.pass_through(page.original)
        case "JPEG2000":
            return jpx.pass_through(page.original)
        case "PNG":
            return png.pass_through(page.original)
        case _:
            return None
