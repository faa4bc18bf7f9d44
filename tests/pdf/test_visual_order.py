"""Words of a line as they are seen, from left to right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.pdf.visual_order import visible_text, visual_words

LRM, RLM = "\u200e", "\u200f"
letters = st.text(st.sampled_from("abc 12.,-%()אבגعدَ"), min_size=1, max_size=6).map(
    lambda t: t.replace(" ", "")
)
words = st.lists(letters.filter(bool), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("logical", "seen"),
    [
        (["שלום"], ["םולש"]),
        (["שלום,", "עולם"], [f"{RLM},םולש", "םלוע"]),
        (["בשנת", "1948", "היה"], ["תנשב", f"{RLM}1948", "היה"[::-1]]),
        (["בשנת", "1948."], ["תנשב", f".{RLM}1948"]),
        (["נקרא", "United", "Nations", "כך"], ["ארקנ", f"{RLM}United", "Nations", "ךכ"]),
        (["קובץ", "page-10.tif", "זה"], ["ץבוק", f"{RLM}page-10.tif", "הז"]),
        (["(UN),"], [f",){RLM}UN("]),
        (["ל-50%"], ["50%-ל"]),
        (["ל-50%", "או"], [f"{RLM}50%-ל", "וא"]),
    ],
)
def test_right_to_left_lines(logical: list[str], seen: list[str]) -> None:
    assert visual_words(logical, right_to_left=True) == seen


@pytest.mark.parametrize(
    ("logical", "seen"),
    [
        (["a", "plain", "line,"], ["a", "plain", "line,"]),
        (["word", "שלום", "means"], ["word", f"םולש{LRM}", "means"]),
        (["title", "באי", "עולם"], ["title", "יאב", "םלוע"]),
        (["see", "(שלום),", "there"], ["see", f"(םולש{LRM}),", "there"]),
    ],
)
def test_left_to_right_lines(logical: list[str], seen: list[str]) -> None:
    found = visual_words(logical, right_to_left=False)
    assert [word.rstrip(LRM) for word in found] == [word.rstrip(LRM) for word in seen]


@given(words, st.booleans())
def test_only_the_order_changes_and_marks_are_added(logical: list[str], right_to_left: bool) -> None:
    seen = visual_words(logical, right_to_left=right_to_left)
    assert len(seen) == len(logical)
    for before, after in zip(logical, seen, strict=True):
        assert sorted(after.replace(LRM, "").replace(RLM, "")) == sorted(before)


def test_ligatures_are_letters_and_what_is_no_text_is_left_out() -> None:
    assert visible_text("ﬁn\0ﬂ\ufeff") == "finfl"
