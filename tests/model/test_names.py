from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.model.names import shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (b"scan 1.tif", "scan 1.tif"),
        ("Jahrgänge/été 東京.tif".encode(), "Jahrgänge/été 東京.tif"),
        (b"two\nlines.tif", r"two\nlines.tif"),
        (b"red\x1b[31m.tif", r"red\x1b[31m.tif"),
        (b"latin-\xe9.tif", r"latin-\xe9.tif"),
        ("turned\u202egpj.exe".encode(), r"turned\u202egpj.exe"),
    ],
)
def test_names_show_what_a_terminal_would_hide(name: bytes, text: str) -> None:
    assert shown(Path(os.fsdecode(name))) == text
    assert shown(os.fsdecode(name)) == text


@given(st.binary(max_size=40).map(os.fsdecode))
def test_any_name_can_be_printed_and_written_as_utf_8(name: str) -> None:
    text = shown(name)
    assert text.isprintable()
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("name", ["東京\u3000支社.tif", "خانه\u200cها.tif"])
def test_spaces_and_joiners_that_languages_need_are_no_control_characters(name: str) -> None:
    assert shown(name) == name
