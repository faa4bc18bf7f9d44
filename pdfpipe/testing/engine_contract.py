"""What every OCR engine must do. An author of another one derives `EngineContract` and overrides `spec`.

::

    from pdfpipe.ocr.engine import EngineSpec
    from pdfpipe.testing.engine_contract import EngineContract

    class TestMyEngine(EngineContract):
        spec = EngineSpec("mine", ("eng",))

Run it with pytest, where the engine's package is installed.  The pages are drawn here; they are in
English.
"""

from __future__ import annotations

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, Final

import pytest
from PIL import Image, ImageDraw

from pdfpipe.errors import RecognitionError
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import PageText
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import check_engine, describe_engine, engine_fingerprint, warm_engine

__all__ = ["EngineContract", "page_with_text"]

_DESCRIBING: Final = """
import pickle, sys
from pdfpipe.ocr.registry import check_engine, describe_engine
spec = pickle.loads(bytes.fromhex(sys.argv[1]))
check_engine(spec)
description = describe_engine(spec)
sys.stdout.buffer.write(pickle.dumps((description, sorted(sys.modules))))
"""

_FINGERPRINT: Final = """
import pickle, sys
from pdfpipe.ocr.registry import engine_fingerprint
found = engine_fingerprint(pickle.loads(bytes.fromhex(sys.argv[1])))
sys.stdout.buffer.write(pickle.dumps((found, sorted(sys.modules))))
"""


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

    reads: ClassVar[bool] = True
    """False for an engine that does not look at the page, such as a test double."""

    heavy: ClassVar[tuple[str, ...]] = ()
    """Modules of the engine that neither describing nor checking may import."""

    def test_it_is_known_by_its_name_and_can_be_checked_without_being_made(self) -> None:
        check_engine(self.spec)
        assert describe_engine(self.spec).name == self.spec.name

    def test_its_spec_can_be_sent_to_another_process(self) -> None:
        assert pickle.loads(pickle.dumps(self.spec)) == self.spec

    def test_it_is_described_in_words_and_without_being_loaded(self) -> None:
        """In a process of its own, since this one has loaded the engine for other tests."""
        done = subprocess.run(
            [sys.executable, "-c", _DESCRIBING, pickle.dumps(self.spec).hex()],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        description, modules = pickle.loads(done.stdout)
        assert description == describe_engine(self.spec)
        assert description.summary
        assert description.how_to_install
        assert description.version, "the engine is installed, so that it has a version"
        assert not set(self.heavy) & set(modules)

    def test_what_its_readings_depend_on_can_be_told_without_loading_it(self) -> None:
        """Or it cannot be told, and nothing that it reads is kept."""
        done = subprocess.run(
            [sys.executable, "-c", _FINGERPRINT, pickle.dumps(self.spec).hex()],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        found, modules = pickle.loads(done.stdout)
        assert found == engine_fingerprint(self.spec)
        assert not set(self.heavy) & set(modules)

    def test_equal_specs_share_one_warm_engine(self, engine: Engine) -> None:
        assert warm_engine(pickle.loads(pickle.dumps(self.spec))) is engine

    @pytest.mark.parametrize("mode", ["1", "L", "RGB"])
    def test_it_reads_pages_of_every_mode(self, engine: Engine, mode: str) -> None:
        text = engine.recognize(OcrImage(page_with_text().convert(mode), 200.0))
        assert sum(1 for _ in text.words) > 3

    def test_the_text_is_in_pixels_of_the_image(self, engine: Engine) -> None:
        text = engine.recognize(OcrImage(page_with_text(), 200.0))
        assert (text.width, text.height) == (900, 300)
        assert_sound(text)

    def test_words_are_about_where_they_are_printed(self, engine: Engine) -> None:
        """The print covers the rectangle from (40, 30) to (480, 255)."""
        boxes = [word.box for word in engine.recognize(OcrImage(page_with_text(), 200.0)).words]
        if self.reads:
            assert all(contains(BoundingBox(20, 10, 520, 280), box) for box in boxes)

    def test_it_reads_what_is_written(self, engine: Engine) -> None:
        read = engine.recognize(OcrImage(page_with_text(), 200.0)).text
        assert "human beings" in read or not self.reads

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
        assert_sound(text)

    @pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 3), (40_000, 2)])
    def test_an_impossible_page_is_read_or_refused_and_the_next_is_read(
        self, engine: Engine, size: tuple[int, int]
    ) -> None:
        with contextlib.suppress(RecognitionError):
            text = engine.recognize(OcrImage(Image.new("1", size, 1), 300.0))
            assert (text.width, text.height) == size
            assert_sound(text)
        assert any(engine.recognize(OcrImage(page_with_text(), 200.0)).words)

    @pytest.mark.parametrize("dpi", [70.0, 299.6, 9600.0])
    def test_any_resolution_is_taken(self, engine: Engine, dpi: float) -> None:
        assert engine.recognize(OcrImage(page_with_text(), dpi)).width == 900

    def test_what_it_read_can_be_sent_to_another_process(self, engine: Engine) -> None:
        text = engine.recognize(OcrImage(page_with_text(), 200.0))
        assert pickle.loads(pickle.dumps(text)) == text

    def test_it_works_in_a_thread_that_it_was_not_made_in(self, engine: Engine) -> None:
        with ThreadPoolExecutor(1) as pool:
            text = pool.submit(engine.recognize, OcrImage(page_with_text(), 200.0)).result()
        assert any(text.words)

    def test_two_engines_in_one_process_do_not_disturb_each_other(self, engine: Engine) -> None:
        page = OcrImage(page_with_text(), 200.0)
        first = engine.recognize(page)
        warm_engine.cache_clear()
        second = warm_engine(self.spec)
        assert second is not engine
        assert second.recognize(page) == first == engine.recognize(page)


def assert_sound(text: PageText) -> None:
    """Words have text without white space, an area and a confidence; boxes nest and lie within the page."""
    page = BoundingBox(0, 0, text.width, text.height)
    for block in text.blocks:
        assert block.lines
        assert contains(page, block.box)
        for line in block.lines:
            assert line.words
            assert contains(block.box, line.box)
            for word in line.words:
                assert word.text.split() == [word.text]
                assert word.box.area > 0
                assert contains(line.box, word.box)
                assert 0 <= word.confidence <= 1


def contains(outer: BoundingBox, inner: BoundingBox) -> bool:
    return outer.x0 <= inner.x0 <= inner.x1 <= outer.x1 and outer.y0 <= inner.y0 <= inner.y1 <= outer.y1
