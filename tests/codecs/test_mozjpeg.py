"""JPEG data coded anew: fewer bytes and the same pixels, or left as they are."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from pdfpipe.codecs import jpeg, mozjpeg
from pdfpipe.codecs.select import encode
from pdfpipe.errors import MissingDependencyError
from pdfpipe.imaging.load import load_page
from pdfpipe.model.image import ImageFilter
from pdfpipe.model.image_settings import ImageSettings
from pdfpipe.model.job import PageSource
from tests.codecs.test_cmyk import as_jpeg_in_tiff, as_written_by_adobe, swatches, without_adobe_marker
from tests.readers import pdfium_image, pdfium_render, poppler_image, poppler_render
from tests.specimens import image_page, noise, page_image, write_pdf
from tests.support import SCANS

OPTIMIZE = ImageSettings(optimize_jpeg=True)
FORMATS = SCANS / "formats"


@pytest.mark.parametrize(
    "name", sorted({path.name for path in FORMATS.glob("*jpeg*")} - {"tiff-jpeg-rgb.tif"})
)
def test_readers_see_the_same_pixels_in_fewer_bytes(name: str, tmp_path: Path) -> None:
    page = load_page(PageSource(FORMATS / name), image_dpi=72, max_pixels=1e9)
    before, after = encode(page), encode(page, OPTIMIZE)
    assert after.notes
    assert after.size < before.size
    pdfs = [
        write_pdf(tmp_path / f"{index}.pdf", [image_page(image)])
        for index, image in enumerate((before, after))
    ]
    first, second = map(pdfium_image, pdfs)
    assert first.tobytes() == second.tobytes()
    first, second = (poppler_image(pdf, tmp_path) for pdf in pdfs)
    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("save", [as_written_by_adobe, without_adobe_marker, as_jpeg_in_tiff])
def test_inks_keep_their_colors(save: object, tmp_path: Path) -> None:
    file = tmp_path / "swatches.jpg"
    save(file)  # type: ignore[operator]
    page = load_page(PageSource(file), image_dpi=72, max_pixels=1e9)
    plain, optimized = (
        write_pdf(tmp_path / f"{settings.optimize_jpeg}.pdf", [image_page(encode(page, settings))])
        for settings in (ImageSettings(), OPTIMIZE)
    )
    for render in (pdfium_render, poppler_render):
        assert render(plain, 72).tobytes() == render(optimized, 72).tobytes()


def test_rgb_in_a_tiff_without_adobes_marker_is_left_alone() -> None:
    """MozJPEG would take it for YCbCr and say so in a JFIF marker, which readers believe."""
    encoded = jpeg.encode(noise("RGB", 64, 64), 90)
    rgb = msgspec.structs.replace(encoded, parms=(("ColorTransform", 0),))
    assert mozjpeg.optimized(rgb) is rgb


def test_a_color_profile_stays_in_the_data() -> None:
    profile = b"ICC" * 100
    buffer = io.BytesIO()
    swatches().convert("RGB").resize((200, 200)).save(buffer, "JPEG", quality=95, icc_profile=profile)
    encoded = jpeg.pass_through(buffer.getvalue())
    assert encoded is not None
    optimized = mozjpeg.optimized(encoded)
    assert optimized.size < encoded.size
    assert Image.open(io.BytesIO(optimized.data)).info["icc_profile"] == profile


def test_data_that_mozjpeg_cannot_read_are_left_alone() -> None:
    encoded = jpeg.encode(noise("L", 64, 64), 90)
    cut = msgspec.structs.replace(encoded, data=encoded.data[:200])
    assert mozjpeg.optimized(cut) is cut


def test_what_is_optimized_already_is_left_alone() -> None:
    encoded = mozjpeg.optimized(jpeg.encode(noise("L", 64, 64), 90))
    again = mozjpeg.optimized(encoded)
    assert again.data == encoded.data


def test_other_images_are_left_alone() -> None:
    assert encode(page_image(noise("RGB", 50, 50)), OPTIMIZE).filter is ImageFilter.FLATE


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mozjpeg_lossless_optimization", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'pdfpipe\[mozjpeg\]'"):
        mozjpeg.optimized(jpeg.encode(noise("L", 9, 9), 90))
