"""Which engines read a page."""

from __future__ import annotations

import pytest

from pdfpipe.batch.recognition import _all_engines, recognized
from pdfpipe.model.engine_settings import Mode
from pdfpipe.ocr.engine import EngineSpec
from tests.imaging.stages.pages import BOOK, view_of

AUTO = EngineSpec("auto", ("eng",))


@pytest.mark.parametrize(
    ("spec", "mode"),
    [
        (EngineSpec("auto", ("eng",)), Mode.BEST),
        (EngineSpec("auto", ("eng",), mode=Mode.BEST), None),
        (EngineSpec("auto", ("eng",), mode=Mode.FAST), None),
        (EngineSpec("auto", ("eng",), engines=("tesseract",)), None),
        (EngineSpec("tesseract", ("eng",)), None),
    ],
)
def test_all_engines_are_asked_where_there_are_more_than_have_been(
    spec: EngineSpec, mode: Mode | None
) -> None:
    thorough = _all_engines(spec)
    assert (thorough.mode if thorough is not None else None) is mode


def engines_of(engines: tuple[str, ...]) -> set[str | None]:
    return {line.engine for line in recognized(AUTO, view_of(BOOK), engines).text.lines}


def test_a_page_is_read_by_the_engines_that_are_named() -> None:
    assert engines_of(("ppocr",)) == {"ppocr"}
    assert engines_of(()) != {"ppocr"}


def test_all_are_asked_if_the_named_ones_fail() -> None:
    reading = recognized(AUTO, view_of(BOOK), ("broken",))
    assert engines_of(("broken",)) == engines_of(())
    assert any(
        "read by all engines, as broken failed: there is no OCR engine" in note for note in reading.notes
    )


def test_a_lack_of_memory_is_no_reason_to_ask_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pdfpipe.batch.recognition.read_page", fail)
    with pytest.raises(MemoryError):
        recognized(AUTO, view_of(BOOK), ("ppocr",))
