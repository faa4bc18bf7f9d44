"""Ways to spoil a PDF between its writing and its proof, by another program's hand (pikepdf)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pikepdf

__all__ = ["edit_content", "page_content", "spoil"]

Edit = Callable[[bytes], bytes]


def page_content(pdf: Path, page: int) -> bytes:
    """The operators of a page; `page` counts from 1."""
    with pikepdf.open(pdf) as document:
        return document.pages[page - 1].Contents.read_bytes()


def spoil(pdf: Path, how: Callable[[pikepdf.Pdf], object]) -> None:
    """Change a document in place."""
    with pikepdf.open(pdf, allow_overwriting_input=True) as document:
        how(document)
        document.save(pdf, fix_metadata_version=False)


def edit_content(pdf: Path, page: int, edit: Edit) -> None:
    """Change the operators of a page; it must make a difference."""

    def change(document: pikepdf.Pdf) -> None:
        before = document.pages[page - 1].Contents.read_bytes()
        after = edit(before)
        assert after != before
        document.pages[page - 1].Contents = document.make_stream(after)

    spoil(pdf, change)


def shown(text: str) -> bytes:
    """How the text layer shows a word."""
    return b"(" + text.encode("utf-16-be") + b")Tj"


def without_word(text: str) -> Edit:
    return lambda content: content.replace(shown(text), b"", 1)


def with_words_swapped(one: str, other: str) -> Edit:
    """Each word is written in the other's place."""
    return lambda content: (
        content.replace(shown(one), b"@", 1)
        .replace(shown(other), shown(one), 1)
        .replace(b"@", shown(other), 1)
    )


def with_lines_swapped(content: bytes) -> bytes:
    """The first two lines change their places in the stream, not on the page."""
    first, second = re.findall(rb"BT .*? ET", content, re.DOTALL)[:2]
    return content.replace(first, b"@").replace(second, first).replace(b"@", second)


def with_words_run_together(content: bytes) -> bytes:
    return content.replace(shown(" "), b"", 1)


def with_text_moved(by: float) -> Edit:
    """All text is moved to the right by so many points."""
    return lambda content: content.replace(b"3 Tr", b"1 0 0 1 %f 0 cm 3 Tr" % by)


def with_first_line_moved_up(by: float) -> Edit:
    def edit(content: bytes) -> bytes:
        return re.sub(
            rb"(\S+) (\S+) Td", lambda td: b"%s %.2f Td" % (td[1], float(td[2]) + by), content, count=1
        )

    return edit


def with_text_visible(content: bytes) -> bytes:
    return content.replace(b"3 Tr", b"0 Tr")
