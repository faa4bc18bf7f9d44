"""Find the pages in a file of text, whatever its format, and read one of them.

A file is gone through once to find where its pages are; each page is then read by itself, in whichever
process needs it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from pdfpipe.errors import TextFileError
from pdfpipe.formats import alto_reader, hocr_reader, page_json
from pdfpipe.formats.fitting import fitted
from pdfpipe.formats.values import GivenPage
from pdfpipe.model.geometry import Resolution
from pdfpipe.model.half import Half
from pdfpipe.model.names import shown
from pdfpipe.model.sidecar import Sidecar, TextSource
from pdfpipe.model.text import PageText

__all__ = ["TextFile", "half_of", "open_text", "read_text"]

_HEAD: Final = 1 << 16
_ALTO: Final = re.compile(rb"<\s*(?:[\w.-]+:)?alto[\s>]", re.IGNORECASE)
_PAGE_XML: Final = re.compile(rb"<\s*(?:[\w.-]+:)?PcGts[\s>]")
_HTML: Final = re.compile(rb"<\s*(?:!doctype\s+html|html)[\s>]|\bocr_page\b", re.IGNORECASE)
_ENTITY: Final = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z][\w.:-]*)""", re.IGNORECASE)
_LONGEST_END_TAG: Final = 512
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class TextFile(msgspec.Struct, frozen=True):
    """A file of text: its pages in order, and the languages that it names, by whatever names."""

    path: Path
    format: Sidecar
    pages: tuple[TextSource, ...]
    languages: tuple[str, ...] = ()


def open_text(path: Path) -> TextFile:
    """Find out the format of a file by what is in it, and where its pages are.

    Raises:
        TextFileError: it cannot be read, is of no format that says where words are, or is damaged.

    """
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            head = stream.read(_HEAD)
            if not head.strip():
                raise TextFileError("it is empty")
            found = _find(head, stream)
    except TextFileError as error:
        raise TextFileError(f"{shown(path)}: {error}") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise TextFileError(f"{shown(path)}: it cannot be read: {reason}") from error
    pages = tuple(
        TextSource(
            path, found.format, start, stop, found.encoding, found.unit, status.st_size, status.st_mtime_ns
        )
        for start, stop in found.places
    )
    return TextFile(path, found.format, pages, found.languages)


def half_of(source: TextSource) -> Half | None:
    """What of a scan the text of a page is for, where it is not all of it; `pdfpipe.model.half`.

    Raises:
        TextFileError: as `read_text`.

    """
    try:
        return _given(source).half
    except TextFileError as error:
        raise TextFileError(f"{shown(source.path)}: {error}") from error


def read_text(source: TextSource, width: int, height: int, resolution: Resolution) -> PageText:
    """The text of one page in pixels of its upright image; see `pdfpipe.formats.fitting.fitted`.

    Where it was read of the image turned, it says so in `turn`, and its pixels are those of the turned image.

    Raises:
        TextFileError: the file has been changed since it was opened, the page is damaged, or its text does
            not fit the image.

    """
    try:
        given = _given(source)
        if given.processed:
            raise TextFileError(
                "its text is for what stages made of the scan (--page-image processed), which is not there"
            )
        if given.turn not in (0, 90, 180, 270):
            raise TextFileError(f"it says that the page was turned by {given.turn} degrees")
        if given.turn in (90, 270):
            width, height, resolution = height, width, resolution.swapped
        text = fitted(given, width, height, resolution)
        return msgspec.structs.replace(text, turn=given.turn)
    except TextFileError as error:
        raise TextFileError(f"{shown(source.path)}: {error}") from error


def _given(source: TextSource) -> GivenPage:
    """What the file says of the page."""
    try:
        with source.path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if (status.st_size, status.st_mtime_ns) != (source.size, source.mtime_ns):
                raise TextFileError("it was changed while it was read; run the same command again")
            stream.seek(source.start)
            markup = stream.read(source.stop - source.start).decode(source.encoding)
    except OSError as error:
        raise TextFileError(f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise TextFileError(f"it is not in {source.encoding}: {error.reason}") from error
    return _read(source, markup)


class _Found(msgspec.Struct, frozen=True):
    """What `open_text` finds in a file: the format, and where each page begins and ends."""

    format: Sidecar
    places: tuple[tuple[int, int], ...]
    languages: tuple[str, ...]
    encoding: str = "utf-8"
    unit: str = "pixel"


def _read(source: TextSource, markup: str) -> GivenPage:
    match source.format:
        case Sidecar.HOCR:
            return hocr_reader.read_page(markup)
        case Sidecar.ALTO:
            return alto_reader.read_page(markup, source.unit)
        case _:
            return page_json.read_page(markup)


def _find(head: bytes, stream: BinaryIO) -> _Found:
    encoding = _UTF16.get(head[:2])
    plain = head.decode(encoding, "ignore").encode("utf-8") if encoding else head.removeprefix(_UTF8_MARK)
    stream.seek(0)
    if plain.lstrip().startswith(b"{"):
        if encoding:
            raise TextFileError("it is JSON in UTF-16; save it as UTF-8")
        languages, places = page_json.pages_of(stream)
        return _Found(Sidecar.JSON, tuple(places), languages)
    if _ALTO.search(plain):
        return _find_alto(stream, encoding)
    if _PAGE_XML.search(plain):
        raise TextFileError("it is PAGE XML, which is not read; export ALTO, hOCR or pdfpipe's JSON instead")
    if _HTML.search(plain):
        if encoding:
            raise TextFileError("it is hOCR in UTF-16; save it as UTF-8")
        return _find_hocr(stream)
    raise TextFileError("it is neither hOCR nor ALTO nor pdfpipe's JSON")


def _find_alto(stream: BinaryIO, mark: str | None) -> _Found:
    index = alto_reader.AltoIndex(stream)
    if index.unit not in alto_reader.UNITS:
        known = ", ".join(alto_reader.UNITS)
        raise TextFileError(f"its unit of length is '{index.unit[:40]}'; ALTO has {known}")
    encoding = mark or _known_encoding(index.declared_encoding)
    opening, closing = "</".encode(encoding), ">".encode(encoding)
    places = []
    for start, end in zip(index.starts, index.ends, strict=True):
        stream.seek(end)
        tag = stream.read(_LONGEST_END_TAG)
        # Of an element without content, the parser tells the place behind it.
        places.append((start, end + tag.find(closing) + len(closing) if tag.startswith(opening) else end))
    if not places:
        raise TextFileError("it is ALTO, and has no page")
    return _Found(Sidecar.ALTO, tuple(places), index.languages, encoding, index.unit)


def _find_hocr(stream: BinaryIO) -> _Found:
    tags, size = hocr_reader.page_tags(stream)
    if not tags:
        raise TextFileError("it is HTML, but no hOCR: no element in it has the class ocr_page")
    stream.seek(0)
    before, first = stream.read(tags[0]), stream.read(_HEAD)
    if _ENTITY.search(before):
        raise TextFileError("it declares entities; files that declare entities are not read")
    charset = _CHARSET.search(before)
    encoding = _known_encoding(charset[1].decode("ascii") if charset is not None else None)
    places = tuple(zip(tags, [*tags[1:], size], strict=True))
    return _Found(Sidecar.HOCR, places, hocr_reader.languages_of(before, first), encoding)


def _known_encoding(name: str | None) -> str:
    try:
        "".encode(name or "utf-8")
    except LookupError:
        raise TextFileError(f"its encoding '{name}' is not known; save it as UTF-8") from None
    return name or "utf-8"
