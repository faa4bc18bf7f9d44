"""JSON of all that is known of a document's text: written page by page, a page a line, and read."""

from __future__ import annotations

from typing import Annotated, Any, BinaryIO, Final

import msgspec

from pdfpipe.errors import TextFileError
from pdfpipe.formats.spelling import utf8_text, word_direction
from pdfpipe.formats.values import GivenBlock, GivenLine, GivenPage, GivenWord, SidecarDocument, SidecarPage
from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.half import Half, Side
from pdfpipe.model.text import Baseline, Direction, Line, PageText, Word

__all__ = ["FORMAT", "VERSION", "head", "page", "pages_of", "read_page", "tail"]

FORMAT: Final = "pdfpipe-text"
VERSION: Final = 1
"""Raised when a reader of the version before would misunderstand a file."""

_Numbers = tuple[float, float, float, float]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class _Word(msgspec.Struct, omit_defaults=True):
    text: str
    box: _Numbers | None = None
    confidence: _Share | None = None
    direction: Direction | None = None


class _Line(msgspec.Struct, omit_defaults=True):
    words: list[_Word]
    box: _Numbers | None = None
    baseline: _Numbers | None = None
    direction: Direction | None = None
    engine: str | None = None


class _Block(msgspec.Struct, omit_defaults=True):
    lines: list[_Line]
    box: _Numbers | None = None


class _Half(msgspec.Struct):
    side: Side
    box: _Numbers


class _Page(msgspec.Struct):
    width: float | None = None
    height: float | None = None
    notes: list[str] = []
    blocks: list[_Block] = []
    turn: int = 0
    processed: bool = False
    half: _Half | None = None


class _Document(msgspec.Struct):
    format: str = ""
    version: int = 0
    languages: list[str] = []
    pages: list[msgspec.Raw] = []


def head(document: SidecarDocument) -> str:
    """All that comes before the first page."""
    known = {
        "format": FORMAT,
        "version": VERSION,
        "software": f"pdfpipe {document.version}",
        "name": utf8_text(document.name),
        "languages": document.languages,
        "engine": document.engine,
    }
    return f'{_encoded(known)[:-1]},"pages":[\n'


def page(page: SidecarPage, _document: SidecarDocument) -> str:
    """One page: lengths to a hundredth of a pixel, confidences to four digits."""
    text = page.text
    confidence = text.mean_confidence if text is not None else None
    known = {
        "number": page.number,
        "file": utf8_text(page.file),
        "frame": page.frame,
        "half": None if page.half is None else _Half(page.half.side, _numbers(page.half.box)),
        "width": page.width,
        "height": page.height,
        "dpi": (_short(page.resolution.x), _short(page.resolution.y)),
        "dpi_from": page.dpi_source.value,
        "turn": text.turn if text is not None else 0,
        "processed": text is not None and text.processed,
        "confidence": None if confidence is None else round(confidence, 4),
        "engines": dict(text.engines) if text is not None else {},
        "notes": [utf8_text(note) for note in page.notes],
        "failure": None if page.failure is None else utf8_text(page.failure),
        "blocks": _blocks(text) if text is not None else [],
    }
    return (",\n" if page.number > 1 else "") + _encoded(known)


def tail(_document: SidecarDocument) -> str:
    """All that comes after the last page."""
    return "\n]}\n"


def pages_of(stream: BinaryIO) -> tuple[tuple[str, ...], list[tuple[int, int]]]:
    """The languages of a document, and where in it each page begins and ends.

    A file that is as `page` writes it, a page a line, is read line by line; one that another program has
    laid out otherwise, at once.

    Raises:
        TextFileError: this is none of our documents, or one of a newer version.

    """
    first = stream.readline()
    if first.rstrip().endswith(b'"pages":['):
        document = _document(first.removeprefix(_BYTE_ORDER_MARK).rstrip() + b"]}")
        lines = _lines(stream, len(first))
        if lines is not None:
            return tuple(document.languages), lines
    stream.seek(0)
    data = stream.read()
    document = _document(data.removeprefix(_BYTE_ORDER_MARK))
    places: list[tuple[int, int]] = []
    start = 0
    for raw in document.pages:
        page_data = bytes(raw)
        start = data.index(page_data, start)
        places.append((start, start + len(page_data)))
        start = places[-1][1]
    return tuple(document.languages), places


