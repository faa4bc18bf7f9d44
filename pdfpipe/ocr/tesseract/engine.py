"""Tesseract's LSTM engine in process, by tesserocr."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from pdfpipe.errors import RecognitionError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word
from pdfpipe.ocr.tesseract.api import DIR, PSM, RIL, open_api, set_image
from pdfpipe.ocr.tesseract.catalogue import OSD
from pdfpipe.ocr.tesseract.models import check_models, find_models
from pdfpipe.ocr.tesseract.options import DEFAULT_SEGMENTATION, check_options, list_variables, needed_osd

__all__ = ["TesseractEngine"]

_WRITING_DIRECTIONS: Final = {
    0: Direction.LEFT_TO_RIGHT,
    1: Direction.RIGHT_TO_LEFT,
    2: Direction.TOP_TO_BOTTOM,
}
_MAX_SIDE: Final = 32767
"""Leptonica boxes and Tesseract's coordinates are 16-bit."""

_WORDS_AS_HIGH_AS_THE_IMAGE: Final = frozenset({PSM.SINGLE_WORD, PSM.SINGLE_CHAR, PSM.RAW_LINE})
"""Modes in which the boxes of words, but not those of lines, are as high as what Tesseract was given."""

_FINDS_COLUMNS: Final = frozenset({PSM.AUTO_OSD, PSM.AUTO})
"""Modes whose layout analysis compares all marks of a page."""


class TesseractEngine:
    """One Tesseract instance with its models loaded (about 50 ms)."""

    def __init__(
        self,
        languages: tuple[str, ...],
        settings: TesseractSettings = TesseractSettings(),  # noqa: B008 - frozen
    ) -> None:
        """Load the models.

        Raises:
            UsageError: the settings make no sense.
            MissingLanguageError: there is no model for a language.
            MissingDependencyError: a model is there but cannot be loaded.

        """
        check_options(settings)
        models = find_models(languages, settings.tessdata_dir, settings.tessdata)
        check_models(models.values())
        if (osd := needed_osd(settings)) is not None:
            models[OSD] = osd
        self._mode = DEFAULT_SEGMENTATION if settings.segmentation is None else settings.segmentation
        self._api = open_api(models, languages, mode=self._mode, lists=list_variables(settings))

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`."""
        pixels = image.pixels
        if max(pixels.size) > _MAX_SIDE:
            raise RecognitionError(f"Tesseract reads no page with a side of more than {_MAX_SIDE} pixels")
        try:
            set_image(self._api, pixels, image.dpi)
            if not self._api.Recognize():
                raise RecognitionError("Tesseract gave up on the page")
            iterator = self._api.GetIterator()
            blocks = tuple(_blocks(iterator, self._mode)) if iterator is not None else ()
        except RuntimeError as error:
            raise RecognitionError(f"Tesseract failed: {error}") from error
        finally:
            self._api.Clear()
        return PageText(pixels.width, pixels.height, blocks)

    def declines(self, image: OcrImage) -> str | None:
        """Why another engine had better read a page; None if there is no reason."""
        if self._mode not in _FINDS_COLUMNS:
            return None
        from pdfpipe.ocr.tesseract.crowd import marks_on  # OpenCV, which reading does without

        marks = marks_on(image.pixels)
        return f"which may take minutes to sort about {marks:,} marks" if marks else None


def _blocks(iterator: Any, mode: int) -> Iterator[Block]:
    """Walk the result word by word and group it; tesserocr has no types for its iterator.

    Asking whether a word is the last of its line or block costs more than all other questions
    together, so lines and blocks end where the next ones begin.
    """
    lines: list[Line] = []
    words: list[Word] = []
    direction, baseline, line_box = Direction.LEFT_TO_RIGHT, None, None
    more = True
    while more:
        if iterator.IsAtBeginningOf(RIL.TEXTLINE):
            if words:
                lines.append(_line(words, baseline, direction))
                words = []
            if iterator.IsAtBeginningOf(RIL.BLOCK):
                if lines:
                    yield _block(lines)
                    lines = []
                direction = _WRITING_DIRECTIONS[iterator.Orientation()[1]]
            # To a word in a circle Tesseract gives the lower edge of the image.
            baseline = None if mode == PSM.CIRCLE_WORD else iterator.Baseline(RIL.TEXTLINE)
            line_box = iterator.BoundingBox(RIL.TEXTLINE)
        if iterator.Empty(RIL.WORD):
            more = iterator.Next(RIL.WORD)
            continue
        box, confidence = iterator.BoundingBox(RIL.WORD), iterator.Confidence(RIL.WORD)
        word_direction = _word_direction(iterator, direction)
        text, more = _read_on(iterator, Direction.RIGHT_TO_LEFT in (direction, word_direction))
        if text and box is not None:
            confidence = min(max(confidence / 100, 0.0), 1.0)
            if mode in _WORDS_AS_HIGH_AS_THE_IMAGE and line_box is not None:
                box = (box[0], max(box[1], line_box[1]), box[2], min(box[3], line_box[3]))
            words.append(Word(text, BoundingBox(*map(float, box)), confidence, word_direction))
    if words:
        lines.append(_line(words, baseline, direction))
    if lines:
        yield _block(lines)


def _word_direction(iterator: Any, line: Direction) -> Direction:
    """The direction of the word the iterator is at, the line's where its characters have none."""
    match iterator.WordDirection():
        case DIR.RIGHT_TO_LEFT:
            return Direction.RIGHT_TO_LEFT
        case DIR.LEFT_TO_RIGHT if line is Direction.RIGHT_TO_LEFT:
            return Direction.LEFT_TO_RIGHT
        case _:
            return line


def _read_on(iterator: Any, right_to_left: bool) -> tuple[str, bool]:
    """The text of the word the iterator is at, without blanks, and whether there is a word after it.

    tesserocr gives a right-to-left word as it is seen, from left to right; its symbols, however, come
    in logical order.
    """
    if not right_to_left:
        text = iterator.GetUTF8Text(RIL.WORD)
        return "".join(text.split()), iterator.Next(RIL.WORD)
    symbols, more = [], True
    while more:
        symbols.append(iterator.GetUTF8Text(RIL.SYMBOL))
        more = iterator.Next(RIL.SYMBOL)
        if more and iterator.IsAtBeginningOf(RIL.WORD):
            break
    return "".join("".join(symbols).split()), more


def _line(words: list[Word], baseline: Any, direction: Direction) -> Line:
    if direction is Direction.TOP_TO_BOTTOM and not any(_is_wide(word.text) for word in words):
        # To Tesseract all lines that run up or down are vertical writing; which way, the baseline tells.
        direction = Direction.LEFT_TO_RIGHT
        words = [msgspec.structs.replace(word, direction=direction) for word in words]
    return Line(
        words=tuple(words),
        box=_union(word.box for word in words),
        baseline=Baseline(*(Point(float(x), float(y)) for x, y in baseline)) if baseline else None,
        direction=direction,
    )


def _is_wide(text: str) -> bool:
    """Whether there is a Chinese, Japanese or Korean character in it (UAX #11)."""
    return not text.isascii() and any(unicodedata.east_asian_width(c) in "WF" for c in text)


def _block(lines: list[Line]) -> Block:
    return Block(tuple(lines), _union(line.box for line in lines))


def _union(boxes: Iterator[BoundingBox]) -> BoundingBox:
    total = next(boxes)
    for box in boxes:
        total = total.union(box)
    return total
