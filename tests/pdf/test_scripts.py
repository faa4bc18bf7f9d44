"""Text in every script of the fixtures comes back from four readers, whole and in logical order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.readers import pdfium_text, pdfjs_readings, poppler_text, pypdf_text
from tests.specimens import line_of, page_of, text_of, text_page, word, write_pdf
from tests.support import SCRIPTS, Truth, truth_of

UNSPACED = {"jpn", "zho"}
NAMES = sorted(path.name for path in SCRIPTS.iterdir())
READERS = {"poppler": poppler_text, "pdfium": pdfium_text, "pypdf": pypdf_text}

_ONE_BY_ONE = "PDFium turns Latin words and numbers of a right-to-left line one by one, and mirrors brackets"
_WORD_BY_WORD = "PDFium leaves right-to-left words of other lines in the order in which they are seen"
_UPWARDS = "poppler reads the lines of a page that lies on its left side from the last to the first"
_GUESSES = "pypdf turns runs of right-to-left letters and leaves the order of words as it is seen"
FAULTS = {
    ("heb-mixed.png", "pdfium"): _ONE_BY_ONE,
    ("eng-with-hebrew.png", "pdfium"): _WORD_BY_WORD,
    ("eng-with-hebrew.png", "pypdf"): _GUESSES,
    ("eng-turned.png", "poppler"): _UPWARDS,
    ("heb-mixed.png", "pdfjs"): "pdf.js does not take a number for part of the Latin words behind it",
    ("heb-mixed.png", "pypdf"): _GUESSES,
    ("heb-hebrew.png", "pypdf"): _GUESSES,
    ("ara-arabic.png", "pypdf"): _GUESSES,
    ("ara-numbers.png", "pypdf"): _GUESSES,
}
"""What a reader gets wrong with any layout of the text that the others get right; see docs/text-layer.md."""

FORMAT_CHARACTERS = dict.fromkeys(
    map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
)
"""Poppler puts some around what runs against the line, and some are written for it; they are no text."""


@pytest.fixture(scope="module")
def pdfs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The known text of each fixture as a text layer."""
    folder = tmp_path_factory.mktemp("scripts")
    written = {}
    for name in NAMES:
        truth = truth_of(SCRIPTS / name)
        written[name] = write_pdf(folder / f"{name}.pdf", [text_page(text_of(truth), truth.resolution)])
    return written


@pytest.fixture(scope="module")
def in_firefox(pdfs: dict[str, Path]) -> dict[str, str]:
    readings = pdfjs_readings(dict.fromkeys(pdfs.values(), ()))
    return {name: readings[pdf].pages[0] for name, pdf in pdfs.items()}


def pieces(text: str, truth: Truth) -> list[str]:
    """What must agree: words, or characters where nothing stands between words."""
    words = text.translate(FORMAT_CHARACTERS).split()
    return list("".join(words)) if truth.language in UNSPACED else words


def check(text: str, name: str) -> None:
    truth = truth_of(SCRIPTS / name)
    assert pieces(text, truth) == pieces(truth.text, truth)
    if truth.language in UNSPACED:
        assert " " not in text.strip()


# No free font of Debian writes Fraktur, so there is no page of it; the text layer does not mind.
FRAKTUR = (
    "Der Menſch iſt frei geſchaffen, iſt frei, und würd' er in Ketten geboren; ﬂieht ﬁnſtre Ꝛeden ſchoͤn."
)


def test_fraktur_comes_back_with_long_s_and_without_ligatures(tmp_path: Path) -> None:
    texts, x, words = FRAKTUR.split(), 50.0, []
    for text in texts:
        words.append(word(text, x, 100, x + 6 * len(text), 112))
        x += 6 * len(text) + 4
    pdf = write_pdf(tmp_path / "page.pdf", [text_page(page_of([line_of(words)], 900, 200), 72)])
    expected = FRAKTUR.replace("ﬂ", "fl").replace("ﬁ", "fi")
    assert poppler_text(pdf)[0].split() == pdfium_text(pdf)[0].split() == expected.split()
    assert pypdf_text(pdf)[0].split() == expected.split()
    reading = pdfjs_readings({pdf: ("Menſch", "Mensch", "fliegt", "flieht", "finſtre")})[pdf]
    assert reading.pages[0].split() == expected.split()
    assert reading.found == {"Menſch": 1, "Mensch": 1, "fliegt": 0, "flieht": 1, "finſtre": 1}


def cases(*readers: str) -> list[object]:
    return [
        pytest.param(
            name,
            reader,
            marks=[pytest.mark.xfail(reason=FAULTS[name, reader], strict=True)]
            if (name, reader) in FAULTS
            else [],
        )
        for reader in readers
        for name in NAMES
    ]


@pytest.mark.parametrize(("name", "reader"), cases("poppler", "pdfium", "pypdf"))
def test_words_come_back_in_their_order(name: str, reader: str, pdfs: dict[str, Path]) -> None:
    check(READERS[reader](pdfs[name])[0], name)


@pytest.mark.parametrize(("name", "reader"), cases("pdfjs"))
def test_words_come_back_in_their_order_in_firefox(
    name: str, reader: str, in_firefox: dict[str, str]
) -> None:
    check(in_firefox[name], name)


# What is out of order can be searched for all the same, word by word.
@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("heb-mixed.png", "pdfium"),
        ("eng-with-hebrew.png", "pdfium"),
        ("eng-turned.png", "poppler"),
        ("heb-hebrew.png", "pypdf"),
        ("ara-arabic.png", "pypdf"),
    ],
)
def test_words_come_back_whole_where_their_order_is_lost(
    name: str, reader: str, pdfs: dict[str, Path]
) -> None:
    found = set(re.findall(r"\w+", READERS[reader](pdfs[name])[0]))
    wanted = {part for word in truth_of(SCRIPTS / name).words for part in re.findall(r"\w+", word.text)}
    assert wanted - found == set()
