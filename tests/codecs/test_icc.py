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

from pdfpipe.codecs.select import encode
from pdfpipe.model.image import EncodedImage
from pdfpipe.pdf.icc_profiles import cmyk_profile, srgb_profile
from tests.specimens import image_page, noise, page_image, write_pdf

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def patched(profile: bytes, start: int, value: bytes) -> bytes:
    return profile[:start] + value + profile[start + len(value) :]


def scanner(kind: bytes = b"scnr", version: int = 4) -> bytes:
    """A whole profile of another space than sRGB: its red is sRGB's green."""
    swapped = SRGB.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    return patched(patched(swapped, 12, kind), 8, bytes([version]))


def gray(gamma: float) -> bytes:
    """A profile of grey with a simple tone curve."""
    tags = {
        b"wtpt": b"XYZ " + bytes(4) + struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256)),
    }
    start = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    header = struct.pack(">I4xB3x4s4s4s12x4s", start + len(body), 2, b"scnr", b"GRAY", b"XYZ ", b"acsp")
    white = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    return patched(header.ljust(128, b"\0"), 68, white) + table + body


def encoded(mode: str, profile: bytes | None, size: int = 4) -> EncodedImage:
    return encode(page_image(noise(mode, size, size), icc_profile=profile))


@pytest.mark.parametrize("kind", [b"scnr", b"mntr", b"spac"])
@pytest.mark.parametrize("version", [2, 4])
@pytest.mark.parametrize("mode", ["RGB", "P"])
def test_a_scanners_profile_is_kept(kind: bytes, version: int, mode: str) -> None:
    image = encoded(mode, scanner(kind, version))
    assert (image.icc_profile, image.notes) == (scanner(kind, version), ())


def test_profiles_of_grey_and_of_inks_are_kept() -> None:
    assert encoded("L", gray(1.8)).icc_profile == gray(1.8)
    assert encoded("CMYK", cmyk_profile()).icc_profile == cmyk_profile()


@pytest.mark.parametrize(
    ("profile", "mode", "told"),
    [
        (b"short", "RGB", "no ICC profile"),
        (scanner().replace(b"acsp", b"fake"), "RGB", "no ICC profile"),
        (gray(1.8), "RGB", "for GRAY images, and this is RGB"),
        (scanner(), "L", "for RGB images, and this is GRAY"),
        (scanner(), "CMYK", "for RGB images, and this is CMYK"),
        (patched(scanner(), 16, b"Lab "), "RGB", "for Lab images, and this is RGB"),
        (scanner(version=5), "RGB", "version 5"),
        (scanner(b"link"), "RGB", "not of a kind"),
        (scanner() + b"more", "RGB", "damaged"),
        (scanner()[:-40], "RGB", "damaged"),
        (scanner().replace(b"bXYZ", b"none"), "RGB", "damaged"),
    ],
    ids=["short", "no signature", "grey for rgb", "rgb for grey", "rgb for cmyk", "lab", "version 5", "link",
         "longer", "shorter", "without a tag"],
)  # fmt: skip
def test_a_profile_that_a_pdf_cannot_hold_is_left_out_and_the_report_says_why(
    profile: bytes, mode: str, told: str
) -> None:
    image = encoded(mode, profile)
    assert image.icc_profile is None
    (note,) = image.notes
    assert note.startswith("its color profile was left out: ")
    assert told in note


@pytest.mark.parametrize("profile", [SRGB, srgb_profile()], ids=["LittleCMS", "ours"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P"])
def test_srgb_is_left_out_in_silence_as_it_is_what_the_document_has_anyway(profile: bytes, mode: str) -> None:
    image = encoded(mode, profile)
    assert (image.icc_profile, image.notes) == (None, ())


def test_a_profile_is_not_taken_for_srgb_because_of_its_name() -> None:
    linear = SRGB.replace(SRGB[SRGB.index(b"para") :][:16], b"curv" + bytes(12), 1)
    assert "sRGB".encode("utf-16-be") in linear
    assert encoded("RGB", linear).icc_profile == linear


@given(st.binary(max_size=400), st.sampled_from(["1", "L", "P", "RGB", "CMYK", "I;16"]))
def test_random_profiles_are_left_out(data: bytes, mode: str) -> None:
    assert encoded(mode, data).icc_profile is None


@given(st.lists(st.tuples(st.integers(0, len(SRGB) - 1), st.integers(0, 255)), max_size=6))
def test_damaged_profiles_are_kept_or_left_out(changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(scanner())
    for place, value in changes:
        damaged[place] = value
    assert encoded("RGB", bytes(damaged)).icc_profile in (None, bytes(damaged))


def test_pages_that_share_a_profile_share_its_object(tmp_path: Path) -> None:
    page = image_page(encoded("RGB", scanner(), 40))
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
