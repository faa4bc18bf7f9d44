"""Pages of which an engine overlooks much and is sure of the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from pdfpipe.batch.events import PageSummary
from pdfpipe.batch.page_task import run_page
from pdfpipe.batch.report.doubts import doubts
from pdfpipe.batch.unread import unread_share_of
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.job import PageJob, PageResult, PageSource
from pdfpipe.model.preprocessing_settings import PreprocessingSettings
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import Block, Direction, Line, PageText, Word
from pdfpipe.ocr import unread
from tests.imaging.stages.pages import BOOK, view_of
from tests.support import truth_of


def text_of(scan: Path) -> PageText:
    """All words of a fixture, in one line."""
    truth = truth_of(scan)
    words = tuple(Word(word.text, word.box, 0.9) for word in truth.words)
    page = BoundingBox(0, 0, truth.width, truth.height)
    return PageText(truth.width, truth.height, (Block((Line(words, page),), page),))


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
    assert result.unread is not None
    assert result.unread > 0.4
    assert doubts(summary) == (f"{result.unread:.0%} of what looks like print was not read",)


def test_another_engine_is_asked_about_what_the_first_has_overlooked(page: Path) -> None:
    result, summary = read(page, "auto")
    assert result.unread == 0
    assert doubts(summary) == ()
    assert summary.words == pytest.approx(len(truth_of(BOOK).words), rel=0.02)
    assert any("ppocr" in name for name, _ in summary.engines)


def test_it_is_told_why_all_engines_were_asked(page: Path) -> None:
    result, _ = read(page, "auto")
    assert any("was not read at first, so all engines were asked anew" in note for note in result.notes)


def test_what_was_read_stays_if_the_other_engine_fails(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pdfpipe.batch.recognition._all_engines", lambda spec: replace(spec, name="broken"))
    result, summary = read(page, "auto")
    assert result.failure is None
    assert summary.words > 50
    assert any("print was not read, and another engine failed" in note for note in result.notes)
    assert len(doubts(summary)) == 1


def test_a_page_that_cannot_be_looked_at_keeps_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> float:
        raise ValueError("no")

    monkeypatch.setattr(unread, "unread_print", fail)
    assert unread_share_of(view_of(BOOK), text_of(BOOK)) is None


def test_nothing_is_told_of_pages_without_words_and_of_columns() -> None:
    view, text = view_of(BOOK), text_of(BOOK)
    (block,) = text.blocks
    downwards = replace(block, lines=(replace(block.lines[0], direction=Direction.TOP_TO_BOTTOM),))
    assert unread_share_of(view, text) == 0
    assert unread_share_of(view, replace(text, blocks=(downwards,))) is None
    assert unread_share_of(view, replace(text, blocks=())) is None
