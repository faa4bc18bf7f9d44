"""When a file has been left alone for long enough; no clock but the test's."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.batch.watch.settling import Settling, is_hidden, is_partial
from pdfpipe.model.job import FileStamp

OLD = FileStamp(1, 0)
NEW = FileStamp(2, 0)
FUTURE = FileStamp(1, 10**19)


def test_a_file_settles_when_it_has_not_changed_for_as_long_as_was_asked() -> None:
    settling = Settling(5)
    settling.observe({"a.tif": OLD}, 100)
    settling.observe({"a.tif": OLD}, 104.9)
    assert not settling.have_settled(["a.tif"], 104.9)
    assert settling.have_settled(["a.tif"], 105)


@pytest.mark.parametrize("changed", [NEW, FileStamp(1, 1), FileStamp(1, -(10**18)), FUTURE])
def test_any_change_of_size_or_time_backwards_too_starts_the_waiting_anew(changed: FileStamp) -> None:
    settling = Settling(5)
    settling.observe({"a.tif": OLD}, 0)
    settling.observe({"a.tif": changed}, 4)
    assert not settling.have_settled(["a.tif"], 8)
    assert settling.have_settled(["a.tif"], 9)


def test_a_time_in_the_future_keeps_no_file_from_settling() -> None:
    settling = Settling(5)
    settling.observe({"a.tif": FUTURE}, 0)
    assert settling.have_settled(["a.tif"], 5)


def test_a_file_that_was_away_is_new() -> None:
    settling = Settling(5)
    settling.observe({"a.tif": OLD}, 0)
    settling.observe({}, 4)
    settling.observe({"a.tif": OLD}, 6)
    assert not settling.have_settled(["a.tif"], 10)
    assert settling.have_settled(["a.tif"], 11)


@pytest.mark.parametrize(("name", "stamp"), [("a.tif.part", OLD), ("a.tif", FileStamp(0, 0))])
def test_what_shows_itself_to_be_incomplete_is_waited_for_far_longer_but_not_for_ever(
    name: str, stamp: FileStamp
) -> None:
    settling = Settling(5)
    settling.observe({name: stamp}, 0)
    assert not settling.have_settled([name], 59)
    assert settling.have_settled([name], 60)


def test_without_a_delay_a_file_has_settled_when_it_is_seen() -> None:
    settling = Settling(0)
    settling.observe({"a.tif": OLD}, 7)
    assert settling.have_settled(["a.tif"], 7)


def test_it_tells_whether_anything_has_changed() -> None:
    settling = Settling(5)
    assert settling.observe({"a.tif": OLD}, 0)
    assert not settling.observe({"a.tif": OLD}, 1)
    assert settling.observe({"a.tif": NEW}, 2)
    assert settling.observe({}, 3)


@pytest.mark.parametrize(
    ("name", "hidden", "partial"),
    [
        ("a.tif", False, False),
        (".a.tif.Xy12", True, False),
        ("letters/.DS_Store", True, False),
        ("~$a.docx", True, False),
        ("a.tif~", True, False),
        ("a.tif.part", False, True),
        ("letters/a.TMP", False, True),
        ("a.pdf.crdownload", False, True),
        ("part.tif", False, False),
        ("~", True, False),
    ],
)
def test_names_that_are_no_scans(name: str, hidden: bool, partial: bool) -> None:
    assert (is_hidden(name), is_partial(name)) == (hidden, partial)


STAMPS = st.sampled_from([OLD, NEW, FUTURE])
LOOKS = st.lists(
    st.tuples(st.floats(0.1, 7), st.dictionaries(st.sampled_from(["a", "b", "c"]), STAMPS)), min_size=1
)


@given(LOOKS)
def test_a_file_has_settled_exactly_if_it_looked_the_same_for_the_whole_delay(
    looks: list[tuple[float, Mapping[str, FileStamp]]],
) -> None:
    settling = Settling(5)
    now, history = 0.0, []
    for pause, files in looks:
        now += pause
        settling.observe(files, now)
        history.append((now, files))
    for name, stamp in history[-1][1].items():
        same_since = now
        for when, files in reversed(history):
            if files.get(name) != stamp:
                break
            same_since = when
        assert settling.have_settled([name], now) == (now - same_since >= 5)
