"""Where words are, told from a line's text, its box and its ink: no Java is needed for that."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from pdfpipe.imaging.load import load_page
from pdfpipe.imaging.ocr_view import ocr_view
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.job import PageSource
from pdfpipe.ocr.aspose.words import word_boxes
from tests.support import SCANS, mean_iou, truth_of

WORDS = ["I", "have", "a", "map", "of", "illuminated", "ill-lit", "cities."]


def drawn(ink: int, paper: int) -> tuple[Image.Image, list[BoundingBox]]:
    """A line of print, its words 11 pixels apart, and where their ink is."""
    page = Image.new("L", (900, 80), paper)
    draw = ImageDraw.Draw(page)
    font = ImageFont.load_default(30)
    x, boxes = 20.0, []
    for word in WORDS:
        draw.text((x, 20), word, fill=ink, font=font)
        alone = Image.new("L", page.size, 0)
        ImageDraw.Draw(alone).text((x, 20), word, fill=255, font=font)
        drawn_to = alone.point(lambda value: 255 if value > 127 else 0).getbbox()
        assert drawn_to is not None
        boxes.append(BoundingBox(*map(float, drawn_to)))
        x = drawn_to[2] + 11.0
    return page, boxes


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (150, 240)])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_words_are_where_their_ink_is(ink: int, paper: int, mode: str) -> None:
    page, true = drawn(ink, paper)
    line = BoundingBox(16, 15, true[-1].x1 + 5, 62)
    assert mean_iou(word_boxes(WORDS, line, page.convert(mode)), true) > 0.9


def test_black_and_white_pages_are_read_too() -> None:
    page, true = drawn(0, 255)
    assert (
        mean_iou(word_boxes(WORDS, BoundingBox(16, 15, true[-1].x1 + 5, 62), page.convert("1")), true) > 0.9
    )


@pytest.mark.parametrize("shade", [0, 255])
def test_without_ink_words_are_as_wide_as_their_letters(shade: int) -> None:
    line = BoundingBox(10, 10, 310, 40)
    boxes = word_boxes(["i", "wwwwww"], line, Image.new("L", (400, 50), shade))
    assert boxes[0].x0 == 10
    assert boxes[-1].x1 == pytest.approx(310)
    assert boxes[0].x1 < boxes[1].x0
    assert boxes[0].width * 5 < boxes[1].width


def test_a_line_without_gaps_is_shared_out() -> None:
    page = Image.new("L", (400, 50), 255)
    page.paste(0, (10, 20, 310, 30))
    boxes = word_boxes(["two", "words"], BoundingBox(10, 10, 310, 40), page)
    assert boxes[0].x1 < boxes[1].x0
    assert all(box.area > 0 for box in boxes)


@pytest.mark.parametrize("scan", ["formats/png-grey8.png", "layouts/one-letter-words.png", "letter.tif"])
def test_words_of_scanned_lines_are_found(scan: str) -> None:
    """The lines are the truth's, some pixels larger: about what Aspose gives."""
    page, _ = ocr_view(load_page(PageSource(SCANS / scan), image_dpi=None, max_pixels=1e9))
    truth = truth_of(SCANS / scan)
    found, true = [], []
    for number in range(len(truth.lines)):
        words = truth.words_of(number)
        if not words or truth.lines[number].angle:
            continue
        box = words[0].box
        for word in words:
            box = box.union(word.box)
        line = BoundingBox(box.x0 - 3, box.y0 - 4, box.x1 + 3, box.y1 + 2)
        found += word_boxes([word.text for word in words], line, page.pixels)
        true += [word.box for word in words]
    assert mean_iou(found, true) > 0.93


def test_a_wide_gap_counts_more_than_where_a_gap_is_expected() -> None:
    """Eight letters of the same width, as on a typewriter, where a plain font has narrow ones first."""
    page = Image.new("L", (300, 50), 255)
    x, starts = 20, []
    for letter in range(8):
        starts.append(x)
        page.paste(0, (x, 15, x + 20, 35))
        x += 26 if letter != 3 else 46
    first, second = word_boxes(["tall", "name"], BoundingBox(20, 10, x - 6, 40), page)
    assert (first.x1, second.x0) == (starts[3] + 20, starts[4])
