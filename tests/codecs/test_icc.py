from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from pypdf import PdfReader

from pdfpipe.codecs.icc import usable_profile
from pdfpipe.codecs.select import encode
from pdfpipe.model.image import ColorSpace
from pdfpipe.pdf.icc_profiles import cmyk_profile, srgb_profile
from tests.specimens import image_page, noise, page_image, write_pdf


def profile(
    space: bytes = b"RGB ", kind: bytes = b"scnr", version: int = 2, size: int | None = None, end: bytes = b""
) -> bytes:
    """A header and no tags: enough to be told from others."""
    body = bytes(4) + end
    size = 128 + len(body) if size is None else size
    header = struct.pack(">I4xB3x4s4s4s12x4s", size, version, kind, space, b"XYZ ", b"acsp")
    return header.ljust(128, b"\0") + body


@pytest.mark.parametrize("kind", [b"scnr", b"mntr", b"prtr", b"spac"])
@pytest.mark.parametrize("version", [2, 4])
def test_a_scanners_profile_is_kept(kind: bytes, version: int) -> None:
    data = profile(kind=kind, version=version)
    assert usable_profile(data, ColorSpace.RGB) == data
    assert usable_profile(data, ColorSpace.INDEXED) == data


@pytest.mark.parametrize(
    ("data", "space"),
    [
        (None, ColorSpace.RGB),
        (b"", ColorSpace.RGB),
        (b"short", ColorSpace.RGB),
        (profile(b"GRAY"), ColorSpace.RGB),
        (profile(b"RGB "), ColorSpace.GRAY),
        (profile(b"RGB "), ColorSpace.CMYK),
        (profile(version=5), ColorSpace.RGB),
        (profile(kind=b"link"), ColorSpace.RGB),
        (profile(size=5000), ColorSpace.RGB),
        (profile().replace(b"acsp", b"fake"), ColorSpace.RGB),
    ],
    ids=["none", "empty", "short", "gray for rgb", "rgb for gray", "rgb for cmyk", "version 5", "link",
         "wrong size", "no signature"],
)  # fmt: skip
def test_a_profile_that_pdf_a_forbids_or_that_fits_other_colors_is_left_out(
    data: bytes | None, space: ColorSpace
) -> None:
    assert usable_profile(data, space) is None


def test_srgb_is_left_out_as_it_is_what_the_document_has_anyway() -> None:
    littlecms = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert usable_profile(littlecms, ColorSpace.RGB) is None
    assert usable_profile(srgb_profile(), ColorSpace.RGB) is None


@given(st.binary(max_size=400), st.sampled_from(ColorSpace))
def test_random_profiles_are_kept_or_left_out(data: bytes, space: ColorSpace) -> None:
    assert usable_profile(data, space) in (None, data)


def test_pages_that_share_a_profile_share_its_object(tmp_path: Path) -> None:
    data = profile(end=b"Epson V600")
    page = image_page(encode(page_image(noise("RGB", 4, 4), icc_profile=data)))
    pdf = write_pdf(tmp_path / "scan.pdf", [page, page])
    profiles = {
        image.indirect_reference.get_object()["/ColorSpace"][1].idnum  # type: ignore[index, union-attr]
        for read in PdfReader(pdf).pages
        for image in read.images
    }
    assert len(profiles) == 1


@pytest.mark.parametrize(("make", "mode"), [(srgb_profile, "RGB"), (cmyk_profile, "CMYK")])
def test_littlecms_takes_our_own_profiles_and_sees_white_and_black(
    make: Callable[[], bytes], mode: str
) -> None:
    source = ImageCms.ImageCmsProfile(io.BytesIO(make()))
    to_srgb = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    white, black = ((0, 0, 0, 0), (0, 0, 0, 255)) if mode == "CMYK" else ((255,) * 3, (0,) * 3)
    for color, expected in ((white, 255), (black, 0)):
        converted = ImageCms.applyTransform(Image.new(mode, (1, 1), color), to_srgb)
        assert converted is not None
        assert converted.getpixel((0, 0)) == pytest.approx((expected,) * 3, abs=3)
