from __future__ import annotations

import pytest

from pdfpipe.model.geometry import BoundingBox, Point, Transform
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word, joined


def make_word(text: str, confidence: float = 0.5, x: float = 0) -> Word:
    return Word(text, BoundingBox(x, 0, x + 10, 10), confidence, Direction.RIGHT_TO_LEFT)


def make_page() -> PageText:
    box = BoundingBox(0, 0, 30, 10)
    baseline = Baseline(Point(0, 8), Point(30, 8))
    first = Line((make_word("All", 0.9), make_word("men", 0.6, 20)), box, baseline)
    second = Line((make_word("are", 1.0),), box, direction=Direction.RIGHT_TO_LEFT)
    third = Line((make_word("equal", 0.4),), box)
    return PageText(100, 50, (Block((first, second), box), Block((third,), box)))


def test_text_has_a_line_a_line_and_an_empty_line_between_blocks() -> None:
    assert make_page().text == "All men\nare\n\nequal"


def test_words_and_lines_come_in_reading_order() -> None:
    page = make_page()
    assert [word.text for word in page.words] == ["All", "men", "are", "equal"]
    assert [line.text for line in page.lines] == ["All men", "are", "equal"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("人人", "生而", "自由。"), "人人生而自由。"),
        (("カタ", "カナ", "\U00020b9f", "る"), "カタカナ\U00020b9fる"),
        (("東京", "Tokyo", "2020", "年"), "東京 Tokyo 2020 年"),
        (("모든", "인간은"), "모든 인간은"),
        ((), ""),
    ],
)
def test_words_stand_without_spaces_between_them_where_their_script_has_none(
    words: tuple[str, ...], text: str
) -> None:
    assert joined(words) == text


def test_long_words_weigh_more_in_the_mean_confidence() -> None:
    letters = 3 * 0.9 + 3 * 0.6 + 3 * 1.0 + 5 * 0.4
    assert make_page().mean_confidence == pytest.approx(letters / 14)


def test_a_page_without_words_has_no_confidence_and_no_text() -> None:
    empty = PageText(100, 50)
    assert empty.mean_confidence is None
    assert empty.text == ""
    assert list(empty.words) == []


def test_a_mapped_page_has_all_its_parts_in_the_new_frame() -> None:
    mapped = make_page().mapped(Transform(a=2, d=3, e=5, f=7), 205, 157)
    assert (mapped.width, mapped.height) == (205, 157)
    block = mapped.blocks[0]
    line = block.lines[0]
    assert block.box == line.box == BoundingBox(5, 7, 65, 37)
    assert line.baseline == Baseline(Point(5, 31), Point(65, 31))
    assert line.words[1].box == BoundingBox(45, 7, 65, 37)


def test_mapping_changes_nothing_but_places() -> None:
    page = make_page()
    mapped = page.mapped(Transform.scaling(2, 2), 200, 100)
    assert mapped.text == page.text
    assert [(w.confidence, w.direction) for w in mapped.words] == [
        (w.confidence, w.direction) for w in page.words
    ]
    assert [line.direction for line in mapped.lines] == [line.direction for line in page.lines]
    assert mapped.mapped(Transform.scaling(0.5, 0.5), 100, 50) == page
