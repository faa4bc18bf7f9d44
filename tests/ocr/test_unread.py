"""Print that no word lies on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw, ImageFont

from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.ocr.unread import unread_print
from tests.imaging.stages.pages import BOOK, skewed, view_of
from tests.support import truth_of

WORDS = [word.box for word in truth_of(BOOK).words]


def share_of(page: OcrImage, words: Sequence[BoundingBox]) -> float:
    unread = unread_print(page, words)
    assert unread is not None
    return unread.share


def test_a_page_of_which_every_word_was_read_has_none() -> None:
    assert share_of(view_of(BOOK), WORDS) == 0


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_words_that_were_not_read_count_by_their_length(share: float) -> None:
    height = view_of(BOOK).pixels.height
    lowest = sorted(WORDS, key=lambda box: box.y0)[int(len(WORDS) * (1 - share))].y0
    read = [box for box in WORDS if box.y0 < lowest - 0.002 * height]
    left_out = sum(box.width for box in WORDS) - sum(box.width for box in read)
    expected = left_out / sum(box.width for box in WORDS)
    assert share_of(view_of(BOOK), read) == pytest.approx(expected, abs=0.08)


def test_nothing_is_told_of_a_page_of_which_nothing_was_read() -> None:
    assert unread_print(view_of(BOOK), []) is None


@pytest.mark.parametrize("degrees", [-5, 2, 5])
def test_lines_that_slope_are_seen_too(degrees: float) -> None:
    assert share_of(skewed(view_of(BOOK), degrees)[0], WORDS[:3]) > 0.9


def test_an_empty_page_has_no_print() -> None:
    page = OcrImage(Image.new("1", (1500, 1000), 1), 150.0)
    assert share_of(page, WORDS[:3]) == 0


def test_rules_dashes_and_pictures_are_no_print() -> None:
    page = view_of(BOOK).pixels.convert("L")
    free = Image.new("L", (page.width, page.height * 2), 255)
    free.paste(page)
    draw = ImageDraw.Draw(free)
    bottom = page.height
    for x in range(50, page.width - 50, 24):
        draw.rectangle((x, bottom + 40, x + 14, bottom + 43), fill=0)
    draw.rectangle((50, bottom + 100, page.width - 50, bottom + 104), fill=0)
    draw.ellipse((100, bottom + 200, 600, bottom + 600), fill=60)
    assert share_of(OcrImage(free, 200.0), WORDS) == 0


def test_nothing_is_told_of_print_that_is_as_small_as_dust() -> None:
    specks = [BoundingBox(10.0, 10.0, 40.0, 12.0)]
    assert unread_print(view_of(BOOK), specks) is None


def test_boxes_beyond_the_edge_are_borne() -> None:
    assert share_of(view_of(BOOK), [BoundingBox(-50.0, -50.0, 1e6, 1e6)]) == 0
    assert share_of(view_of(BOOK), [*WORDS[:2], BoundingBox(-300.0, -300.0, -200.0, -200.0)]) > 0.9


def test_it_is_told_where_it_is_however_short() -> None:
    page = view_of(BOOK).pixels.convert("L")
    free = Image.new("L", (page.width, page.height + 400), 255)
    free.paste(page)
    ImageDraw.Draw(free).text((700, page.height + 150), "10.45", fill=0, font=ImageFont.load_default(34))
    unread = unread_print(OcrImage(free, 200.0), WORDS)
    assert unread is not None
    assert unread.share == 0
    (run,) = unread.runs
    assert (
        run.iou(
            BoundingBox(
                *ImageDraw.Draw(free).textbbox(
                    (700, page.height + 150), "10.45", font=ImageFont.load_default(34)
                )
            )
        )
        > 0.7
    )
