from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Direction, Line, LinePart, Word, joined
from pdfpipe.ocr.auto.line_parts import parts_around, within_part


def line_of(*words: tuple[str, float, float], height: float = 40) -> Line:
    """Words from one x to another."""
    placed = tuple(Word(text, BoundingBox(x0, 0, x1, height), 0.9) for text, x0, x1 in words)
    box = placed[0].box
    for word in placed[1:]:
        box = box.union(word.box)
    return Line(placed, box)


EVEN = line_of(*((f"w{i}", 100.0 * i, 100.0 * i + 80) for i in range(12)))


def texts(line: Line, *doubtful: int) -> list[str]:
    return [joined(word.text for word in part.words) for part in parts_around(line, doubtful)]


def test_words_are_read_with_their_neighbours() -> None:
    assert texts(EVEN, 5) == ["w4 w5 w6"]
    assert texts(EVEN, 0, 11) == ["w0 w1", "w10 w11"]


def test_runs_that_touch_are_read_as_one() -> None:
    assert texts(EVEN, 2, 4) == ["w1 w2 w3 w4 w5"]
    assert texts(EVEN, 2, 5, 9) == ["w1 w2 w3 w4 w5 w6", "w8 w9 w10"]


@given(st.sets(st.integers(0, 11), min_size=1))
def test_each_doubtful_word_is_read_once(doubtful: set[int]) -> None:
    parts = list(parts_around(EVEN, sorted(doubtful)))
    read = [i for part in parts for i in range(part.start, part.stop)]
    assert len(read) == len(set(read))
    assert doubtful <= set(read)
    assert set(read) <= set(range(12))


def test_words_from_right_to_left_are_parted_too() -> None:
    line = replace(EVEN, words=EVEN.words[::-1], direction=Direction.RIGHT_TO_LEFT)
    assert texts(line, 5) == ["w7 w6 w5"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(
            replace(EVEN, words=(*EVEN.words, Word("-", BoundingBox(0, 0, 1180, 40), 0.1))),
            id="a stain over all of it",
        ),
        pytest.param(
            replace(EVEN, words=(Word("|", BoundingBox(-60, -60, -50, 60), 0.1), *EVEN.words)), id="a rule"
        ),
        pytest.param(
            line_of(("total", 100, 200), ("of", 60, 400), ("sums", 410, 500)), id="words over one another"
        ),
        pytest.param(replace(EVEN, words=EVEN.words[::-1]), id="words in no order"),
        pytest.param(replace(EVEN, direction=Direction.TOP_TO_BOTTOM), id="written downwards"),
        pytest.param(line_of(("up", 0, 30), ("wards", 40, 70), height=900), id="a column"),
    ],
)
def test_an_odd_line_is_read_whole(line: Line) -> None:
    (part,) = parts_around(line, [1])
    assert part.is_whole


def test_what_hangs_in_from_beside_a_part_is_left_out() -> None:
    part = LinePart(EVEN, 4, 7)
    read = line_of(("3", 382, 392), ("w4", 401, 479), ("w5", 500, 581), ("w6", 600, 676), ("w", 684, 698))
    found = within_part(part, read)
    assert found is not None
    assert found.text == "w4 w5 w6"
    assert found.box == part.box
    assert within_part(part, line_of(("w", 684, 698))) is None


def test_a_whole_line_may_be_read_longer_than_it_was() -> None:
    read = line_of(("no", -50, -10), ("w0", 0, 80))
    assert within_part(LinePart(EVEN, 0, 12), read) == read
