from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.batch.sheets.file_names import file_name_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INV-2024-0017", "INV-2024-0017"),
        ("  Müller &\tSöhne ", "Müller & Söhne"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a?b*", "C_a_b_"),
        ("con", "_con"),
        ("Nul.pdf", "_Nul.pdf"),
        ("...", ""),
        ("\u202eabc\0", "abc"),
    ],
)
def test_names_that_all_file_systems_can_have(text: str, name: str) -> None:
    assert file_name_of(text) == name


@given(st.text(max_size=300))
def test_whatever_is_in_a_barcode_is_one_name_in_its_folder(text: str) -> None:
    name = file_name_of(text)
    assert len(f"{name}.alto.xml".encode()) < 255
    if name:
        assert Path("out", f"{name}.pdf").parts == ("out", f"{name}.pdf")
        assert not name.startswith(".")
        assert name == name.strip()
        assert file_name_of(name) == name
