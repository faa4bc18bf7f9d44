"""Pages in layers look like the scan, are much smaller, and are left alone where they would not be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps
from pypdf import PdfReader

from pdfpipe.codecs.mrc.encoder import MixedRaster
from pdfpipe.codecs.select import encode
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.image import DpiSource, EncodedImage, PageImage
from pdfpipe.pdf.icc_profiles import srgb_profile
from tests.codecs.mrc.pages import (
    BLACK,
    BLUE,
    DPI,
    GREEN,
    RED,
    WHITE,
    WORDS,
    Color,
    Sheet,
    jpeg_page,
    layered,
    photo,
    save,
    sheet,
    shown,
)
from tests.readers import pdfium_render, poppler_files, poppler_render


def mean_difference(a: Image.Image, b: Image.Image, box: tuple[int, int, int, int] | None = None) -> float:
    """Mean absolute difference of samples, of 255."""
    pair = [
        np.asarray(image.convert("RGB").crop(box) if box else image.convert("RGB"), float) for image in (a, b)
    ]
    return float(np.abs(pair[0] - pair[1]).mean())


def ink_kept(page: Sheet, seen: Image.Image) -> float:
    """The share of the ink, away from its edges, that keeps at least half of its contrast."""
    gray, now = (np.asarray(image.convert("L"), float) for image in (page.image, seen))
    kept = total = 0
    for one in page.text.words:
        box = one.box
        rows, columns = slice(int(box.y0), int(box.y1) + 1), slice(int(box.x0), int(box.x1) + 1)
        area, area_now = gray[rows, columns], now[rows, columns]
        border = np.concatenate([area[0], area[-1]])
        paper = float(np.median(border))
        contrast = np.abs(area - paper)
        ink = contrast > 0.8 * contrast.max()
        kept += int((np.abs(area_now - paper)[ink] >= 0.5 * contrast[ink]).sum())
        total += int(ink.sum())
    return kept / max(1, total)


def size(mixed: MixedRaster) -> int:
    overlay = mixed.overlay
    streams = [mixed.image, *([overlay.mask, overlay.paint] if overlay else [])]
    return sum(len(stream.data) for stream in streams if isinstance(stream, EncodedImage))


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        (20, 235),
        (BLACK, WHITE),
        (RED, WHITE),
        (WHITE, BLACK),
        (WHITE, BLUE),
        (BLUE, (240, 225, 180)),
        ((90, 90, 90), (150, 150, 150)),
        ([RED, BLUE, GREEN, BLACK], WHITE),
    ],
    ids=str,
)
def test_text_stays_sharp_in_its_colour(ink: Color | list[Color], paper: Color) -> None:
    page = sheet(ink, paper)
    scan = jpeg_page(page.image)
    mixed = layered(scan, page.text)
    assert mixed.overlay is not None, mixed.note
    assert size(mixed) < 0.5 * len(encode(scan).data)
    seen = shown(scan, page.text)
    assert mean_difference(page.image, seen) < 5
    assert ink_kept(page, seen) > 0.98


def test_one_ink_is_painted_in_one_colour_and_several_are_an_image() -> None:
    one, many = sheet(RED, WHITE, height=40), sheet([RED, BLUE, GREEN], WHITE)
    overlay = layered(jpeg_page(one.image), one.text).overlay
    assert overlay is not None
    assert isinstance(overlay.paint, tuple)
    assert np.abs(np.subtract(overlay.paint, RED)).max() < 50
    overlay = layered(jpeg_page(many.image), many.text).overlay
    assert overlay is not None
    assert isinstance(overlay.paint, EncodedImage)


@pytest.mark.parametrize("render", [pdfium_render, poppler_render])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_photo_beside_text_stays_in_the_background(render: type, mode: str, tmp_path: Path) -> None:
    paper = Image.new(mode, (600, 600), "white")
    picture = photo(400, 240, mode)
    paper.paste(picture, (100, 320))
    page = sheet(0, paper)
    scan = jpeg_page(page.image)
    mixed = layered(scan, page.text)
    assert mixed.overlay is not None, mixed.note
    assert size(mixed) < 0.5 * len(encode(scan).data)
    seen = render(save(tmp_path / "a.pdf", scan, page.text), DPI)
    assert ink_kept(page, seen) > 0.9
    # At half of the resolution nothing is left to tell them apart by.
    before, after = (
        image.crop((100, 320, 500, 560)).convert("RGB").reduce(2) for image in (page.image, seen)
    )
    assert mean_difference(before, after) < 8


def test_text_on_a_photo_stays_readable() -> None:
    page = sheet(WHITE, photo(600, 300).point(lambda value: value // 3))
    scan = jpeg_page(page.image)
    assert layered(scan, page.text).overlay is not None
    assert ink_kept(page, shown(scan, page.text)) > 0.95


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_picture_without_text_is_left_alone(mode: str) -> None:
    scan = jpeg_page(photo(500, 400, mode))
    mixed = layered(scan, None)
    assert (mixed.image, mixed.overlay) == (encode(scan), None)
    assert mixed.note == "no MRC: the page is not blank, but nothing was read on it"


def test_a_blank_page_becomes_a_small_background() -> None:
    grain = Image.effect_noise((600, 800), 4)
    scan = jpeg_page(ImageChops.add(Image.new("L", grain.size, 220), grain, 1, -128))
    mixed = layered(scan, None)
    assert mixed.note.startswith("MRC: ")
    assert size(mixed) < 0.05 * len(encode(scan).data)


@pytest.mark.parametrize(("mode", "why"), [("1", "black and white"), ("CMYK", "CMYK")])
def test_black_and_white_and_cmyk_are_left_alone(mode: str, why: str) -> None:
    page = sheet(0, 255)
    scan = PageImage(page.image.convert(mode), "TIFF", Resolution(DPI, DPI), DpiSource.FILE)
    mixed = layered(scan, page.text)
    assert (mixed.image, mixed.overlay) == (encode(scan), None)
    assert why in mixed.note


def test_layers_that_are_no_smaller_are_not_used() -> None:
    page = sheet(0, 255, size=(150, 60), height=16)
    scan = jpeg_page(page.image, quality=5)
    mixed = layered(scan, page.text)
    assert (mixed.image, mixed.overlay) == (encode(scan), None)
    assert f"for {len(encode(scan).data):,}" in mixed.note


def test_layers_that_would_not_be_like_the_scan_are_not_used() -> None:
    """A texture as strong as the text that is finer than any background."""
    page = sheet(90, 160, height=16)
    grain = Image.effect_noise(page.image.size, 200)
    scan = jpeg_page(ImageChops.add(page.image, grain, 1, -128), dpi=600)
    mixed = layered(scan, page.text)
    assert mixed.image == encode(scan)
    assert mixed.note.startswith("no MRC: it would not be like the scan")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pages_are_turned_upright_with_all_their_layers(orientation: int) -> None:
    page = sheet([RED, BLUE], WHITE, size=(450, 225))
    turned = page.image.copy()
    turned.getexif()[0x0112] = {6: 8, 8: 6}.get(orientation, orientation)
    stored = ImageOps.exif_transpose(turned)
    scan = jpeg_page(stored, orientation=orientation)
    assert layered(scan, page.text).overlay is not None
    seen = shown(scan, page.text)
    assert mean_difference(page.image, seen) < 8
    assert ink_kept(page, seen) > 0.98


def unnamed_profile() -> bytes:
    """The profile of sRGB without its name, so that it is not left out as superfluous."""
    profile = srgb_profile()
    for encoding in ("ascii", "utf-16-be"):
        profile = profile.replace("sRGB".encode(encoding), "test".encode(encoding))
    return profile


def test_colours_of_a_profile_become_srgb() -> None:
    """A profile for which red is green and green is red."""
    page = sheet(RED, WHITE, height=40)
    swapped = unnamed_profile()
    swapped = swapped.replace(b"rXYZ", b"temp").replace(b"gXYZ", b"rXYZ").replace(b"temp", b"gXYZ")
    scan = jpeg_page(page.image, icc_profile=swapped)
    mixed = layered(scan, page.text)
    assert mixed.overlay is not None
    assert mixed.image.icc_profile is None
    assert isinstance(mixed.overlay.paint, tuple)
    red, green, _ = mixed.overlay.paint
    assert green > 2 * red
    bands = page.image.split()
    assert mean_difference(Image.merge("RGB", (bands[1], bands[0], bands[2])), shown(scan, page.text)) < 5


def test_a_damaged_profile_does_not_count() -> None:
    page = sheet(RED, WHITE)
    scan = jpeg_page(page.image, icc_profile=unnamed_profile().replace(b"rXYZ", b"lost"))
    assert layered(scan, page.text).overlay is not None
    assert mean_difference(page.image, shown(scan, page.text)) < 5


@pytest.mark.parametrize(("dpi", "scale"), [(100, 2), (200, 2), (300, 1)])
def test_the_mask_has_twice_the_resolution_of_a_coarse_scan(dpi: int, scale: int) -> None:
    page = sheet(20, 235)
    scan = PageImage(page.image, "PNG", Resolution(dpi, dpi), DpiSource.FILE)
    overlay = layered(scan, page.text).overlay
    assert overlay is not None
    assert (overlay.mask.width, overlay.mask.height) == (scale * 600, scale * 300)


def test_readers_find_the_layers_and_decode_them(tmp_path: Path) -> None:
    page = sheet([RED, BLUE, GREEN], WHITE)
    pdf = save(tmp_path / "a.pdf", jpeg_page(page.image), page.text)
    images = PdfReader(pdf).pages[0].images
    assert len(images) == 2
    assert all(image.image is not None and image.image.width > 10 for image in images)
    assert len(poppler_files(pdf, tmp_path)) >= 2


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    ink=st.integers(0, 255),
    paper=st.integers(0, 255),
    height=st.integers(14, 40),
    blur=st.floats(0.3, 1.2),
    first=st.integers(0, len(WORDS) - 4),
    quality=st.integers(60, 95),
)
def test_ink_is_never_lost(ink: int, paper: int, height: int, blur: float, first: int, quality: int) -> None:
    """Of text of at least a fifth of the full contrast, 85 % of the ink keep half of theirs or more."""
    if abs(ink - paper) < 51:
        ink = paper + 90 if paper < 128 else paper - 90
    page = sheet(ink, paper, size=(350, 125), height=height, words=WORDS[first:], blur=blur)
    assert ink_kept(page, shown(jpeg_page(page.image, quality=quality), page.text)) > 0.85
