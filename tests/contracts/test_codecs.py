"""All codecs keep their contract."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from pdfpipe.codecs import bilevel, ccitt, flate, jbig2, jpeg, jpx, png
from pdfpipe.model.image import EncodedImage, ImageFilter
from tests.contracts.codec import CodecContract
from tests.readers import pdfa_violations
from tests.support import require_jbig2


class TestCcitt(CodecContract):
    modes = ("1",)

    def encode(self, image: Image.Image) -> EncodedImage:
        return ccitt.encode(image)


class TestJbig2(CodecContract):
    modes = ("1",)

    @pytest.fixture(autouse=True)
    def _encoder(self) -> None:
        require_jbig2()

    def encode(self, image: Image.Image) -> EncodedImage:
        return jbig2.encode(image)


class TestBilevel(CodecContract):
    modes = ("1",)

    def encode(self, image: Image.Image) -> EncodedImage:
        return bilevel.encode(image)


class TestFlate(CodecContract):
    modes = ("L", "P", "RGB")

    def encode(self, image: Image.Image) -> EncodedImage:
        return flate.encode(image)


class _PassThrough(CodecContract):
    """Files of a format go in as Pillow writes them."""

    format = ""

    def file(self, image: Image.Image) -> bytes:
        buffer = io.BytesIO()
        image.save(buffer, self.format)
        return buffer.getvalue()

    def decoded(self, image: Image.Image) -> Image.Image:
        return Image.open(io.BytesIO(self.file(image)))

    def pass_through(self, data: bytes) -> EncodedImage | None:
        raise NotImplementedError

    def encode(self, image: Image.Image) -> EncodedImage:
        data = self.file(image)
        encoded = self.pass_through(data)
        assert encoded is not None
        if encoded.filter is not ImageFilter.FLATE:
            assert encoded.data == data
        return encoded


class TestPng(_PassThrough):
    modes = ("L", "P", "RGB")
    format = "PNG"

    def pass_through(self, data: bytes) -> EncodedImage | None:
        return png.pass_through(data)


class TestJpeg(_PassThrough):
    modes = ("L", "RGB")
    format = "JPEG"
    tolerance = 4

    def pass_through(self, data: bytes) -> EncodedImage | None:
        return jpeg.pass_through(data)


class TestJpx(_PassThrough):
    modes = ("L", "RGB")
    format = "JPEG2000"

    def pass_through(self, data: bytes) -> EncodedImage | None:
        return jpx.pass_through(data)


ALL = (TestCcitt, TestJbig2, TestBilevel, TestFlate, TestPng, TestJpeg, TestJpx)


def test_what_they_make_is_valid_pdf_a(tmp_path: Path) -> None:
    require_jbig2()
    documents = [codec().document(tmp_path) for codec in ALL]
    assert pdfa_violations(documents) == {document: [] for document in documents}
