"""Trials of stages of preprocessing: whose reading counts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image

from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.stage_trial import StageTrial, WithoutFastest
from pdfpipe.batch.trial_reading import TrialReader, TrialResult
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.geometry import Transform
from pdfpipe.model.image import OcrImage
from pdfpipe.model.job import PageContent, PageJob, PageResult, PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.ocr.engine import EngineSpec
from tests.imaging.stages.pages import BOOK, view_of

BOTH = ("tesseract", "ppocr")
PPOCR = ("ppocr",)


@dataclass
class Reader:
    """Reads in trials what it is told: a page before a stage and after it."""

    readings: list[TrialResult]
    second: Reader | None = None
    order: tuple[str, ...] = BOTH

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


def left_out(trial: StageTrial, *, kept: bool, places: bool = False) -> tuple[str, ...]:
    """After a trial of a stage that changes all of a page, or some places only, and is kept or not."""
    before = view_of(BOOK)
    pixels = before.pixels.convert("L")
    changed = pixels.point(lambda level: 255 - level)
    if places:
        changed.paste(pixels.crop((0, 100, *pixels.size)), (0, 100))
    after = OcrImage(changed, before.dpi)
    before = OcrImage(pixels, before.dpi)
    trial.gain(before, after, Transform())
    chosen = trial.without_fastest(after if kept else before)
    assert bool(chosen.why) == bool(chosen.engines)
    return chosen.engines


@pytest.mark.parametrize(
    ("before", "after", "kept", "engines"),
    [
        pytest.param(0.3, 0.2, False, PPOCR, id="hopeless without"),
        pytest.param(0.3, 0.5, True, PPOCR, id="hopeless with"),
        pytest.param(0.3, 0.8, True, (), id="it helped"),
        pytest.param(0.8, 0.3, False, (), id="it harmed"),
    ],
)
def test_an_engine_that_cannot_read_the_lines_need_not_read_the_page(
    before: float, after: float, kept: bool, engines: tuple[str, ...]
) -> None:
    assert left_out(trial_of(before, after), kept=kept) == engines


def test_a_trial_that_says_nothing_of_the_page_that_is_read_leaves_no_engine_out() -> None:
    hopeless = (0.3, 0.2)
    assert trial_of().without_fastest(view_of(BOOK)) == WithoutFastest()
    assert left_out(trial_of(*hopeless), kept=False, places=True) == ()
    few = cast(TrialReader, Reader([TrialResult(1, 5, 2), TrialResult(1, 5, 2)]))
    assert left_out(StageTrial(few), kept=False) == ()
    trial = trial_of(*hopeless)
    assert left_out(trial, kept=False) == PPOCR
    assert trial.without_fastest(view_of(BOOK)) == WithoutFastest()


def test_only_an_engine_that_is_known_to_be_worse_is_left_out() -> None:
    for order in ((), ("ppocr", "tesseract"), ("tesseract", "aspose", "ppocr")):
        reader = cast(TrialReader, Reader(sure(0.3, 0.2), order=order))
        assert left_out(StageTrial(reader), kept=False) == ()


@pytest.mark.parametrize(
    ("spec", "order"),
    [
        (EngineSpec("auto", ("eng",)), BOTH),
        (EngineSpec("auto", ("eng",), mode=Mode.FAST), ()),
        (EngineSpec("auto", ("eng",), mode=Mode.BEST), ()),
        (EngineSpec("auto", ("eng",), engines=PPOCR), PPOCR),
        (EngineSpec("tesseract", ("eng",)), ()),
    ],
)
def test_only_where_not_all_engines_are_asked_anyway_can_one_be_left_out(
    spec: EngineSpec, order: tuple[str, ...]
) -> None:
    assert TrialReader(spec).order == order


def test_a_page_whose_lines_tesseract_cannot_read_is_read_by_ppocr_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In light that falls off, so that a trial is made."""
    page = np.asarray(view_of(BOOK).pixels.convert("L"))
    shaded = (page * np.linspace(1.0, 0.6, page.shape[1])).astype(np.uint8)
    Image.fromarray(shaded).save(tmp_path / "page.png", dpi=(200, 200))
    job = PageJob(PageSource(tmp_path / "page.png"), 1, Settings())
    assert engines_of(run_page(job)) != set(PPOCR)
    monkeypatch.setattr(TrialReader, "read", lambda *_: sure(0.3)[0])
    result = run_page(job)
    assert engines_of(result) == set(PPOCR)
    assert any("read without tesseract, which had 30% confidence" in note for note in result.notes)


def engines_of(result: PageResult) -> set[str | None]:
    assert isinstance(result.content, PageContent)
    assert result.content.text is not None
    return {line.engine for line in result.content.text.lines}


def test_the_second_reader_is_the_engine_that_auto_asks_then() -> None:
    def second(engine: str, mode: Mode = Mode.BALANCED) -> TrialReader | None:
        return TrialReader(EngineSpec(engine, ("eng",), mode=mode)).second

    assert second("tesseract") is second("auto", Mode.FAST) is None
    other = second("auto")
    assert other is not None
    assert other._spec.name == "ppocr"
    assert other.read(view_of(BOOK)).confidence > 0.8
