"""An entry comes back as it was put in, or not at all."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.ocr.cache.entry import pack, unpack

KEY = "0123456789abcdef" * 2 + "01234567"


@given(st.binary(max_size=5000))
def test_what_was_packed_comes_back(data: bytes) -> None:
    assert unpack(KEY, pack(KEY, data)) == data


@given(st.binary(max_size=300), st.data())
def test_one_wrong_bit_anywhere_is_noticed(data: bytes, choice: st.DataObject) -> None:
    file = bytearray(pack(KEY, data))
    place = choice.draw(st.integers(0, len(file) - 1))
    file[place] ^= 1 << choice.draw(st.integers(0, 7))
    assert unpack(KEY, bytes(file)) in (None, data)
    assert unpack(KEY, bytes(file)) is None or place >= 24  # bits that fill up zlib's last byte


@given(st.binary(max_size=300), st.data())
def test_a_file_that_was_cut_is_noticed(data: bytes, choice: st.DataObject) -> None:
    file = pack(KEY, data)
    assert unpack(KEY, file[: choice.draw(st.integers(0, len(file) - 1))]) is None


@given(st.binary(max_size=300), st.binary(min_size=1, max_size=50))
def test_a_file_with_more_behind_it_is_noticed(data: bytes, more: bytes) -> None:
    assert unpack(KEY, pack(KEY, data) + more) is None


@given(st.binary(max_size=300))
def test_other_files_are_not_taken_for_entries(data: bytes) -> None:
    assert unpack(KEY, data) is None
    assert unpack(KEY, pack(KEY, b"")[:24] + zlib.compress(b"x" + data)) is None


def test_a_file_under_the_name_of_another_is_noticed() -> None:
    assert unpack(KEY, pack(KEY[::-1], b"data")) is None


def test_a_file_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(1 << 20)
    assert unpack(KEY, pack(KEY, zeros)) == zeros
    monkeypatch.setattr("pdfpipe.ocr.cache.entry._MAX_BYTES", len(zeros) - 1)
    assert unpack(KEY, pack(KEY, zeros)) is None
