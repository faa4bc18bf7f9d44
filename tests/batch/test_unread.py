"""Pages of which an engine overlooks much and is sure of the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pdfpipe.batch.events import PageSummary
from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.report.doubts import doubts
from pdfpipe.batch.unread import all_engines, unread_share_of
from pdfpipe.imaging.stages import unread
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.job import PageJob, PageResult, PageSource
from pdfpipe.model.preprocessing_settings import PreprocessingSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import PageText
from pdfpipe.ocr.engine import EngineSpec
from tests.imaging.stages.pages import BOOK, view_of
from tests.support import truth_of


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page in light that falls off to one side, where Tesseract sees no text."""
    paper_and_ink = 40 + np.asarray(view_of(BOOK).pixels.convert("L")) / 255 * 195
    light = np.linspace(0.3, 1.0, paper_and_ink.shape[1])
    Image.fromarray((paper_and_ink * light).astype(np.uint8)).save(tmp_path / "page.png", dpi=(200, 200))
    return tmp_path / "page.png"


def read(page: Path, engine: str) -> tuple[PageResult, PageSummary]:
    settings = Settings(engine=engine, preprocessing=PreprocessingSettings(stages=()))
    result = run_page(PageJob(PageSource(page), 1, settings))
    return result, PageSummary.of(result)


def test_a_page_of_which_half_was_not_read_needs_a_look_however_sure_the_rest_is(page: Path) -> None:
    result, summary = read(page, "tesseract")
    assert summary.confidence is not None
    assert summary.confidence > 0.9
    assert result.unread > 0.4
    assert doubts(summary) == (f"{result.unread:.0%} of what looks like print was not read",)


def test_another_engine_is_asked_about_what_the_first_has_overlooked(page: Path) -> None:
    result, summary = read(page, "auto")
    assert result.unread == 0
    assert doubts(summary) == ()
    assert summary.words == pytest.approx(len(truth_of(BOOK).words), rel=0.02)
    assert any("ppocr" in name for name, _ in summary.engines)


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
    thorough = all_engines(spec)
    assert (thorough.mode if thorough is not None else None) is mode


def test_a_page_that_cannot_be_looked_at_keeps_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> float:
        raise ValueError("no")

    monkeypatch.setattr(unread, "unread_share", fail)
    view = view_of(BOOK)
    assert unread_share_of(view, PageText(*view.pixels.size)) == 0
