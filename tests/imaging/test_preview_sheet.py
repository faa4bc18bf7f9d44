"""The picture of a page's way to the engine."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

from PIL import Image

from pdfpipe.imaging.preview_sheet import Excerpt, Panel, is_preview_sheet, preview_sheet
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.text import Block, Line, PageText, Word

WIDTH, HEIGHT = 600, 800


def text_of(*confidences: float) -> PageText:
    """Words one below the other, each on a band of a hundred pixels."""
    words = tuple(
        Word("word", BoundingBox(0, 100 * i, WIDTH, 100 * i + 100), confidence)
        for i, confidence in enumerate(confidences)
    )
    box = BoundingBox(0, 0, WIDTH, 100 * len(words))
    lines = tuple(Line((word,), word.box) for word in words)
    return PageText(WIDTH, HEIGHT, (Block(lines, box),))


PAGE: Final = Image.new("1", (WIDTH, HEIGHT), 1)
TEXT: Final = text_of(0.95, 0.7, 0.2)


def sheet_of(*panels: Panel, excerpts: tuple[Excerpt, ...] = ()) -> Image.Image:
    return Image.open(io.BytesIO(preview_sheet("scan.tif", panels, excerpts))).convert("RGB")


def colors_of(image: Image.Image) -> set[str]:
    """What hues there are besides gray."""
    found = set()
    for _, color in image.getcolors(1 << 24) or []:
        assert isinstance(color, tuple)
        red, green, blue = color
        if max(red, green, blue) - min(red, green, blue) > 60:
            found.add("red" if green < 0.7 * red else "yellow")
    return found


def test_doubtful_words_are_marked_on_the_picture() -> None:
    assert colors_of(sheet_of(Panel("a", (), PAGE, TEXT))) == {"red", "yellow"}
    assert colors_of(sheet_of(Panel("a", (), PAGE, text_of(0.95, 0.7)))) == {"yellow"}
    assert colors_of(sheet_of(Panel("a", (), PAGE, text_of(0.95)))) == set()


def test_doubtful_words_have_their_color_in_the_text_too() -> None:
    assert "red" in colors_of(sheet_of(excerpts=(Excerpt("read", text_of(0.2)),)))
    assert colors_of(sheet_of(excerpts=(Excerpt("read", text_of(0.9)),))) == set()


def test_there_is_room_for_any_number_of_panels_and_words_of_any_length() -> None:
    few, many = sheet_of(Panel("a", (), PAGE)), sheet_of(*[Panel("a" * 500, ("b " * 999,), PAGE)] * 9)
    assert many.width > few.width
    assert many.height > few.height + 800


def test_letters_that_the_font_has_not_do_no_harm() -> None:
    word = Word("漢字\u200f\U0001f600", BoundingBox(0, 0, 100, 100), 0.9)
    text = PageText(WIDTH, HEIGHT, (Block((Line((word,), word.box),), word.box),))
    assert sheet_of(Panel(word.text, (word.text,), PAGE), excerpts=(Excerpt("read", text),)).width


def test_a_text_that_is_not_shown_whole_says_so() -> None:
    whole, part = (sheet_of(excerpts=(Excerpt("read", text_of(*[0.95] * lines)),)) for lines in (14, 15))
    assert whole != part


def test_a_sheet_is_known_for_one(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.png", tmp_path / "theirs.png"
    ours.write_bytes(preview_sheet("scan.tif", [], []))
    PAGE.save(theirs)
    assert is_preview_sheet(ours)
    assert not is_preview_sheet(theirs)
