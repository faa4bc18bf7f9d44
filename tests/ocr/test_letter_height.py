"""How high letters are, from what was read."""

from __future__ import annotations

from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.text import Baseline, Line, Word
from pdfpipe.ocr.letter_height import x_height_of
from tests.specimens import line_of, page_of, word


def x_height(lines: list[Line]) -> float | None:
    return x_height_of(page_of(lines, 1000, 500))


def line(*texts: str, x_height: float = 20, slope: float = 0.0, confidence: float = 0.9) -> Line:
    """Words with boxes as tight as engines make them: higher where a letter is."""
    words: list[Word] = []
    x = 100.0
    for text in texts:
        width = 12.0 * len(text)
        high = any(letter in "bdfhkltABCDEFGHIJKLMNOPQRSTUVWXYZ" for letter in text)
        rise = slope * width
        top = 200 - (1.5 if high else 1.0) * x_height - rise
        words.append(Word(text, BoundingBox(x, top, x + width, 200), confidence))
        x += width + 10
    return Line(
        tuple(words),
        words[0].box.union(words[-1].box),
        Baseline(Point(100, 200), Point(x, 200 - slope * (x - 100))),
    )


def test_only_letters_as_high_as_x_count() -> None:
    assert x_height([line("Human", "reason", "and", "commerce", "are", "born")]) == 20


def test_the_body_counts_and_not_its_heading() -> None:
    heading, body = line("common", x_height=60), line("reason", "commerce", "are", "some")
    assert x_height([heading, body]) == 20


def test_a_slope_makes_letters_no_higher() -> None:
    found = x_height([line("reason", "commerce", "are", "some", slope=0.05)])
    assert found is not None
    assert abs(found - 20) < 1e-6


def test_little_or_unsure_text_and_other_alphabets_tell_nothing() -> None:
    assert x_height([line("are", "we")]) is None
    assert x_height([line("reason", "commerce", confidence=0.3)]) is None
    assert x_height([line("\u4eba\u4eba\u751f\u800c\u81ea\u7531" * 3)]) is None
    assert x_height([line_of([word("12345", 0, 0, 90, 30)])]) is None
