from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import ByteStringObject, TextStringObject, read_object

from pdfpipe.model.geometry import Transform
from pdfpipe.pdf.syntax import date_string, literal, matrix, number, text_string


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_numbers_are_plain_decimals_of_the_asked_precision(value: float, digits: int) -> None:
    text = number(value, digits)
    assert set(text) <= set("-.0123456789")
    assert float(text) == pytest.approx(value, abs=0.5 * 10**-digits + 1e-9)
    assert text != "-0"
    assert "." not in text or not text.endswith(("0", "."))


def test_a_matrix_has_six_operands() -> None:
    assert matrix(Transform(1, 0, 0, -1, 0.123456, 1e-9)) == "1 0 0 -1 0.12346 0"


@given(st.binary(max_size=60))
def test_any_bytes_survive_in_a_literal_string(data: bytes) -> None:
    read = read_object(io.BytesIO(literal(data) + b" "), None)
    assert isinstance(read, TextStringObject | ByteStringObject)
    assert read.original_bytes == data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_text_survives_in_a_text_string(text: str) -> None:
    read = read_object(io.BytesIO(text_string(text) + b" "), None)
    assert isinstance(read, TextStringObject)
    assert read == text


def test_plain_text_stays_plain() -> None:
    assert text_string("Minutes (1948)") == rb"(Minutes \(1948\))"


def test_what_utf_16_cannot_hold_does_not_break_the_file() -> None:
    read = read_object(io.BytesIO(text_string("a\ud800b") + b" "), None)
    assert isinstance(read, TextStringObject)
    assert read == "a?b"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (UTC, b"(D:20260714123015+00'00')"),
        (timezone(timedelta(hours=5, minutes=45)), b"(D:20260714123015+05'45')"),
        (timezone(-timedelta(hours=3, minutes=30)), b"(D:20260714123015-03'30')"),
    ],
)
def test_dates_have_their_zone(zone: timezone, text: bytes) -> None:
    assert date_string(datetime(2026, 7, 14, 12, 30, 15, 999_999, tzinfo=zone)) == text
