"""What every OCR engine must do. An author of another one derives `EngineContract` and overrides `spec`.

::

    class TestMyEngine(EngineContract):
        spec = EngineSpec("mine", ("eng",))
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PIL import Image, ImageDraw

from pdfpipe.errors import RecognitionError
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import check_engine, warm_engine


def page_with_text(words: str = "All human beings are born free") -> Image.Image:
    """Lines of print at about 200 dpi, made with the font that Pillow brings along."""
    page = Image.new("L", (900, 300), 255)
    draw = ImageDraw.Draw(page)
    for row in range(4):
        draw.text((40, 30 + 60 * row), words, fill=0, font_size=32)
    return page


class EngineContract:
    """One test a promise of `pdfpipe.ocr.engine.Engine`."""

    spec: ClassVar[EngineSpec]

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        """A fresh one for each test: what one test has read must not help another."""
        warm_engine.cache_clear()
        yield warm_engine(self.spec)
        warm_engine.cache_clear()

    def test_it_is_known_by_its_name_and_can_be_checked_without_being_made(self) -> None:
        check_engine(self.spec)

    def test_equal_specs_share_one_warm_engine(self, engine: Engine) -> None:
        assert warm_engine(pickle.loads(pickle.dumps(self.spec))) is engine

    @pytest.mark.parametrize("mode", ["1", "L", "RGB"])
    def test_it_reads_pages_of_every_mode(self, engine: Engine, mode: str) -> None:
        text = engine.recognize(OcrImage(page_with_text().convert(mode), 200.0))
        assert sum(1 for _ in text.words) > 3

    def test_the_text_is_in_pixels_of_the_image(self, engine: Engine) -> None:
        text = engine.recognize(OcrImage(page_with_text(), 200.0))
        assert (text.width, text.height) == (900, 300)
        page = BoundingBox(0, 0, 900, 300)
        for block in text.blocks:
            assert block.lines
            assert contains(page, block.box)
            for line in block.lines:
                assert line.words
                assert contains(block.box, line.box)
                assert all(contains(line.box, word.box) for word in line.words)

    def test_words_have_text_without_white_space_an_area_and_a_confidence(self, engine: Engine) -> None:
        for word in engine.recognize(OcrImage(page_with_text(), 200.0)).words:
            assert word.text
            assert word.text.split() == [word.text]
            assert word.box.area > 0
            assert 0 <= word.confidence <= 1

    def test_the_same_page_reads_the_same_every_time(self, engine: Engine) -> None:
        page, other = (
            OcrImage(page_with_text(), 200.0),
            OcrImage(page_with_text("Entirely other words"), 200.0),
        )
        first = engine.recognize(page)
        engine.recognize(other)
        assert engine.recognize(page) == first

    def test_it_does_not_alter_the_image(self, engine: Engine) -> None:
        image = page_with_text()
        before = image.tobytes()
        engine.recognize(OcrImage(image, 200.0))
        assert (image.mode, image.size, image.tobytes()) == ("L", (900, 300), before)

    @pytest.mark.parametrize("shade", [0, 255])
    def test_a_page_of_one_shade_is_read_without_complaint(self, engine: Engine, shade: int) -> None:
        text = engine.recognize(OcrImage(Image.new("L", (900, 300), shade), 200.0))
        assert (text.width, text.height) == (900, 300)

    @pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 3), (40_000, 2)])
    def test_an_impossible_page_is_read_or_refused_and_the_next_is_read(
        self, engine: Engine, size: tuple[int, int]
    ) -> None:
        with contextlib.suppress(RecognitionError):
            engine.recognize(OcrImage(Image.new("1", size, 1), 300.0))
        assert any(engine.recognize(OcrImage(page_with_text(), 200.0)).words)

    @pytest.mark.parametrize("dpi", [70.0, 299.6, 9600.0])
    def test_any_resolution_is_taken(self, engine: Engine, dpi: float) -> None:
        assert engine.recognize(OcrImage(page_with_text(), dpi)).width == 900

    def test_what_it_read_can_be_sent_to_another_process(self, engine: Engine) -> None:
        text = engine.recognize(OcrImage(page_with_text(), 200.0))
        assert pickle.loads(pickle.dumps(text)) == text

    async def test_it_works_in_a_thread_that_it_was_not_made_in(self, engine: Engine) -> None:
        text = await asyncio.to_thread(engine.recognize, OcrImage(page_with_text(), 200.0))
        assert any(text.words)

    def test_two_engines_in_one_process_do_not_disturb_each_other(self, engine: Engine) -> None:
        page = OcrImage(page_with_text(), 200.0)
        first = engine.recognize(page)
        warm_engine.cache_clear()
        second = warm_engine(self.spec)
        assert second is not engine
        assert second.recognize(page) == first == engine.recognize(page)


def contains(outer: BoundingBox, inner: BoundingBox) -> bool:
    return outer.x0 <= inner.x0 <= inner.x1 <= outer.x1 and outer.y0 <= inner.y0 <= inner.y1 <= outer.y1
