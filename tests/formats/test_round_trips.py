"""What is written is read again as it was, up to what each format cannot tell."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.model.text import Baseline, Direction, Line, PageText
from tests.formats.pages import line_of, page_of, page_texts, read, write

READABLE = (Sidecar.HOCR, Sidecar.ALTO, Sidecar.JSON)
PIXELS = {Sidecar.HOCR: 1.01, Sidecar.ALTO: 0.02, Sidecar.JSON: 0.006}
"""How far an edge may be from where it was: hOCR has whole pixels."""

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def as_it_can_be_told(text: str, kind: Sidecar) -> str:
    return (_SURROGATES if kind is Sidecar.JSON else _NOT_IN_XML).sub("\ufffd", text)


def assert_close(found: BoundingBox, true: BoundingBox, within: float) -> None:
    assert (found.x0, found.y0, found.x1, found.y1) == pytest.approx(
        (true.x0, true.y0, true.x1, true.y1), abs=within
    )


def assert_same_baseline(found: Baseline | None, true: Baseline | None, within: float) -> None:
    assert (found is None) == (true is None)
    if found is not None and true is not None:
        ends = (found.start.x, found.start.y, found.end.x, found.end.y)
        assert ends == pytest.approx((true.start.x, true.start.y, true.end.x, true.end.y), abs=within)


def pairs(found: PageText, true: PageText) -> Iterator[tuple[Line, Line]]:
    assert [len(block.lines) for block in found.blocks] == [len(block.lines) for block in true.blocks]
    return chain.from_iterable(
        zip(f.lines, t.lines, strict=True) for f, t in zip(found.blocks, true.blocks, strict=True)
    )


@pytest.mark.parametrize("kind", READABLE)
@given(texts=st.lists(page_texts(), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_pages_come_back(kind: Sidecar, texts: list[PageText]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), kind, texts)
        found = read(path, *((text.width, text.height) for text in texts))
    within = PIXELS[kind]
    for page, true in zip(found, texts, strict=True):
        assert (page.width, page.height, page.notes) == (true.width, true.height, ())
        for block, true_block in zip(page.blocks, true.blocks, strict=True):
            assert_close(block.box, true_block.box, within)
        for line, true_line in pairs(page, true):
            assert_close(line.box, true_line.box, within)
            assert_same_baseline(line.baseline, true_line.baseline, within + 0.2)
            assert line.direction is true_line.direction
            assert kind is Sidecar.ALTO or line.engine == true_line.engine
            assert [word.text for word in line.words] == [
                as_it_can_be_told(word.text, kind) for word in true_line.words
            ]
            for word, true_word in zip(line.words, true_line.words, strict=True):
                assert_close(word.box, true_word.box, within)
                assert word.confidence == pytest.approx(true_word.confidence, abs=1e-4)
                assert kind is Sidecar.ALTO or word.direction is true_word.direction


@pytest.mark.parametrize("kind", READABLE)
def test_pages_without_text_and_pages_that_were_not_read_keep_their_place(
    kind: Sidecar, tmp_path: Path
) -> None:
    page = page_of(line_of(("word", (10, 10, 90, 40))), width=100, height=100)
    path = write(tmp_path, kind, [None, page, PageText(100, 100)])
    found = read(path, *[(100, 100)] * 3)
    assert [[word.text for word in page.words] for page in found] == [[], ["word"], []]


@pytest.mark.parametrize("kind", READABLE)
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (Point(100, 290), Point(500, 280)),
        (Point(490, 300), Point(485, 200)),
        (Point(500, 210), Point(100, 215)),
        (Point(110, 200), Point(112, 300)),
    ],
    ids=["upright", "running up", "upside down", "running down"],
)
def test_turned_lines_keep_their_baselines(kind: Sidecar, start: Point, end: Point, tmp_path: Path) -> None:
    box = (100.0, 200.0, 500.0, 300.0)
    line = line_of(("word", box))
    turned = Line(line.words, line.box, Baseline(start, end))
    (page,) = read(write(tmp_path, kind, [page_of(turned)]), (1000, 1400))
    (found,) = page.lines
    assert_same_baseline(found.baseline, turned.baseline, 0.02)


@pytest.mark.parametrize("kind", READABLE)
def test_languages_are_told_to_who_reads_the_file(kind: Sidecar, tmp_path: Path) -> None:
    from pdfpipe.formats.reading import open_text

    path = write(tmp_path, kind, [page_of(line_of(("word", (10, 10, 90, 40))))])
    assert open_text(path).languages == ("en",)


def test_vertical_text_is_vertical_again(tmp_path: Path) -> None:
    line = line_of(("縦書", (10, 10, 50, 400)), direction=Direction.TOP_TO_BOTTOM)
    for kind in READABLE:
        (page,) = read(write(tmp_path, kind, [page_of(line)]), (1000, 1400))
        (found,) = page.lines
        assert (found.direction, found.words[0].direction) == (Direction.TOP_TO_BOTTOM,) * 2
