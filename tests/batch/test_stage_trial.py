"""Trials of stages of preprocessing: whose reading counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest

from pdfpipe.batch.preparation import prepare
from pdfpipe.batch.stage_trial import StageTrial
from pdfpipe.batch.trial_reading import TrialReader, TrialResult
from pdfpipe.imaging.load import load_page
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import EngineSpec
from tests.imaging.stages.pages import BOOK, view_of

OTHERS = ("ppocr",)


@dataclass
class Reader:
    """Reads in trials what it is told: a page before a stage and after it."""

    readings: list[TrialResult]
    second: Reader | None = None
    others: tuple[str, ...] = OTHERS

    def read(self, _: OcrImage) -> TrialResult:
        return self.readings.pop(0)


def sure(*confidences: float) -> list[TrialResult]:
    return [TrialResult(100 * confidence, 100, 20) for confidence in confidences]


def trial_of(*confidences: float, second: Reader | None = None) -> StageTrial:
    return StageTrial(cast(TrialReader, Reader(sure(*confidences), second)))


def gain(trial: StageTrial) -> float:
    page = view_of(BOOK)
    return trial.gain(page, page, Transform())


@pytest.mark.parametrize(
    ("fastest", "second", "expected", "times_asked"),
    [
        pytest.param((0.8, 0.96), (0.97, 0.9), 1.2, 0, id="the fastest will do"),
        pytest.param((0.5, 0.4), (0.5, 0.9), 0.8, 0, id="it does not help"),
        pytest.param((0.4, 0.8), (0.96, 0.48), 0.5, 2, id="another will read it and was sure without"),
        pytest.param((0.4, 0.8), (0.9, 0.45), 2.0, 1, id="another will read it and was not sure"),
        pytest.param((0.4, 0.8), (0.96, 0.97), 0.97 / 0.96, 2, id="it helps both"),
        pytest.param((0.8, 0.804), (0.96, 0.99), 1.005, 2, id="it helps the fastest too little"),
        pytest.param((0.4, 0.8), None, 2.0, 0, id="there is no other"),
    ],
)
def test_a_stage_must_help_the_engine_that_reads_the_page_in_the_end(
    fastest: tuple[float, float], second: tuple[float, float] | None, expected: float, times_asked: int
) -> None:
    other = Reader(sure(*second)) if second else None
    assert gain(trial_of(*fastest, second=other)) == pytest.approx(expected)
    assert other is None or len(other.readings) == 2 - times_asked


@pytest.mark.parametrize(
    ("confidences", "engines"),
    [
        pytest.param((), (), id="never tried"),
        pytest.param((0.3, 0.2), OTHERS, id="hopeless with and without"),
        pytest.param((0.3, 0.8), (), id="a stage helped"),
        pytest.param((0.8, 0.3), (), id="a stage harmed"),
        pytest.param((0.3, 0.2, 0.2, 0.9), (), id="a later stage helped"),
    ],
)
def test_an_engine_that_cannot_read_the_lines_need_not_read_the_page(
    confidences: tuple[float, ...], engines: tuple[str, ...]
) -> None:
    trial = trial_of(*confidences)
    for _ in confidences[::2]:
        gain(trial)
    assert trial.better_engines == engines


@pytest.mark.parametrize(
    ("spec", "others"),
    [
        (EngineSpec("auto", ("eng",)), OTHERS),
        (EngineSpec("auto", ("eng",), mode=Mode.FAST), ()),
        (EngineSpec("auto", ("eng",), mode=Mode.BEST), ()),
        (EngineSpec("auto", ("eng",), engines=("ppocr",)), ()),
        (EngineSpec("tesseract", ("eng",)), ()),
    ],
)
def test_only_where_not_all_engines_are_asked_anyway_can_one_be_left_out(
    spec: EngineSpec, others: tuple[str, ...]
) -> None:
    assert TrialReader(spec).others == others


def test_the_second_reader_is_the_engine_that_auto_asks_then() -> None:
    def second(engine: str, mode: Mode = Mode.BALANCED) -> TrialReader | None:
        return TrialReader(EngineSpec(engine, ("eng",), mode=mode)).second

    assert second("tesseract") is second("auto", Mode.FAST) is None
    other = second("auto")
    assert other is not None
    assert other._spec.name == "ppocr"
    assert other.read(view_of(BOOK)).confidence > 0.8


def test_all_engines_are_asked_about_a_page_that_needs_no_trial() -> None:
    page = load_page(PageSource(BOOK), image_dpi=None, max_pixels=1e8)
    assert prepare(page, Settings(), "page").engines == ()
