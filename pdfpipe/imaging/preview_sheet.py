"""One picture of a page on its way to the engine: a panel for each stage, and what was read before and after.

Drawn with the font that comes with Pillow, which has the Latin letters only; what it lacks shows as a box.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from pdfpipe.model.text import PageText, Word

__all__ = ["Excerpt", "Panel", "is_preview_sheet", "preview_sheet"]

_SOFTWARE: Final = "pdfpipe preview"
_HEAD: Final = 256
"""Bytes within which a PNG file of ours says so."""

_PANEL: Final = 300
_PICTURE: Final = 400
_GAP: Final = 20
_MOST_COLUMNS: Final = 4
"""Pixels of a panel's width, of its picture's height, and between panels; panels beside one another."""

_SIZE: Final = 13
_LINE: Final = 18
_TITLE_SIZE: Final = 16
_TITLE_LINE: Final = 24
_MOST_CAPTION: Final = 4
_MOST_TEXT: Final = 14
"""Lines below a picture, and of each text."""

_GROUND, _PAPER, _FRAME = (238, 238, 238), (255, 255, 255), (180, 180, 180)
_INK, _ASIDE = (20, 20, 20), (90, 90, 90)
_DOUBTED, _BAD = (176, 104, 0), (196, 20, 20)
_MARKS: Final = {_DOUBTED: (255, 205, 0, 110), _BAD: (255, 40, 40, 120)}
_SURE, _LIKELY = 0.8, 0.5
"""Confidences from which words are black, and yellow rather than red, as in the report."""

_COLORS: Final = 96
"""Of the palette: gray scans and few marks need no more, and the file becomes a third."""

Color = tuple[int, int, int]


class Panel(msgspec.Struct, frozen=True, eq=False):
    """A picture with its title and what is to be said of it; doubtful words of `text` are marked.

    `text` is in pixels of `image`, which is None where there is nothing to show.
    """

    title: str
    caption: Sequence[str] = ()
    image: Image.Image | None = None
    text: PageText | None = None


class Excerpt(msgspec.Struct, frozen=True):
    """The beginning of what was read, under a title."""

    title: str
    text: PageText


def preview_sheet(heading: str, panels: Sequence[Panel], excerpts: Sequence[Excerpt]) -> bytes:
    """A PNG file: panels in rows, texts side by side below them."""
    columns = min(_MOST_COLUMNS, max(2, len(panels)))
    rows = -(-len(panels) // columns)
    row_height = _TITLE_LINE + _PICTURE + _MOST_CAPTION * _LINE + _GAP
    texts_at = _GAP + _TITLE_LINE + _GAP + rows * row_height
    width = _GAP + columns * (_PANEL + _GAP)
    height = texts_at + _TITLE_LINE + _MOST_TEXT * _LINE + _GAP
    sheet = Image.new("RGB", (width, height), _GROUND)
    pen = _Pen(sheet)
    pen.title(heading, _GAP, _GAP, width - 2 * _GAP)
    for number, panel in enumerate(panels):
        row, column = divmod(number, columns)
        _draw_panel(
            pen,
            panel,
            _GAP + column * (_PANEL + _GAP),
            _GAP + _TITLE_LINE + _GAP + row * row_height,
        )
    room = (width - _GAP) // max(1, len(excerpts)) - _GAP
    for number, excerpt in enumerate(excerpts):
        _draw_excerpt(pen, excerpt, _GAP + number * (room + _GAP), texts_at, room)
    stream = io.BytesIO()
    few = sheet.quantize(_COLORS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    info = PngImagePlugin.PngInfo()
    info.add_text("Software", _SOFTWARE)
    few.save(stream, "PNG", optimize=True, pnginfo=info)
    return stream.getvalue()


def is_preview_sheet(path: Path) -> bool:
    """Whether a file is what `preview_sheet` gave, or empty, and may be replaced by the next."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return not head or _SOFTWARE.encode("ascii") in head


class _Pen:
    """Writes on a sheet, what is too long cut with an ellipsis."""

    def __init__(self, sheet: Image.Image) -> None:
        self.sheet = sheet
        self.draw = ImageDraw.Draw(sheet)
        self._font = ImageFont.load_default(_SIZE)
        self._large = ImageFont.load_default(_TITLE_SIZE)

    def title(self, text: str, x: int, y: int, width: int) -> None:
        self.draw.text((x, y), _cut(text, self._large, width), _INK, self._large)

    def write(self, text: str, x: float, y: float, width: float, color: Color) -> float:
        """Where it ends."""
        text = _cut(text, self._font, width)
        self.draw.text((x, y), text, color, self._font)
        return x + self._font.getlength(text)

    def wrapped(self, text: str, width: int) -> Iterator[str]:
        """Lines of whole words that are no wider, but for one long word."""
        line = ""
        for word in text.split():
            longer = f"{line} {word}".lstrip()
            if line and self._font.getlength(longer) > width:
                yield line
                longer = word
            line = longer
        if line:
            yield line


_Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


def _cut(text: str, font: _Font, width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text}..."


def _draw_panel(pen: _Pen, panel: Panel, left: int, top: int) -> None:
    pen.title(panel.title, left, top, _PANEL)
    top += _TITLE_LINE
    if panel.image is None:
        pen.draw.rectangle((left, top, left + _PANEL - 1, top + _PICTURE - 1), outline=_FRAME)
    else:
        picture = _reduced(panel.image, panel.text)
        pen.sheet.paste(picture, (left, top))
        pen.draw.rectangle((left - 1, top - 1, left + picture.width, top + picture.height), outline=_FRAME)
    top += _PICTURE + _LINE // 3
    lines = [line for text in panel.caption for line in pen.wrapped(text, _PANEL)]
    for line in lines[:_MOST_CAPTION]:
        pen.write(line, left, top, _PANEL, _ASIDE)
        top += _LINE


def _reduced(image: Image.Image, text: PageText | None) -> Image.Image:
    scale = min(_PANEL / image.width, _PICTURE / image.height)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    gray = image.convert("L") if image.mode == "1" else image
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    picture = gray.resize(size, method).convert("RGB")
    if text is None:
        return picture
    draw = ImageDraw.Draw(picture, "RGBA")
    for word in text.words:
        color = _color_of(word)
        if color in _MARKS:
            box = word.box
            draw.rectangle(
                [round(edge * scale) for edge in (box.x0, box.y0, box.x1, box.y1)], fill=_MARKS[color]
            )
    return picture


def _draw_excerpt(pen: _Pen, excerpt: Excerpt, left: int, top: int, width: int) -> None:
    lines = tuple(excerpt.text.lines)
    part = f" (the first {_MOST_TEXT} of {len(lines)} lines)" if len(lines) > _MOST_TEXT else ""
    pen.title(f"{excerpt.title}{part}", left, top, width)
    top += _TITLE_LINE
    pen.draw.rectangle((left - 1, top, left + width, top + _MOST_TEXT * _LINE), _PAPER, _FRAME)
    right = left + width - 4
    for line in lines[:_MOST_TEXT]:
        x: float = left + 4
        for word in line.words:
            if x >= right:
                break
            x = pen.write(f"{word.text} ", x, top, right - x, _color_of(word))
        top += _LINE


def _color_of(word: Word) -> Color:
    if word.confidence >= _SURE:
        return _INK
    return _DOUBTED if word.confidence >= _LIKELY else _BAD
