"""Letters as high as several lines become part of their word."""

from __future__ import annotations

from pdfpipe.batch.page_task import run_page
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.job import PageJob, PageSource
from pdfpipe.model.settings import Settings
from pdfpipe.model.text import Direction
from pdfpipe.ocr.drop_caps import with_drop_caps_joined
from tests.specimens import line_of, page_of, word
from tests.support import SCRIPTS

REST = [word("veryone", 46, 12, 100, 22), word("has", 106, 12, 130, 22)]


def test_a_drop_cap_at_the_start_of_its_line_is_joined() -> None:
    page = page_of([line_of([word("E", 10, 10, 40, 40), *REST])], 200, 100)
    (joined,) = with_drop_caps_joined(page).lines
    assert [w.text for w in joined.words] == ["Everyone", "has"]
    assert joined.words[0].box == BoundingBox(10, 12, 100, 22)


def test_a_drop_cap_in_a_line_of_its_own_is_joined() -> None:
    below = line_of([word("right", 46, 28, 80, 38)])
    page = page_of([line_of([word("E", 10, 10, 40, 40)]), below, line_of(REST)], 200, 100)
    assert [line.text for line in with_drop_caps_joined(page).lines] == ["right", "Everyone has"]


def test_other_letters_stay_as_they_are() -> None:
    for lines in (
        [line_of([word("A", 10, 12, 18, 22), word("man", 24, 14, 50, 22)])],  # a word of one letter
        [line_of([word("E", 10, 10, 40, 40), word("Veryone", 46, 12, 100, 22)])],  # no continuation
        [line_of([word("E", 10, 10, 40, 40)]), line_of([word("veryone", 90, 12, 150, 22)])],  # far away
        [line_of([word("E", 10, 10, 40, 40)]), line_of([word("below", 46, 50, 90, 60)])],
        [line_of([word("E", 10, 10, 40, 40), *REST], Direction.RIGHT_TO_LEFT)],
    ):
        page = page_of(lines, 200, 100)
        assert with_drop_caps_joined(page) is page


def test_tesseract_s_drop_cap_is_joined() -> None:
    job = PageJob(PageSource(SCRIPTS / "eng-drop-caps.png"), 1, Settings(engine="tesseract"))
    content = run_page(job).content
    assert content is not None
    assert content.text is not None
    assert "Everyone has the right to life, liberty and the" in content.text.text
