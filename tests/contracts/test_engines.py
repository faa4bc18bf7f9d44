from __future__ import annotations

import pytest

from pdfpipe.errors import MissingLanguageError, PdfpipeError, UsageError
from pdfpipe.model.engine_settings import InferenceRuntime, PpocrSettings
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import check_engine, warm_engine
from pdfpipe.testing.engine_contract import EngineContract, page_with_text


class TestTesseract(EngineContract):
    spec = EngineSpec("tesseract", ("eng",))
    heavy = ("tesserocr",)

    def test_it_reads_all_that_is_written(self) -> None:
        text = warm_engine(self.spec).recognize(OcrImage(page_with_text(), 200.0))
        assert [line.text for line in text.lines] == ["All human beings are born free"] * 4


class TestPpocrByOpenVino(EngineContract):
    spec = EngineSpec("ppocr", ("eng",), ppocr=PpocrSettings(runtime=InferenceRuntime.OPENVINO))
    heavy = ("openvino", "cv2")


class TestPpocrByOnnxruntime(EngineContract):
    spec = EngineSpec("ppocr", ("eng",), ppocr=PpocrSettings(runtime=InferenceRuntime.ONNXRUNTIME))
    heavy = ("onnxruntime", "cv2")


class TestAuto(EngineContract):
    spec = EngineSpec("auto", ("eng",))
    heavy = ("tesserocr", "openvino", "onnxruntime", "cv2")


class TestScripted(EngineContract):
    spec = EngineSpec("scripted", (), (("words", "25"),))
    reads = False

    def test_it_reads_what_it_is_told(self) -> None:
        text = warm_engine(self.spec).recognize(OcrImage(page_with_text(), 200.0))
        assert [word.text for word in text.words] == [f"word{number}" for number in range(25)]


@pytest.mark.parametrize(
    ("spec", "error", "named"),
    [
        (EngineSpec("crystal-ball", ("eng",)), UsageError, "crystal-ball"),
        (EngineSpec("tesseract", ("eng", "xyz")), MissingLanguageError, "xyz"),
    ],
    ids=["no such engine", "no such language"],
)
def test_what_no_engine_can_be_made_from_is_refused_by_name(
    spec: EngineSpec, error: type[PdfpipeError], named: str
) -> None:
    for attempt in (check_engine, warm_engine):
        with pytest.raises(error, match=named):
            attempt(spec)


def test_an_option_that_an_engine_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="wrods"):
        warm_engine(EngineSpec("scripted", (), (("wrods", "3"),)))
