"""ALTO of any program and version, 1 to 4.

Nothing outside the file is fetched, and a file that declares entities is refused: they are what makes
XML dangerous (CWE-611, CWE-776), and ALTO needs none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import BinaryIO, Final
from xml.parsers import expat

from pdfpipe.errors import TextFileError
from pdfpipe.formats.values import GivenBlock, GivenLine, GivenPage, GivenWord
from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.half import Half, Side
from pdfpipe.model.text import Baseline, Direction

__all__ = ["UNITS", "AltoIndex", "read_page"]

UNITS: Final = ("pixel", "mm10", "inch1200")
_LANGUAGE: Final = ("LANG", "language")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_HALF: Final = re.compile(r"(left|right) half of the scan, pixels (\d+),(\d+) to (\d+),(\d+)")
_TURNED: Final = re.compile(r"turned (90|180|270) degrees clockwise")
_PROCESSED: Final = "processed image"
_SOFT_HYPHEN: Final = "\u00ad"
_DIRECTIONS: Final = {
    "ltr": Direction.LEFT_TO_RIGHT,
    "rtl": Direction.RIGHT_TO_LEFT,
    "ttb": Direction.TOP_TO_BOTTOM,
}


class AltoIndex:
    """Where the pages of a document are in its file, and what is said of all of them."""

    def __init__(self, stream: BinaryIO) -> None:
        """Go through the file once.

        Raises:
            TextFileError: it is not well-formed, or declares entities.

        """
        self.languages: tuple[str, ...] = ()
        self.unit = UNITS[0]
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.declared_encoding: str | None = None
        self._is_unit = False
        self._unit = ""
        self._parser = _parser()
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        try:
            self._parser.ParseFile(stream)
        except expat.ExpatError as error:
            raise _damage(error) from error
        if unit := self._unit.strip():
            self.unit = unit

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.declared_encoding = encoding

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        name = _local(name)
        self._is_unit = name == "MeasurementUnit"
        if name == "Page":
            self.starts.append(self._parser.CurrentByteIndex)
        if not self.languages:
            self.languages = tuple(attributes[key] for key in _LANGUAGE if key in attributes)[:1]

    def _end(self, name: str) -> None:
        self._is_unit = False
        if _local(name) == "Page":
            self.ends.append(self._parser.CurrentByteIndex)

    def _text(self, data: str) -> None:
        if self._is_unit:
            self._unit += data


def read_page(markup: str, unit: str) -> GivenPage:
    """One page, from the tag of its element to its end.

    Raises:
        TextFileError: it is not well-formed.

    """
    reader = _PageReader()
    parser = _parser()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(markup.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise _damage(error) from error
    return GivenPage(
        tuple(reader.blocks),
        reader.width,
        reader.height,
        unit,
        turn=reader.turn,
        processed=reader.processed,
        half=reader.half,
    )


class _PageReader:
    """Builds blocks from elements."""

    def __init__(self) -> None:
        self.blocks: list[GivenBlock] = []
        self.width: float | None = None
        self.height: float | None = None
        self.turn = 0
        self.processed = False
        self.half: Half | None = None
        self._block: Mapping[str, str] = {}
        self._line: Mapping[str, str] = {}
        self._lines: list[GivenLine] = []
        self._words: list[GivenWord] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        match _local(name):
            case "Page":
                self.width, self.height = _length(attributes, "WIDTH"), _length(attributes, "HEIGHT")
                detail = attributes.get("QUALITY_DETAIL", "")
                turned = _TURNED.search(detail)
                self.turn = int(turned[1]) if turned is not None else 0
                self.processed = _PROCESSED in detail
                if (half := _HALF.search(detail)) is not None:
                    self.half = Half(Side(half[1]), BoundingBox(*map(float, half.groups()[1:])))
            case "TextBlock":
                self._block, self._lines = attributes, []
            case "TextLine":
                self._line, self._words = attributes, []
            case "String":
                self._words.append(_word(attributes))
            case "HYP":
                self._hyphenate(attributes)

    def end(self, name: str) -> None:
        match _local(name):
            case "TextBlock" if self._lines:
                self.blocks.append(GivenBlock(tuple(self._lines), _box(self._block)))
            case "TextLine" if self._words:
                given = self._line.get("BASEDIRECTION") or self._block.get("BASEDIRECTION", "")
                direction = _DIRECTIONS.get(given)
                box = _box(self._line)
                self._lines.append(GivenLine(tuple(self._words), box, _baseline(self._line, box), direction))

    def _hyphenate(self, attributes: Mapping[str, str]) -> None:
        """Add the hyphen at the end of a line to the word before it, as it stands on the page."""
        hyphen = attributes.get("CONTENT", "").replace(_SOFT_HYPHEN, "-") or "-"
        if not self._words or self._words[-1].text.endswith(hyphen):
            return
        word, box = self._words[-1], _box(attributes)
        if word.box is not None and box is not None:
            box = word.box.union(box)
        self._words[-1] = GivenWord(word.text + hyphen, box or word.box, word.confidence, word.direction)


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_entity
    return parser


def _refuse_entity(name: str, *_: object) -> None:
    raise TextFileError(f"it declares the entity '{name[:40]}'; files that declare entities are not read")


def _damage(error: expat.ExpatError) -> TextFileError:
    return TextFileError(f"it is no well-formed XML: {error}")


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _word(attributes: Mapping[str, str]) -> GivenWord:
    confidence = _length(attributes, "WC")
    return GivenWord(
        " ".join(attributes.get("CONTENT", "").split()),
        _box(attributes),
        None if confidence is None else min(max(confidence, 0.0), 1.0),
    )


def _length(attributes: Mapping[str, str], name: str) -> float | None:
    found = _NUMBER.fullmatch(attributes.get(name, "").strip())
    return float(found[0]) if found is not None else None


def _box(attributes: Mapping[str, str]) -> BoundingBox | None:
    x, y = _length(attributes, "HPOS"), _length(attributes, "VPOS")
    width, height = _length(attributes, "WIDTH"), _length(attributes, "HEIGHT")
    if x is None or y is None or width is None or height is None or min(width, height) < 0:
        return None
    return BoundingBox(x, y, x + width, y + height)


def _baseline(attributes: Mapping[str, str], box: BoundingBox | None) -> Baseline | None:
    """From the first to the last of its points; a single number is a height (ALTO before 4.2)."""
    values = [float(text) for text in _NUMBER.findall(attributes.get("BASELINE", ""))]
    if len(values) == 1 and box is not None:
        return Baseline(Point(box.x0, values[0]), Point(box.x1, values[0]))
    if len(values) < 4 or len(values) % 2:
        return None
    return Baseline(Point(values[0], values[1]), Point(values[-2], values[-1]))
