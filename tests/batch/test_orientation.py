"""Which way up a page is, by what comes of reading it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

import pytest
from PIL import Image

from pdfpipe.batch.orientation import Turn, find_turn, turn_after_reading, turn_before_reading
from pdfpipe.batch.trial_reading import TrialReader, TrialResult, runs_along
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, view_of
from tests.specimens import line_of, page_of, word

PAGE = view_of(BOOK)
NOTHING = TrialResult()
SINGLE_LETTERS = TrialResult(right=11.5, letters=23, words=16)


def read(confidence: float, letters: int = 100) -> TrialResult:
    return TrialResult(confidence * letters, letters, letters // 5)


class Reader:
    """Gives readings in the order in which turns are tried, and counts them."""

    may_be_vertical = False

    def __init__(self, *readings: TrialResult, thorough: Reader | None = None) -> None:
        self.readings = list(readings)
        self.thorough = thorough
        self.sizes: list[tuple[int, int]] = []

    def read(self, sample: OcrImage) -> TrialResult:
        self.sizes.append(sample.pixels.size)
        return self.readings.pop(0)


def turn_of(reader: Reader, *suspected: int, page: OcrImage = PAGE) -> int:
    return find_turn(page, cast("TrialReader", reader), suspected).degrees


@pytest.mark.parametrize(
    ("head", "upright", "turn"),
    [
        (read(0.9), read(0.25), 180),
        (read(0.25), read(0.9), 0),
        (read(0.45), read(0.2), 180),  # poor print
    ],
)
def test_a_few_lines_tell(head: TrialResult, upright: TrialResult, turn: int) -> None:
    reader = Reader(head, upright)
    assert turn_of(reader, 180) == turn
    assert not reader.readings
    assert all(height < PAGE.pixels.height / 2 for _, height in reader.sizes)


@pytest.mark.parametrize(
    ("head", "upright", "turn"),
    [(read(0.7), read(0.3), 180), (read(0.3), read(0.7), 0), (read(0.5), read(0.4), 0)],
)
def test_where_they_do_not_all_of_the_page_is_read(
    head: TrialResult, upright: TrialResult, turn: int
) -> None:
    # The surer of the two comes first.
    reader = Reader(read(0.35), read(0.3), head, upright)
    assert turn_of(reader, 180) == turn
    assert reader.sizes[2:] == [PAGE.pixels.size] * 2


def test_of_several_engines_all_are_asked_last() -> None:
    unsure = [read(0.35), read(0.3)] * 2
    assert turn_of(Reader(*unsure, thorough=Reader(read(0.9), read(0.3))), 180) == 180
    sure = Reader(read(0.9), read(0.2), thorough=Reader())
    assert turn_of(sure, 180) == 180


def test_letters_that_were_hardly_read_count_for_nothing_however_sure() -> None:
    readings: Mapping[int, TrialResult] = {180: read(0.2), 90: read(0.95, 6), 270: NOTHING, 0: read(0.6)}
    assert turn_of(Reader(*readings.values()), *list(readings)[:3]) == 0


@pytest.mark.parametrize("find", [find_turn, turn_before_reading])
@pytest.mark.parametrize(
    ("sides", "as_it_lies", "turn"),
    [
        ((read(0.9), NOTHING), (), 90),
        ((read(0.1), read(0.5)), (), 270),
        ((SINGLE_LETTERS, NOTHING), (read(0.2),), 90),
        # A table between punch holes, whose sides are read with little confidence, or few letters of them.
        ((SINGLE_LETTERS, read(0.06, 3)), (read(0.56),), 0),
        ((SINGLE_LETTERS, read(0.95, 3)), (read(0.56),), 0),
    ],
)
def test_a_page_that_seems_to_lie_on_a_side_is_read_as_it_lies_where_single_letters_prove_a_turn(
    find: Callable[..., Turn],
    sides: tuple[TrialResult, ...],
    as_it_lies: tuple[TrialResult, ...],
    turn: int,
) -> None:
    whole = (read(0.8), read(0.1)) if find is find_turn and not turn else ()
    reader = Reader(*sides, *as_it_lies, *whole)
    assert find(PAGE, cast("TrialReader", reader), (90, 270)).degrees == turn
    assert not reader.readings


def test_of_a_page_that_seems_to_lie_on_a_side_all_is_read_however_little_its_lines_give() -> None:
    lines = [read(0.5, 5), NOTHING]
    assert turn_of(Reader(*lines, read(0.9), read(0.1)), 90, 270) == 90
    assert turn_of(Reader(NOTHING, NOTHING), 180) == 0


def test_a_page_with_nothing_to_read_is_not_read_as_a_whole() -> None:
    reader = Reader(read(0.3, 5), NOTHING)
    assert turn_of(reader, 180) == 0
    assert not reader.readings


@pytest.mark.parametrize(
    ("lines", "page", "turn"),
    [
        ((read(0.9), read(0.25)), (), 180),
        ((read(0.35), read(0.3)), (read(0.7), read(0.3)), 180),
        ((read(0.35), read(0.3)), (read(0.35), read(0.3)), 0),
        ((read(0.3), read(0.35)), (), 0),  # the page will be read as it lies anyway
        ((read(0.7, 4), read(0.1, 4)), (), 0),
    ],
)
def test_a_page_that_will_be_read_is_tried_as_a_whole_only_where_its_lines_speak_for_a_turn(
    lines: tuple[TrialResult, ...], page: tuple[TrialResult, ...], turn: int
) -> None:
    reader = Reader(*lines, *page, thorough=Reader())
    assert turn_before_reading(PAGE, cast("TrialReader", reader), (180,)).degrees == turn
    assert not reader.readings


@pytest.mark.parametrize(
    ("as_it_lies", "turned", "turn"),
    [
        (read(0.25), (read(0.9),), 180),
        (read(0.45), (read(0.5),), 0),
        (read(0.25, 10), (), 0),  # two words
    ],
)
def test_what_was_read_of_a_page_is_not_read_again(
    as_it_lies: TrialResult, turned: tuple[TrialResult, ...], turn: int
) -> None:
    all_engines = Reader(*turned)
    reader = Reader(read(0.1), read(0.15), read(0.05), read(0.1), thorough=all_engines)
    found = turn_after_reading(PAGE, cast("TrialReader", reader), (180, 90, 270), as_it_lies)
    assert found.degrees == turn
    assert not all_engines.readings
    assert all_engines.sizes == [PAGE.pixels.size] * len(turned)


def test_after_reading_the_first_lines_that_tell_are_the_last() -> None:
    reader = Reader(read(0.2), read(0.9))
    assert turn_after_reading(PAGE, cast("TrialReader", reader), (180, 90, 270), read(0.25)).degrees == 180
    assert not reader.readings


def test_a_very_large_page_is_tried_at_a_smaller_size() -> None:
    large = OcrImage(PAGE.pixels.convert("L").resize((4000, 6000)), 600)
    reader = Reader(read(0.35), read(0.3), read(0.9), read(0.2))
    assert turn_of(reader, 180, page=large) == 180
    assert max(reader.sizes[-1]) == 3600


def test_lines_that_run_up_or_down_are_seen() -> None:
    level = [line_of([word("level", 0, 50 * i, 200, 50 * i + 40)]) for i in range(3)]
    upwards = [line_of([word("upwards", 50 * i, 0, 50 * i + 40, 300)]) for i in range(3)]
    assert runs_along(page_of(level, 500, 500))
    assert runs_along(page_of([*level, upwards[0]], 500, 500))
    assert not runs_along(page_of([*upwards, level[0]], 500, 500))
    assert runs_along(page_of([], 500, 500))


def test_a_blank_page_stays() -> None:
    blank = OcrImage(Image.new("1", (500, 700), 1), 300)
    assert turn_of(Reader(NOTHING, NOTHING), 180, page=blank) == 0
