from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PIL import Image

from pdfpipe.errors import MissingLanguageError, RecognitionError, UsageError
from pdfpipe.model.image import OcrImage
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine, warm_engine
from pdfpipe.ocr.scripted import ScriptedEngine

Use = Callable[[EngineSpec], object]

PAGE = OcrImage(Image.new("1", (1000, 500), 1), 300, "page-3.tif")


def test_an_engine_is_made_once_and_kept() -> None:
    spec = EngineSpec("scripted", ("eng",), (("words", "3"),))
    again = EngineSpec.from_settings(Settings(engine="scripted", engine_options=(("words", "3"),)))
    assert warm_engine(spec) is warm_engine(again)
    assert warm_engine(spec) is not warm_engine(EngineSpec("scripted", ("eng",), (("words", "4"),)))


@pytest.mark.parametrize("use", [check_engine, warm_engine])
def test_an_engine_that_does_not_exist_is_a_mistake_of_the_caller(use: Use) -> None:
    with pytest.raises(UsageError, match="no OCR engine 'abbyy'"):
        use(EngineSpec("abbyy", ("eng",)))


@pytest.mark.parametrize("use", [check_engine, warm_engine])
def test_a_missing_language_is_found_with_and_without_loading_the_engine(use: Use) -> None:
    with pytest.raises(MissingLanguageError, match="'tlh'"):
        use(EngineSpec("tesseract", ("eng", "tlh")))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 237])
def test_scripted_words_are_spread_over_the_page_in_reading_order(count: int) -> None:
    text = ScriptedEngine((("words", str(count)),)).recognize(PAGE)
    assert [word.text for word in text.words] == [f"word{i}" for i in range(count)]
    for word in text.words:
        assert 0 <= word.box.x0 <= word.box.x1 <= 1000
        assert 0 <= word.box.y0 <= word.box.y1 <= 500
        assert word.box.area > 0


def test_a_scripted_failure_strikes_the_page_it_names_and_no_other() -> None:
    engine = ScriptedEngine((("raise", "page-3.tif"),))
    with pytest.raises(RecognitionError, match="scripted failure"):
        engine.recognize(PAGE)
    assert engine.recognize(OcrImage(PAGE.pixels, 300, "page-4.tif")).blocks


def test_a_scripted_page_takes_its_time() -> None:
    start = time.monotonic()
    ScriptedEngine((("seconds", "0.05"),)).recognize(PAGE)
    assert time.monotonic() - start >= 0.05


def test_a_misspelled_option_is_not_ignored() -> None:
    with pytest.raises(UsageError, match="no option word"):
        ScriptedEngine((("word", "3"),))
