"""Choose the codec of a page image."""

from __future__ import annotations

from pdfpipe.codecs import bilevel, flate, icc, jpeg, jpx, png
from pdfpipe.model.image import EncodedImage, PageImage

__all__ = ["encode"]


def encode(page: PageImage) -> EncodedImage:
    """The page image as a PDF stream, without loss.

    What is a JPEG, JPEG 2000 or PNG stream already passes through byte for byte if a PDF can hold it;
    1-bit images become JBIG2 or CCITT G4, everything else Flate with PNG predictors.
    """
    encoded = _pass_through(page)
    if encoded is None:
        encoded = bilevel.encode(page.pixels) if page.pixels.mode == "1" else flate.encode(page.pixels)
    return icc.with_profile(encoded, encoded.icc_profile or page.icc_profile)


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
        case "PNG" if page.pixels.mode != "1":
            return png.pass_through(page.original)
        case _:
            return None
