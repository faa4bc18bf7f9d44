"""Specifications of page labels, and labels from the names of files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf._page_labels import number2lowercase_roman_numeral

from pdfpipe.errors import UsageError
from pdfpipe.model.page_labels import LabelRange, LabelStyle, labels_of_names, parse_page_labels

D, r, R, a, A = (LabelStyle(style) for style in "DrRaA")


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("1-", [LabelRange(0, D)]),
        ("i-iv,1-", [LabelRange(0, r), LabelRange(4, D)]),
        ("i-iv, 5-", [LabelRange(0, r), LabelRange(4, D, "", 5)]),
        ("Cover:,I-III,A:1-2,x", [LabelRange(0, None, "Cover"), LabelRange(1, R), LabelRange(4, D, "A"),
                                  LabelRange(6, r, "", 10), LabelRange(7, D, "", 8)]),
        ("a-d,A-", [LabelRange(0, a), LabelRange(4, A)]),
        ("aa-cc", [LabelRange(0, a, "", 27), LabelRange(3, D, "", 4)]),
        ("plate :i", [LabelRange(0, r, "plate "), LabelRange(1, D, "", 2)]),
        ("7", [LabelRange(0, D, "", 7), LabelRange(1, D, "", 2)]),
    ],
)  # fmt: skip
def test_a_specification_names_the_pages_in_their_order(text: str, ranges: list[LabelRange]) -> None:
    assert list(parse_page_labels(text).ranges(12)) == ranges


def test_a_short_document_has_only_the_first_of_the_labels() -> None:
    labels = parse_page_labels("i-iv,1-9")
    assert list(labels.ranges(3)) == [LabelRange(0, r)]
    assert list(labels.ranges(4)) == [LabelRange(0, r)]
    assert labels.pages == 13
    assert parse_page_labels("i-iv,1-").pages is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no range"),
        (":", "is no range"),
        ("1-2-3", "is no range"),
        ("i..iv", "is no range"),
        ("-4", "is no range"),
        ("1-,5", "goes on after an item without an end"),
        ("9-1", "9 does not lead to 1"),
        ("i-4", "i does not lead to 4"),
        ("i-IV", "i does not lead to IV"),
        ("0-5", "'0' is no number of a page"),
        ("abc", "'abc' is no number"),
        ("Iv", "'Iv' is no number"),
        ("1-,", "is no range"),
    ],
)
def test_what_makes_no_sense_is_told(text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_page_labels(text)


@given(st.integers(1, 3999))
def test_roman_numerals_are_those_of_pypdf(number: int) -> None:
    text = number2lowercase_roman_numeral(number)
    for spelled, style in ((text, r), (text.upper(), R)):
        assert list(parse_page_labels(spelled).ranges(1)) == [LabelRange(0, style, "", number)]


@given(st.text(max_size=12))
def test_any_text_is_a_specification_or_a_usage_error(text: str) -> None:
    try:
        labels = parse_page_labels(text)
    except UsageError:
        return
    indexes = [one.index for one in labels.ranges(100)]
    assert indexes[0] == 0
    assert indexes == sorted(set(indexes))


@pytest.mark.parametrize(
    ("names", "ranges"),
    [
        (["page-008", "page-009", "page-010"], [LabelRange(0, D, "", 8)]),
        (["ms_007r", "ms_007v", "ms_008r"],
         [LabelRange(0, None, "7r"), LabelRange(1, None, "7v"), LabelRange(2, None, "8r")]),
        (["cover", "contents", "001", "002", "004"],
         [LabelRange(0, None, "cover"), LabelRange(1, None, "contents"), LabelRange(2, D),
          LabelRange(4, D, "", 4)]),
        (["scan1", "scan2", "scan10"], [LabelRange(0, D), LabelRange(2, D, "", 10)]),
        (["scan", "scan1"], [LabelRange(0, None, "scan"), LabelRange(1, D, "scan", 1)]),
        (["p-iv", "p-ix"], [LabelRange(0, None, "iv"), LabelRange(1, None, "ix")]),
        (["x-A1", "x-A2", "x-B1"], [LabelRange(0, D, "A"), LabelRange(2, D, "B")]),
        (["p0", "p00"], [LabelRange(0, None, "0"), LabelRange(1, None, "0")]),
    ],
)  # fmt: skip
def test_names_without_what_all_begin_with_are_labels(names: list[str], ranges: list[LabelRange]) -> None:
    assert list(labels_of_names(names)) == ranges
