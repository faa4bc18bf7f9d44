"""What every codec must do: two readers that are not ours see the pixels that were encoded.

A class for a codec derives `CodecContract`, says what it takes, and overrides `encode`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pdfpipe.model.image import EncodedImage
from tests.readers import pdfium_images, poppler_images, qpdf_complaints
from tests.specimens import SAMPLES, image_page, noise, write_pdf
from tests.support import largest_difference

SIZES = [(1, 1), (7, 3), (8, 8), (37, 23), (1, 50), (640, 2), (33, 64)]


class CodecContract:
    """One test a promise.

    `modes` are those of the images that it takes; `tolerance` is how far a reader may be off, which is 0
    but for codecs with loss, whose readers round in different ways.
    """

    modes: ClassVar[tuple[str, ...]]
    tolerance: ClassVar[int] = 0

    def encode(self, image: Image.Image) -> EncodedImage:
        raise NotImplementedError

    def decoded(self, image: Image.Image) -> Image.Image:
        """What a reader should see: the image itself, if nothing is lost."""
        return image

    def specimens(self) -> Iterable[Image.Image]:
        """Noise of all sizes, and pages of one shade."""
        for mode in self.modes:
            for width, height in SIZES:
                yield noise(mode, width, height)
            for shade in (0, 255):
                image = Image.new(mode, (65, 40), shade if len(mode) == 1 else (shade,) * len(mode))
                if mode == "P":
                    image.putpalette(bytes(range(256)) * 3)
                yield image

    def check(self, images: list[Image.Image], folder: Path) -> None:
        """Each of the images is in the document as it is, by both readers."""
        pdf = write_pdf(folder / "images.pdf", [image_page(self.encode(image)) for image in images])
        for reader, read in (("PDFium", pdfium_images(pdf)), ("poppler", poppler_images(pdf, folder))):
            assert len(read) == len(images)
            for number, (seen, image) in enumerate(zip(read, images, strict=True)):
                expected = self.decoded(image)
                assert seen.size == expected.size, f"{reader}, image {number}"
                difference = largest_difference(seen, expected)
                assert difference <= self.tolerance, f"{reader}, image {number}: {image!r}"

    def test_two_readers_see_what_was_encoded(self, tmp_path: Path) -> None:
        self.check(list(self.specimens()), tmp_path)

    def test_two_readers_see_whatever_was_encoded(self, tmp_path: Path) -> None:
        @settings(max_examples=12)
        @given(st.lists(self.images(), min_size=1, max_size=6))
        def check(images: list[Image.Image]) -> None:
            self.check(images, tmp_path)

        check()

    @classmethod
    def images(cls) -> st.SearchStrategy[Image.Image]:
        return st.sampled_from(cls.modes).flatmap(small_images)

    def test_the_dictionary_says_what_the_stream_holds(self) -> None:
        for image in self.specimens():
            encoded = self.encode(image)
            assert (encoded.width, encoded.height) == image.size
            assert encoded.bits in (1, 2, 4, 8, 16)
            assert len(encoded.palette) % 3 == 0
            assert encoded.data

    def test_the_same_image_gives_the_same_bytes(self) -> None:
        for mode in self.modes:
            assert self.encode(noise(mode, 37, 23)) == self.encode(noise(mode, 37, 23))

    def test_qpdf_finds_the_document_sound(self, tmp_path: Path) -> None:
        assert qpdf_complaints(self.document(tmp_path)) == ""

    def document(self, folder: Path) -> Path:
        """All specimens as pages large enough for PDF/A."""
        pages = [image_page(self.encode(image), 10) for image in self.specimens()]
        return write_pdf(folder / f"{type(self).__name__}.pdf", pages)


@st.composite
def small_images(draw: st.DrawFn, mode: str) -> Image.Image:
    """Images up to 70 by 12, of any bytes; repeated rows and runs are likely."""
    width, height = draw(st.integers(1, 70)), draw(st.integers(1, 12))
    stride = (width + 7) // 8 if mode == "1" else width * SAMPLES[mode]
    row = st.one_of(
        st.binary(min_size=stride, max_size=stride),
        st.integers(0, 255).map(lambda value: bytes([value]) * stride),
    )
    rows = draw(st.lists(row, min_size=1, max_size=height))
    data = b"".join(rows[index % len(rows)] for index in range(height))
    image = Image.frombytes(mode, (width, height), data)
    if mode == "P":
        image.putpalette(draw(st.binary(min_size=768, max_size=768)))
    return image
