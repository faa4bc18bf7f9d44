"""Page labels: what the pages of a document are called, which is not always 1, 2, 3 (ISO 32000-1, 12.4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import takewhile
from typing import Final

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["LabelRange", "LabelStyle", "PageLabels", "labels_of_names", "parse_page_labels"]

_ITEM: Final = re.compile(
    r"(?:(?P<prefix>[^:]*):)?(?:(?P<first>[A-Za-z]+|\d+)(?P<dash>-(?P<last>[A-Za-z]+|\d+)?)?)?"
)
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_MOST_ROMAN: Final = 3999
_NUMBERED: Final = re.compile(r"(.*?)([1-9]\d*)", re.DOTALL)


class LabelStyle(Enum):
    """How numbers are spelled, by the names of a PDF."""

    DECIMAL = "D"
    ROMAN_LOWER = "r"
    ROMAN_UPPER = "R"
    LETTERS_LOWER = "a"
    LETTERS_UPPER = "A"


class LabelRange(msgspec.Struct, frozen=True):
    """Pages that are numbered on: from the page `index`, counted from 0, until another range begins.

    Without a `style` the label of each is the `prefix` alone.
    """

    index: int
    style: LabelStyle | None
    prefix: str = ""
    start: int = 1


class _Item(msgspec.Struct, frozen=True):
    """A part of a specification: so many pages, or, without `count`, all that follow."""

    style: LabelStyle | None
    prefix: str
    start: int
    count: int | None


class PageLabels(msgspec.Struct, frozen=True):
    """A specification as it was read."""

    items: tuple[_Item, ...]

    @property
    def pages(self) -> int | None:
        """For how many pages it has labels; None for any number."""
        counts = [item.count for item in self.items]
        return None if None in counts else sum(count for count in counts if count is not None)

    def ranges(self, pages: int) -> Iterator[LabelRange]:
        """The ranges for a document of so many pages; pages beyond the last item go by their place."""
        index = 0
        for item in self.items:
            if index >= pages:
                return
            yield LabelRange(index, item.style, item.prefix, item.start)
            index = pages if item.count is None else index + item.count
        if index < pages:
            yield LabelRange(index, LabelStyle.DECIMAL, "", index + 1)


def parse_page_labels(text: str) -> PageLabels:
    """Read a specification such as ``Cover:,i-iv,1-120,A:1-``.

    Its items, with commas between them, are for the pages in order: ``i-iv`` for four pages, ``1-`` for all
    that are left, ``A:1-3`` for A1, A2 and A3, ``Cover:`` for one page without a number.  Numbers are
    decimal, Roman, or, where they are not Roman, letters: a to z, aa, bb and so on.

    Raises:
        UsageError: it cannot be understood.

    """
    items = [_item(part.strip()) for part in text.split(",")]
    if any(item.count is None for item in items[:-1]):
        raise UsageError(f"'{text}' goes on after an item without an end")
    return PageLabels(tuple(items))


def _item(text: str) -> _Item:
    found = _ITEM.fullmatch(text)
    if found is None or not (found["prefix"] or found["first"]):
        raise UsageError(f"'{text}' is no range of pages, such as i-iv, 1-20, 21- or A:1-")
    prefix, first, last = found["prefix"] or "", found["first"], found["last"]
    if first is None:
        return _Item(None, prefix, 1, 1)
    style, start = _number(first)
    if found["dash"] is None:
        return _Item(style, prefix, start, 1)
    if last is None:
        return _Item(style, prefix, start, None)
    last_style, end = _number(last)
    if last_style is not style and style in (LabelStyle.LETTERS_LOWER, LabelStyle.LETTERS_UPPER):
        # c, d, i, l, m, v and x end a range of letters as letters.
        last_style, end = _letters(last)
    if last_style is not style or end < start:
        raise UsageError(f"'{text}' is no range: {first} does not lead to {last}")
    return _Item(style, prefix, start, end - start + 1)


def _number(text: str) -> tuple[LabelStyle, int]:
    if text.isdecimal():
        if int(text) < 1:
            raise UsageError(f"'{text}' is no number of a page: they begin with 1")
        return LabelStyle.DECIMAL, int(text)
    lower = text.lower()
    if text in (lower, text.upper()) and (value := _roman(lower)) is not None:
        return (LabelStyle.ROMAN_LOWER if text == lower else LabelStyle.ROMAN_UPPER), value
    return _letters(text)


def _roman(text: str) -> int | None:
    """The value of a Roman numeral in its usual spelling; None if it is none."""
    value, rest = 0, text
    for worth, sign in _ROMAN:
        while rest.startswith(sign):
            value, rest = value + worth, rest[len(sign) :]
    return value if not rest and 0 < value <= _MOST_ROMAN and _spelled(value) == text else None


def _spelled(value: int) -> str:
    signs = []
    for worth, sign in _ROMAN:
        count, value = divmod(value, worth)
        signs.append(sign * count)
    return "".join(signs)


def _letters(text: str) -> tuple[LabelStyle, int]:
    if len(set(text)) != 1 or not text.isascii() or not text.isalpha():
        raise UsageError(f"'{text}' is no number: neither decimal nor Roman nor a, b, … aa, bb")
    style = LabelStyle.LETTERS_LOWER if text.islower() else LabelStyle.LETTERS_UPPER
    return style, 26 * (len(text) - 1) + ord(text[0].lower()) - ord("a") + 1


def labels_of_names(names: Sequence[str]) -> Iterator[LabelRange]:
    """The ranges for pages labelled by their files' names: ``ms-007r`` beside ``ms-007v`` is 7r.

    What all names begin with is left out, and so are zeros before a number.
    """
    prefix = _common_beginning(names)
    before: tuple[str, int] | None = None
    for index, name in enumerate(names):
        label = re.sub(r"\A0+(?=\d)", "", name[len(prefix) :])
        numbered = _NUMBERED.fullmatch(label)
        here = (numbered[1], int(numbered[2])) if numbered is not None else None
        if here is None:
            yield LabelRange(index, None, label)
        elif before is None or here != (before[0], before[1] + 1):
            yield LabelRange(index, LabelStyle.DECIMAL, *here)
        before = here


def _common_beginning(names: Sequence[str]) -> str:
    """What all names begin with, unless that is a whole name; a number or a word is not cut in two."""
    low, high = min(names), max(names)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))
    common = low[:same].rstrip("0123456789")
    if not all(name[len(common) : len(common) + 1].isdecimal() for name in names):
        common = re.sub(r"[^\W_]*\Z", "", common)
    return "" if common in names else common
