"""What stands on the level of words, beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.ocr.beside import lie_on, stand_beside

WORDS = [BoundingBox(100, 100, 180, 120), BoundingBox(190, 100, 300, 120), BoundingBox(100, 130, 160, 150)]


def is_beside(*box: float, words: list[BoundingBox] = WORDS) -> bool:
    (beside,) = stand_beside([BoundingBox(*box)], words)
    return bool(beside)


@pytest.mark.parametrize("x", [310, 900, 20])
def test_a_number_on_the_level_of_a_word_is_beside_it_however_far_away(x: float) -> None:
    assert is_beside(x, 101, x + 60, 121)


@pytest.mark.parametrize("y", [60, 112, 121, 160])
def test_what_stands_above_or_below_or_between_two_lines_is_not(y: float) -> None:
    assert not is_beside(500, y, 560, y + 14)


def test_what_is_more_than_three_times_as_high_is_not() -> None:
    assert is_beside(500, 85, 560, 144, words=WORDS[:1])
    assert not is_beside(500, 80, 560, 141, words=WORDS[:1])


def test_what_words_lie_on_for_the_most_part_is_not() -> None:
    assert is_beside(290, 100, 400, 120)
    assert not is_beside(200, 100, 400, 120)


def test_without_words_or_boxes_there_is_nothing() -> None:
    assert not is_beside(0, 0, 10, 10, words=[])
    assert stand_beside([], WORDS).tolist() == lie_on([], WORDS).tolist() == []


def test_boxes_beyond_the_first_few_are_compared_too() -> None:
    far = [BoundingBox(500, 900, 520, 920)] * 150
    assert stand_beside([*far, BoundingBox(500, 100, 560, 120)], WORDS).tolist() == [False] * 150 + [True]
    assert lie_on([*far, WORDS[0]], WORDS).tolist() == [False] * 150 + [True]


def test_a_word_that_but_touches_the_next_line_does_not_lie_on_it() -> None:
    assert not lie_on([BoundingBox(100, 115, 180, 135)], WORDS[:1])[0]
    assert lie_on([BoundingBox(100, 106, 180, 126)], WORDS[:1])[0]


boxes = st.builds(
    lambda x, y, width, height: BoundingBox(x, y, x + width, y + height),
    *[st.integers(0, 400).map(float)] * 2,
    *[st.integers(1, 60).map(float)] * 2,
)


@given(st.lists(boxes, max_size=5), st.lists(boxes, max_size=5), st.integers(-200, 200))
def test_it_does_not_matter_where_on_the_page_it_is(
    some: list[BoundingBox], words: list[BoundingBox], by: int
) -> None:
    def moved(box: BoundingBox) -> BoundingBox:
        return BoundingBox(box.x0 + by, box.y0 + by, box.x1 + by, box.y1 + by)

    there = stand_beside([moved(box) for box in some], [moved(box) for box in words])
    assert there.tolist() == stand_beside(some, words).tolist()