def _lines(stream: BinaryIO, start: int) -> list[tuple[int, int]] | None:
    """The places of the pages in the lines that follow; None if these are not as we write them."""
    places: list[tuple[int, int]] = []
    for line in stream:
        bare = line.rstrip()
        if bare == b"]}":
            return places if not stream.read().strip() else None
        page_data = bare.removesuffix(b",")
        if page_data:
            if not (page_data.startswith(b"{") and page_data.endswith(b"}")):
                return None
            places.append((start, start + len(page_data)))
        start += len(line)
    return None


def _document(data: bytes) -> _Document:
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TextFileError(f"it is not the JSON that pdfpipe writes: {error}") from error
    if document.format != FORMAT:
        raise TextFileError(f'it is not the JSON that pdfpipe writes: its "format" is not "{FORMAT}"')
    if document.version != VERSION:
        raise TextFileError(f"it has version {document.version}; this pdfpipe reads version {VERSION}")
    return document


def read_page(text: str) -> GivenPage:
    """One page.

    Raises:
        TextFileError: it is damaged; the message says where.

    """
    try:
        found = msgspec.json.decode(text, type=_Page)
    except msgspec.DecodeError as error:
        raise TextFileError(f"it is not the JSON that pdfpipe writes: {error}") from error
    blocks = tuple(
        GivenBlock(tuple(_given_line(line) for line in block.lines), _given_box(block.box))
        for block in found.blocks
    )
    return GivenPage(
        blocks,
        found.width,
        found.height,
        notes=tuple(found.notes),
        turn=found.turn,
        processed=found.processed,
        half=None if found.half is None else Half(found.half.side, BoundingBox(*found.half.box)),
    )


def _blocks(text: PageText) -> list[_Block]:
    return [_Block([_line(line) for line in block.lines], _numbers(block.box)) for block in text.blocks]


def _line(line: Line) -> _Line:
    base = line.baseline
    return _Line(
        [_word(word, line.direction) for word in line.words],
        _numbers(line.box),
        None if base is None else _rounded(base.start.x, base.start.y, base.end.x, base.end.y),
        line.direction,
        line.engine,
    )


def _word(word: Word, line: Direction) -> _Word:
    text = utf8_text(word.text)
    direction = None if word.direction is word_direction(text, line) else word.direction
    return _Word(text, _numbers(word.box), round(word.confidence, 4), direction)


def _numbers(box: BoundingBox) -> _Numbers:
    return _rounded(box.x0, box.y0, box.x1, box.y1)


def _rounded(a: float, b: float, c: float, d: float) -> _Numbers:
    return _short(a), _short(b), _short(c), _short(d)


def _short(value: float) -> float:
    """Rounded, and whole numbers without a point."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else rounded


def _given_line(line: _Line) -> GivenLine:
    base = line.baseline
    return GivenLine(
        tuple(
            GivenWord(word.text, _given_box(word.box), word.confidence, word.direction) for word in line.words
        ),
        _given_box(line.box),
        None if base is None else Baseline(Point(base[0], base[1]), Point(base[2], base[3])),
        line.direction,
        line.engine,
    )


def _given_box(box: _Numbers | None) -> BoundingBox | None:
    """The box; None where there is none, or one that is inside out."""
    if box is None or box[2] < box[0] or box[3] < box[1]:
        return None
    return BoundingBox(*box)


def _encoded(value: Any) -> str:
    return msgspec.json.encode(value).decode("utf-8")
