from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdfpipe.batch.sheets.dividing import PREFIX, Part, divide, separator_of
from pdfpipe.errors import UsageError
from pdfpipe.model.job import PageSource
from pdfpipe.model.separator_settings import SeparatorSettings
from pdfpipe.model.sheet_look import Separator, SeparatorKind, SheetLook

ALL = SeparatorSettings(split_on=tuple(SeparatorKind))
LOOKS = {
    "x": SheetLook(),
    "T": SheetLook(patch_t=True, bare=True),
    "t": SheetLook(patch_t=True),
    "-": SheetLook(blank=True),
    "?": SheetLook(failure="it could not be decoded"),
    "A": SheetLook(barcodes=("PDFPIPE:A",), bare=True),
    "a": SheetLook(barcodes=("9001", "PDFPIPE:a")),
    "o": SheetLook(barcodes=("PDFPIPE",), bare=True),
}
"""`x` is an ordinary page, small letters are pages with more on them than a code."""


def parts_of(stack: str, settings: SeparatorSettings = ALL) -> list[Part]:
    pages = [PageSource(Path(f"{number}-{look}")) for number, look in enumerate(stack)]
    return divide(pages, [LOOKS[look] for look in stack], settings)


def spelled(parts: list[Part]) -> str:
    return "|".join("".join(page.path.name[-1] for page in part.pages) for part in parts)


@pytest.mark.parametrize(
    ("stack", "documents"),
    [
        ("xxx", "xxx"),
        ("xTxx", "x|Txx"),
        ("TxTx", "Tx|Tx"),
        ("xTTx", "x|TTx"),
        ("TxT", "TxT"),
        ("TT", "TT"),
        ("x-x", "x|-x"),
        ("xA-Tx", "x|A-Tx"),
        ("xtx", "x|tx"),
        ("ttx", "t|tx"),
        ("xtTx", "x|t|Tx"),
        ("x?Tx", "x?|Tx"),
        ("xox", "xox"),
        ("xax", "x|ax"),
    ],
)
def test_a_document_begins_with_each_separator(stack: str, documents: str) -> None:
    assert spelled(parts_of(stack)) == documents


@given(st.text("xTt-?Aao", min_size=1, max_size=12))
def test_no_page_is_lost_or_moved_and_no_document_is_empty(stack: str) -> None:
    parts = parts_of(stack)
    pages = list(chain.from_iterable(part.pages for part in parts))
    assert "".join(page.path.name[-1] for page in pages) == stack
    assert [int(page.path.name.split("-")[0]) for page in pages] == list(range(len(stack)))
    assert all(part.pages for part in parts)
    if set(stack) - set("TA-"):
        assert all(
            any(page.separator is None or not page.separator.is_sheet for page in p.pages) for p in parts
        )


def test_only_what_is_asked_for_divides() -> None:
    assert spelled(parts_of("xTx-xAx", SeparatorSettings(split_on=(SeparatorKind.BLANK,)))) == "xTx|-xAx"
    assert spelled(parts_of("xTx-xAx", SeparatorSettings())) == "xTx-xAx"


@pytest.mark.parametrize(
    ("stack", "names"), [("xAxTx", ["", "A", ""]), ("ATx", ["A"]), ("xaxA", ["", "a"]), ("TAx", ["A"])]
)
def test_barcodes_name_documents(stack: str, names: list[str]) -> None:
    assert [part.name for part in parts_of(stack)] == names


def test_pages_say_what_was_seen_on_them() -> None:
    (first, second) = parts_of("x?A")[0].pages[1:], parts_of("xt")[1].pages
    assert first[0].notes == (
        "whether it is a separator sheet could not be found out: it could not be decoded",
    )
    assert first[1].separator == Separator(SeparatorKind.BARCODE, "A")
    assert first[1].notes == ("a separator sheet: a barcode with the name 'A'",)
    assert "stays" in second[0].notes[0]


@pytest.mark.parametrize(
    ("pattern", "text", "name"),
    [
        ("", "INV-7", None),
        ("INV-[0-9]+", "INV-7", "INV-7"),
        ("INV-[0-9]+", "XINV-7", None),
        ("INV-([0-9]+)", "INV-7", "7"),
        ("(INV|BILL)-(?P<name>[0-9]+)", "BILL-7", "7"),
        ("INV(-[0-9]+)?", "INV", ""),
        ("INV-[0-9]+", f"{PREFIX}mine", "mine"),
        (".*", "a/b", "a_b"),
    ],
)
def test_which_barcodes_divide(pattern: str, text: str, name: str | None) -> None:
    settings = SeparatorSettings(split_on=(SeparatorKind.BARCODE,), barcode_pattern=pattern)
    separator = separator_of(SheetLook(barcodes=(text,), bare=True), settings)
    assert (separator.name if separator is not None else None) == name


def test_settings_that_make_no_sense_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"separators\.barcode_pattern: '\[' is no regular expression"):
        SeparatorSettings(barcode_pattern="[")
    with pytest.raises(UsageError, match=r"separators\.split_on"):
        SeparatorSettings(split_on=("patch-t",))  # type: ignore[arg-type]
