"""What is read on trial: the same lines before and after a stage, those that it changed if it left others."""

from __future__ import annotations

import math

import msgspec
import numpy as np
from PIL import Image, ImageFilter

from pdfpipe.imaging.stages.sample import not_too_large, same_lines
from pdfpipe.model.geometry import BoundingBox, Point, Transform
from pdfpipe.model.image import OcrImage
from tests.imaging.stages.pages import BOOK, view_of


def gray_book() -> Image.Image:
    return view_of(BOOK).pixels.convert("L")


def ink(image: Image.Image) -> float:
    return float((np.asarray(image.convert("L")) < 128).sum())


def test_lines_that_a_stage_has_changed_are_the_sample() -> None:
    before = gray_book()
    after = before.copy()
    box = (200, 700, 1200, 760)
    after.paste(Image.eval(before.crop(box), lambda shade: 255 - shade), box)
    plain, changed = same_lines(OcrImage(before, 200), OcrImage(after, 200), Transform())
    assert plain.pixels.size == changed.pixels.size
    assert changed.pixels.height < 150
    assert ink(changed.pixels) - ink(plain.pixels) == ink(after) - ink(before)


def test_a_scaled_page_shows_the_same_lines() -> None:
    before = gray_book()
    after = before.resize((2 * before.width, 2 * before.height))
    plain, scaled = same_lines(OcrImage(before, 200), OcrImage(after, 400), Transform.scaling(0.5, 0.5))
    assert plain.pixels.height < before.height / 3
    assert abs(ink(scaled.pixels) / 4 / ink(plain.pixels) - 1) < 0.05


def test_a_stage_that_changes_all_of_a_page_a_little_is_tried_on_its_usual_lines() -> None:
    before = gray_book()
    before.paste(0, (0, 0, before.width, 12))
    after = before.filter(ImageFilter.GaussianBlur(1.5))
    after.paste(255, (0, 0, before.width, 12))
    plain, soft = same_lines(OcrImage(before, 200), OcrImage(after, 200), Transform())
    assert plain.pixels.size == soft.pixels.size
    assert ink(soft.pixels) > 2000
    assert soft.pixels.height > 200


def test_what_parts_the_lines_of_a_sample_has_the_shade_of_their_paper() -> None:
    page = Image.eval(gray_book(), lambda shade: 30 + shade * 150 // 255)
    plain, _ = same_lines(OcrImage(page, 200), OcrImage(page.copy(), 200), Transform())
    assert np.asarray(plain.pixels).max() == 180


def test_a_very_large_page_is_tried_at_a_smaller_size() -> None:
    page = not_too_large(OcrImage(Image.new("1", (4500, 7200), 1), 600))
    assert (page.pixels.size, page.dpi) == ((2250, 3600), 300)
    assert not_too_large(page) is page


class Wave(msgspec.Struct, frozen=True):
    """From a level page to one whose lines are a wave."""

    def apply(self, point: Point) -> Point:
        return Point(point.x, point.y + 40 * math.sin(point.x / 250))

    def apply_box(self, box: BoundingBox) -> BoundingBox:
        raise NotImplementedError


def test_of_a_bent_page_the_same_lines_are_cut_along_their_bends() -> None:
    level = gray_book()
    levels = np.asarray(level)
    bent = np.full_like(levels, 255)
    for x in range(levels.shape[1]):
        bent[:, x] = np.roll(levels[:, x], round(40 * math.sin(x / 250)))
    before, after = same_lines(OcrImage(Image.fromarray(bent), 200), OcrImage(level, 200), Wave())
    assert after.pixels.height < level.height / 3
    assert abs(ink(before.pixels) / ink(after.pixels) - 1) < 0.03
