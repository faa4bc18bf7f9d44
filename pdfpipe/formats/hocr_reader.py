"""hOCR of any program: XHTML or plain HTML, with or without words, boxes and confidences.

A tolerant parser of HTML is used, which knows nothing of document types: no entity is ever resolved but
those of HTML itself, and nothing is fetched.
"""

from __future__ import annotations

import re
from enum import Enum
from html.parser import HTMLParser
from typing import BinaryIO, Final

from pdfpipe.errors import TextFileError
from pdfpipe.formats.turned_lines import baseline_at
from pdfpipe.formats.values import GivenBlock, GivenLine, GivenPage, GivenWord
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.half import Half, Side
from pdfpipe.model.text import Baseline, Direction

__all__ = ["languages_of", "page_tags", "read_page"]

_PAGE_TAG: Final = re.compile(
    rb"""<!--(?:.*?-->|.*\Z)"""
    rb"""|<[a-z][a-z0-9]*\s[^<>]*?\bclass\s*=\s*(?:"[^"<>]*\b|'[^'<>]*\b|)ocr_page(?=[\s"'>/])""",
    re.IGNORECASE | re.DOTALL,
)
"""The tag with which a page begins, or a comment, in which there is none."""

_PART: Final = 1 << 22
_OVERLAP: Final = 1 << 16


class _Role(Enum):
    """What an element stands for."""

    PAGE = "page"
    BLOCK = "block"
    LINE = "line"
    WORD = "word"
    CHARACTER = "character"
    ASIDE = "aside"
    """Its text is not the page's: a script, or a reading that was not chosen."""
    NONE = "none"


_ROLES: Final = {
    **dict.fromkeys("ocr_carea ocr_par ocrx_block ocr_column ocr_float ocr_table".split(), _Role.BLOCK),
    **dict.fromkeys("ocr_line ocrx_line ocr_header ocr_footer ocr_caption".split(), _Role.LINE),
    **dict.fromkeys("ocr_textfloat ocr_pageno ocr_title".split(), _Role.LINE),
    **dict.fromkeys("ocrx_word ocr_word".split(), _Role.WORD),
    **dict.fromkeys("ocrx_cinfo ocr_cinfo".split(), _Role.CHARACTER),
}
_HOLDERS: Final = frozenset((_Role.PAGE, _Role.BLOCK, _Role.LINE, _Role.WORD))
_VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
_QUOTED: Final = re.compile(r'"[^"]*"|\'[^\']*\'')
_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_PROPERTY: Final = re.compile(
    r"\b(bbox|baseline|textangle|x_wconf|x_confs|x_turn|x_processed|x_left_half|x_right_half)"
    rf"((?:\s+{_NUMBER})+)(?=\s*(?:;|$))"
)
_ENGINE: Final = re.compile(r"\bx_engine\s+([^\s;]+)")
_LANGS: Final = re.compile(
    rb"""<meta\s[^<>]*name\s*=\s*["']ocr-langs["'][^<>]*content\s*=\s*["']([^"'<>]*)["']""", re.IGNORECASE
)
_LANG: Final = re.compile(rb"""\slang\s*=\s*["']([A-Za-z0-9_-]+)["']""")


def page_tags(stream: BinaryIO) -> tuple[list[int], int]:
    """Where in a file each page begins, and the size of the file, in bytes; read in parts."""
    tags: list[int] = []
    start, window, done = 0, b"", 0
    while part := stream.read(_PART):
        window += part
        # A tag or comment that is cut off at the end is found whole with the next part.
        kept = max(len(window) - _OVERLAP, 0)
        for found in _PAGE_TAG.finditer(window, done - start):
            is_comment = found[0].startswith(b"<!--")
            if is_comment and not found[0].endswith(b"-->"):
                kept = found.start()
                break
            done = start + found.end()
            if not is_comment:
                tags.append(start + found.start())
        kept = max(kept, done - start)
        start, window = start + kept, window[kept:]
    return tags, start + len(window)


def languages_of(head: bytes, pages: bytes) -> tuple[str, ...]:
    """The languages that a document names, by whatever names: in its head, or else first on its pages.

    The attribute of its root is not believed: Tesseract writes "en" there always.
    """
    found = _LANGS.search(head)
    if found is not None:
        names = [name for name in re.split(r"[\s,;+]+", found[1].decode("utf-8", "replace")) if name]
        return tuple(name for name in names if name.lower() != "unknown")
    first = _LANG.search(pages)
    return (first[1].decode("ascii"),) if first is not None else ()


def read_page(markup: str) -> GivenPage:
    """The page whose element `markup` begins with; what follows it is left aside.

    Raises:
        TextFileError: it is damaged beyond what browsers would read.

    """
    reader = _Reader()
    try:
        reader.feed(markup)
        reader.close()
    except AssertionError as error:  # what HTMLParser makes of a damaged declaration
        raise TextFileError(f"its markup is damaged: {error}") from error
    reader.end()
    return GivenPage(
        reader.blocks,
        reader.width,
        reader.height,
        turn=reader.turn,
        processed=reader.processed,
        half=reader.half,
    )


