"""Text in every script of the fixtures comes back from three readers in logical order."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.readers import pdfium_text, poppler_text, pypdf_text
from tests.specimens import text_of, text_page, write_pdf
from tests.support import SCRIPTS, Truth, truth_of

LEFT_TO_RIGHT = [
    "deu-umlauts.png", "ell-greek.png", "fra-accents.tif", "hin-devanagari.png", "pol-diacritics.png",
    "rus-cyrillic.tif", "tha-thai.png",
]  # fmt: skip
UNSPACED = ["jpn-kanji-kana.tif", "zho-simplified.png"]
RIGHT_TO_LEFT = ["ara-arabic.png", "ara-numbers.png", "heb-hebrew.png"]
MIXED = ["heb-mixed.png"]

BIDI_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Poppler puts these around what runs against the line; they are no text."""

Reader = Callable[[Path], list[str]]
every_reader = pytest.mark.parametrize("reader", [poppler_text, pdfium_text, pypdf_text])


def read_back(script: str, reader: Reader, folder: Path) -> tuple[str, Truth]:
    truth = truth_of(SCRIPTS / script)
    pdf = write_pdf(folder / "page.pdf", [text_page(text_of(truth), truth.resolution)])
    return reader(pdf)[0].translate(BIDI_MARKS), truth


def test_no_fixture_is_left_out() -> None:
    names = sorted(path.name for path in SCRIPTS.iterdir())
    assert names == sorted(LEFT_TO_RIGHT + UNSPACED + RIGHT_TO_LEFT + MIXED)


@every_reader
@pytest.mark.parametrize("script", LEFT_TO_RIGHT)
def test_words_come_back_in_their_order(script: str, reader: Reader, tmp_path: Path) -> None:
    text, truth = read_back(script, reader, tmp_path)
    assert text.split() == [word.text for word in truth.words]


@every_reader
@pytest.mark.parametrize("script", UNSPACED)
def test_scripts_without_spaces_get_none(script: str, reader: Reader, tmp_path: Path) -> None:
    text, truth = read_back(script, reader, tmp_path)
    assert " " not in text.strip()
    assert "".join(text.split()) == "".join(word.text for word in truth.words)


@pytest.mark.parametrize("script", RIGHT_TO_LEFT)
def test_right_to_left_words_come_back_in_their_order_in_chrome(script: str, tmp_path: Path) -> None:
    text, truth = read_back(script, pdfium_text, tmp_path)
    assert text.split() == [word.text for word in truth.words]


# Poppler takes numbers and punctuation for left-to-right text, together with the space behind them, and puts
# this space before them: "word ,next" (TextOutputDev.cc, dumpFragment). So it does with anyone's PDF.
@pytest.mark.parametrize("script", RIGHT_TO_LEFT)
def test_right_to_left_characters_come_back_in_their_order_in_poppler(script: str, tmp_path: Path) -> None:
    text, truth = read_back(script, poppler_text, tmp_path)
    assert "".join(text.split()) == "".join(word.text for word in truth.words)


# PDFium gives a Latin phrase in a right-to-left line back word by word from its end, even "page-10.tif" as
# "tif-10.page"; pypdf knows no bidirectional text and guesses. Words can be searched for all the same.
@pytest.mark.parametrize(
    ("script", "reader"),
    [("heb-mixed.png", pdfium_text), ("heb-hebrew.png", pypdf_text), ("ara-arabic.png", pypdf_text)],
)
def test_right_to_left_words_come_back_whole(script: str, reader: Reader, tmp_path: Path) -> None:
    text, truth = read_back(script, reader, tmp_path)
    found = set(re.findall(r"\w+", text))
    assert {part for word in truth.words for part in re.findall(r"\w+", word.text)} - found == set()
