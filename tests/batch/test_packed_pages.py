"""Summaries of pages come back as they were, wherever they are asked for, and take little room."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.batch.events import PageSummary
from pdfpipe.batch.packed_pages import PackedPages, PagePacker
from pdfpipe.model.job import Failure, FileStamp, PageSource, Stage


def summary(number: int) -> PageSummary:
    """As a page of a real batch has it."""
    source = PageSource(
        Path(f"/scans/register/{number:05}.tif"), 0, FileStamp(90_000 + number, 10**18 + number)
    )
    seconds = (("load", number / 7000), ("recognize", number / 1300), ("encode", number / 9000))
    return PageSummary(
        number,
        source,
        300,
        0.93,
        (300.0, 300.0),
        seconds=seconds,
        pixels=(2480, 3508),
        content_hash=f"{number:032x}",
    )


def packed(pages: Sequence[PageSummary]) -> PackedPages:
    packer = PagePacker()
    for page in pages:
        packer.append(page)
    return packer.packed()


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 128, 200])
def test_pages_are_what_was_packed(length: int) -> None:
    pages = [summary(number) for number in range(1, length + 1)]
    together = packed(pages)
    assert (len(together), list(together)) == (length, pages)
    assert list(reversed(together)) == pages[::-1]
    assert together == tuple(pages)
    assert together == packed(pages)
    assert hash(together) == hash(packed(pages))
    assert together != packed([*pages, summary(0)])


@given(st.integers(0, 150), st.data())
def test_any_page_and_slice_can_be_had(length: int, data: st.DataObject) -> None:
    pages = tuple(map(summary, range(length)))
    together = packed(pages)
    index = data.draw(st.integers(-length - 3, length + 3))
    if -length <= index < length:
        assert together[index] == pages[index]
    else:
        with pytest.raises(IndexError):
            together[index]
    part = data.draw(st.slices(length))
    assert together[part] == pages[part]


def test_what_has_been_packed_does_not_change_when_more_is_added() -> None:
    packer = PagePacker()
    packer.append(summary(1))
    first = packer.packed()
    packer.append(summary(2))
    assert (len(first), len(packer.packed())) == (1, 2)


@pytest.mark.skipif(sys.platform == "win32", reason="names of files are Unicode there")
def test_names_that_are_no_unicode_and_failures_survive() -> None:
    source = PageSource(Path("scans/\udcff.tif"))
    page = PageSummary(1, source, failure=Failure(Stage.LOAD, "\udcff: cut short", source.path, 1))
    assert packed([page])[0] == page


def test_ten_thousand_pages_take_a_few_million_bytes() -> None:
    packer = PagePacker()
    tracemalloc.start()
    try:
        for number in range(10_000):
            packer.append(summary(number))
        gc.collect()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(packer.packed()) == 10_000
    assert taken < 7_000_000, "2.4 as a rule; what else the process does counts too"