class _Element:
    """An element that is open: its tag, what it stands for, what it hands down, what it has gathered."""

    def __init__(self, tag: str, role: _Role, title: str, direction: Direction | None) -> None:
        self.tag = tag
        self.role = role
        self.direction = direction
        plain = _QUOTED.sub(" ", title)
        self.properties = {
            name: tuple(map(float, values.split())) for name, values in _PROPERTY.findall(plain)
        }
        engine = _ENGINE.search(plain)
        self.engine = engine[1] if engine is not None else None
        self.text = ""
        self.words: list[GivenWord] = []
        self.by_character = False

    @property
    def box(self) -> BoundingBox | None:
        """Its box; None where there is none, or one that is inside out."""
        values = self.properties.get("bbox", ())
        if len(values) != 4 or values[2] < values[0] or values[3] < values[1]:
            return None
        return BoundingBox(*values)

    @property
    def confidence(self) -> float | None:
        """From 0 to 1, of characters the mean."""
        values = self.properties.get("x_wconf") or self.properties.get("x_confs")
        return min(max(sum(values) / len(values) / 100, 0.0), 1.0) if values else None

    @property
    def baseline(self) -> Baseline | None:
        """A straight baseline, or the straight part of a curved one."""
        values, box = self.properties.get("baseline"), self.box
        quarters = round(self.properties.get("textangle", (0.0,))[0] / 90) % 4
        if box is None or (values is None and not quarters):
            return None
        *_, slope, offset = (0.0, *(values or (0.0,)))
        return baseline_at(slope, offset, box, quarters)

    def take_loose_text(self) -> None:
        """Make words without boxes of the text that stands outside of words."""
        self.words += [GivenWord(part, direction=self.direction) for part in self.text.split()]
        self.text = ""

    def as_word(self) -> GivenWord:
        """The word that it is; blanks in it are kept, unless each character has an element."""
        text = ("" if self.by_character else " ").join(self.text.split())
        return GivenWord(text, self.box, self.confidence, self.direction)


class _Reader(HTMLParser):
    """Gathers lines from tags; no text on the page is lost, wherever it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.width: float | None = None
        self.height: float | None = None
        self.turn = 0
        self.processed = False
        self.half: Half | None = None
        self._open: list[_Element] = []
        self._lines: list[tuple[_Element, list[GivenLine]]] = []
        self._over = False

    @property
    def blocks(self) -> tuple[GivenBlock, ...]:
        """The blocks in the order in which their lines stand."""
        return tuple(
            GivenBlock(tuple(lines), owner.box if owner.role is _Role.BLOCK else None)
            for owner, lines in self._lines
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        if self._over or tag in _VOID:
            return
        given = {name: value or "" for name, value in attrs}
        inherited = self._open[-1].direction if self._open else None
        role = _role(tag, given.get("class", "").split(), is_first=not self._open)
        element = _Element(tag, role, given.get("title", ""), _direction(given) or inherited)
        if role is _Role.PAGE and element.box is not None:
            self.width, self.height = element.box.x1, element.box.y1
            self.turn = round(element.properties.get("x_turn", (0.0,))[0])
            self.processed = "x_processed" in element.properties
            self.half = _half(element.properties)
        elif role is _Role.WORD:
            self._holder().take_loose_text()
        elif role in (_Role.LINE, _Role.BLOCK):
            self._end_line(self._holder())
        elif role is _Role.CHARACTER:
            self._holder().by_character = True
        self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins and ends."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends, and all in it that has been left open."""
        if self._over or not any(element.tag == tag for element in self._open):
            return
        while self._close() != tag:
            pass
        self._over = not self._open

    def handle_data(self, data: str) -> None:
        """Text."""
        if not self._over and self._open and self._open[-1].role is not _Role.ASIDE:
            self._holder().text += data

    def end(self) -> None:
        """Close what is still open."""
        while self._open:
            self._close()

    def _close(self) -> str:
        """End the innermost element; returns its tag."""
        element = self._open.pop()
        if element.role is _Role.WORD:
            if self._open:  # words in it were begun before its end tag, which may have been lost
                self._holder().words += [*element.words, element.as_word()]
        elif element.role in (_Role.LINE, _Role.BLOCK, _Role.PAGE):
            self._end_line(element)
        return element.tag

    def _end_line(self, element: _Element) -> None:
        """Make a line of the words that an element has gathered."""
        element.take_loose_text()
        if not element.words:
            return
        is_line = element.role is _Role.LINE
        line = GivenLine(
            tuple(element.words),
            element.box if is_line else None,
            element.baseline if is_line else None,
            element.direction,
            element.engine,
        )
        element.words = []
        owner = next((e for e in reversed(self._open) if e.role is _Role.BLOCK), None) if is_line else element
        owner = owner or (self._open[0] if self._open else element)
        if not self._lines or self._lines[-1][0] is not owner:
            self._lines.append((owner, []))
        self._lines[-1][1].append(line)

    def _holder(self) -> _Element:
        """The innermost open element that text belongs to; at the latest the page."""
        return next((e for e in reversed(self._open) if e.role in _HOLDERS), self._open[0])


def _role(tag: str, classes: list[str], *, is_first: bool) -> _Role:
    if is_first:
        return _Role.PAGE
    if tag in ("script", "style") or (tag == "del" and "alt" in classes):
        return _Role.ASIDE
    return next((_ROLES[name] for name in classes if name in _ROLES), _Role.NONE)


def _half(properties: dict[str, tuple[float, ...]]) -> Half | None:
    for side in Side:
        values = properties.get(f"x_{side.value}_half", ())
        if len(values) == 4:
            return Half(side, BoundingBox(*values))
    return None


def _direction(given: dict[str, str]) -> Direction | None:
    if "vertical" in given.get("style", ""):
        return Direction.TOP_TO_BOTTOM
    return {"ltr": Direction.LEFT_TO_RIGHT, "rtl": Direction.RIGHT_TO_LEFT}.get(given.get("dir", "").lower())
