from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.codecs import jpx, png
from pdfpipe.codecs.select import encode
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ColorSpace, EncodedImage, ImageFilter
from pdfpipe.model.job import PageSource
from tests.readers import pdfium_image, poppler_image
from tests.specimens import image_page, noise, write_pdf


def png_file(
    pixels: bytes,
    width: int,
    height: int,
    bits: int,
    kind: int,
    *extra: tuple[bytes, bytes],
    interlace: int = 0,
) -> bytes:
    """A PNG of any kind; Pillow writes only some."""
    row = len(pixels) // height
    rows = b"".join(b"\0" + pixels[start : start + row] for start in range(0, len(pixels), row))
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlace)
    chunks = [(b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
PLTE = (b"PLTE", bytes([250, 250, 240, 20, 20, 60, 200, 0, 0, 0, 120, 0]))

Parser = Callable[[bytes], EncodedImage | None]


@pytest.mark.parametrize(
    ("bits", "kind", "extra"),
    [(2, GRAY, ()), (4, GRAY, ()), (8, GRAY, ()), (2, PALETTE, (PLTE,)), (8, RGB, ())],
    ids=["gray 2", "gray 4", "gray 8", "palette 2", "rgb 8"],
)
def test_every_depth_of_png_is_passed_on_and_shown_as_it_is(
    bits: int, kind: int, extra: tuple[tuple[bytes, bytes], ...], tmp_path: Path
) -> None:
    row = (19 * bits * (3 if kind == RGB else 1) + 7) // 8
    file = tmp_path / "scan.png"
    file.write_bytes(png_file(noise("L", row, 11).tobytes(), 19, 11, bits, kind, *extra))
    page = load_page(PageSource(file), image_dpi=72, max_pixels=1e6)
    encoded = encode(page)
    assert encoded == png.pass_through(file.read_bytes())
    assert encoded.bits == bits
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encoded)])
    expected = page.pixels.convert("RGB").tobytes()
    assert pdfium_image(pdf).convert("RGB").tobytes() == expected
    assert poppler_image(pdf, tmp_path).convert("RGB").tobytes() == expected


@pytest.mark.parametrize(
    "data",
    [
        png_file(bytes(2 * 8), 2, 2, 8, RGB_ALPHA),
        png_file(bytes(2 * 4), 2, 2, 8, GRAY_ALPHA),
        png_file(bytes(4), 2, 2, 8, GRAY, (b"tRNS", b"\0\0")),
        png_file(bytes(4), 2, 2, 8, GRAY, interlace=1),
        png_file(bytes(4), 2, 2, 8, PALETTE),
        b"\x89PNG\r\n\x1a\n",
        b"",
    ],
    ids=["rgb alpha", "gray alpha", "transparent color", "interlaced", "no palette", "no chunks", "nothing"],
)
def test_what_a_pdf_cannot_hold_is_not_passed_on(data: bytes) -> None:
    assert png.pass_through(data) is None


def test_interlaced_files_are_shown_all_the_same(tmp_path: Path) -> None:
    # One pixel interlaced is one pixel: the first of the seven passes holds it.
    file = tmp_path / "scan.png"
    file.write_bytes(png_file(b"\x40", 1, 1, 8, GRAY, interlace=1))
    encoded = encode(load_page(PageSource(file), image_dpi=72, max_pixels=1e6))
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encoded, dpi=10)])
    assert pdfium_image(pdf).convert("L").getpixel((0, 0)) == 0x40


def jp2_of(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG2000", irreversible=False)
    return buffer.getvalue()


@pytest.mark.parametrize(("mode", "space"), [("L", ColorSpace.GRAY), ("RGB", ColorSpace.RGB)])
def test_plain_jpeg_2000_is_passed_on_and_shown_as_it_is(
    mode: str, space: ColorSpace, tmp_path: Path
) -> None:
    pixels = noise(mode, 37, 23)
    data = jp2_of(pixels)
    encoded = jpx.pass_through(data)
    assert encoded is not None
    assert (encoded.data, encoded.color_space, encoded.filter) == (data, space, ImageFilter.JPX)
    pdf = write_pdf(tmp_path / "scan.pdf", [image_page(encoded)])
    assert pdfium_image(pdf).convert("RGB").tobytes() == pixels.convert("RGB").tobytes()
    assert poppler_image(pdf, tmp_path).convert("RGB").tobytes() == pixels.convert("RGB").tobytes()


def test_alpha_channels_and_bare_code_streams_of_jpeg_2000_are_not_passed_on() -> None:
    assert jpx.pass_through(jp2_of(Image.new("RGBA", (8, 8)))) is None
    assert jpx.pass_through(jp2_of(Image.new("LA", (8, 8)))) is None
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, "JPEG2000", no_jp2=True)
    assert jpx.pass_through(buffer.getvalue()) is None


PNG_EXAMPLE = png_file(bytes(range(64)), 16, 4, 8, PALETTE, PLTE)
JP2_EXAMPLE = jp2_of(noise("RGB", 16, 16))


@pytest.mark.parametrize(
    ("parse", "example"),
    [(png.pass_through, PNG_EXAMPLE), (jpx.pass_through, JP2_EXAMPLE)],
    ids=["png", "jpx"],
)
@given(data=st.data())
def test_mutated_files_are_passed_on_or_not(parse: Parser, example: bytes, data: st.DataObject) -> None:
    damaged = bytearray(example)
    for _ in range(data.draw(st.integers(0, 8))):
        damaged[data.draw(st.integers(0, min(250, len(damaged) - 1)))] = data.draw(st.integers(0, 255))
    encoded = parse(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    assert encoded is None or encoded.width * encoded.height > 0


@pytest.mark.parametrize("head", [PNG_EXAMPLE[:8], PNG_EXAMPLE[:33], JP2_EXAMPLE[:12], JP2_EXAMPLE[:40]])
@given(tail=st.binary(max_size=200))
def test_random_bytes_are_passed_on_or_not(head: bytes, tail: bytes) -> None:
    for encoded in (png.pass_through(head + tail), jpx.pass_through(head + tail)):
        assert encoded is None or encoded.width * encoded.height > 0


@pytest.mark.parametrize("method", [2, 3], ids=["restricted", "any"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_jpeg_2000_with_a_profile_is_passed_on_with_it(mode: str, method: int) -> None:
    plain = jp2_of(noise(mode, 16, 16))
    start = plain.index(b"colr") - 4
    (length,) = struct.unpack_from(">I", plain, start)
    profile = b"a profile"
    box = struct.pack(">I4sBBB", 11 + len(profile), b"colr", method, 0, 0) + profile
    header = plain.index(b"jp2h") - 4
    (header_length,) = struct.unpack_from(">I", plain, header)
    grown = struct.pack(">I", header_length - length + len(box))
    data = plain[:header] + grown + plain[header + 4 : start] + box + plain[start + length :]
    encoded = jpx.pass_through(data)
    assert encoded is not None
    assert (encoded.data, encoded.icc_profile) == (data, profile)
    assert encoded.color_space is (ColorSpace.GRAY if mode == "L" else ColorSpace.RGB)
