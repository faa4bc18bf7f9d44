"""Tesseract's LSTM engine in process, by tesserocr."""

from __future__ import annotations

import contextlib
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import tesserocr
from PIL import Image
from tesserocr import OEM, PSM, RIL, PyTessBaseAPI

from pdfpipe.errors import MissingDependencyError, RecognitionError
from pdfpipe.model.engine_settings import TesseractSettings
from pdfpipe.model.geometry import BoundingBox, Point
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Baseline, Block, Direction, Line, PageText, Word
from pdfpipe.ocr.tesseract.models import find_models

__all__ = ["TesseractEngine"]

_WRITING_DIRECTIONS: Final = {
    0: Direction.LEFT_TO_RIGHT,
    1: Direction.RIGHT_TO_LEFT,
    2: Direction.TOP_TO_BOTTOM,
}
_MAX_SIDE: Final = 32767
"""Leptonica boxes and Tesseract's coordinates are 16-bit."""


class TesseractEngine:
    """One Tesseract instance with its models loaded (about 50 ms)."""

    def __init__(
        self,
        languages: tuple[str, ...],
        settings: TesseractSettings = TesseractSettings(),  # noqa: B008 - frozen
    ) -> None:
        """Load the models.

        Raises:
            MissingLanguageError: there is no model for a language.
            MissingDependencyError: a model is there but cannot be loaded.

        """
        models = find_models(languages, settings.tessdata_dir)
        tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
        with _one_folder(models) as folder:
            try:
                self._api = PyTessBaseAPI(
                    path=f"{folder}/", lang="+".join(languages), psm=PSM.AUTO, oem=OEM.LSTM_ONLY
                )
            except RuntimeError as error:
                files = ", ".join(str(path) for path in models.values())
                raise MissingDependencyError(
                    f"Tesseract cannot load its models ({files}): {error}"
                ) from error

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`."""
        pixels = image.pixels
        if max(pixels.size) > _MAX_SIDE:
            raise RecognitionError(f"Tesseract reads no page with a side of more than {_MAX_SIDE} pixels")
        try:
            self._set_image(pixels if pixels.mode == "1" else pixels.convert("L"))
            self._api.SetSourceResolution(round(image.dpi))
            if not self._api.Recognize():
                raise RecognitionError("Tesseract gave up on the page")
            iterator = self._api.GetIterator()
            blocks = tuple(_blocks(iterator)) if iterator is not None else ()
        except RuntimeError as error:
            raise RecognitionError(f"Tesseract failed: {error}") from error
        finally:
            self._api.Clear()
        return PageText(pixels.width, pixels.height, blocks)

    def _set_image(self, pixels: Image.Image) -> None:
        width, height = pixels.size
        if pixels.mode == "1":
            self._api.SetImageBytes(pixels.tobytes(), width, height, 0, (width + 7) // 8)
        else:
            self._api.SetImageBytes(pixels.tobytes(), width, height, 1, width)


@contextlib.contextmanager
def _one_folder(models: dict[str, Path]) -> Iterator[Path]:
    """A folder that holds all models while Tesseract loads them: it takes no more than one."""
    files = {language: f"{language}.traineddata" for language in models}
    roots = {Path(str(path).removesuffix(files[language])) for language, path in models.items()}
    if len(roots) == 1:
        yield roots.pop()
        return
    with tempfile.TemporaryDirectory(prefix="pdfpipe-tessdata-") as temporary:
        for language, path in models.items():
            link = Path(temporary, files[language])
            link.parent.mkdir(exist_ok=True)  # for script/Latin
            link.symlink_to(path.absolute())
        yield Path(temporary)


def _blocks(iterator: Any) -> Iterator[Block]:
    """Walk the result word by word and group it; tesserocr has no types for its iterator.

    Asking whether a word is the last of its line or block costs more than all other questions
    together, so lines and blocks end where the next ones begin.
    """
    lines: list[Line] = []
    words: list[Word] = []
    direction, baseline = Direction.LEFT_TO_RIGHT, None
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
            baseline = iterator.Baseline(RIL.TEXTLINE)
        if iterator.Empty(RIL.WORD):
            more = iterator.Next(RIL.WORD)
            continue
        box, confidence = iterator.BoundingBox(RIL.WORD), iterator.Confidence(RIL.WORD)
        word_direction = _word_direction(iterator, direction)
        text, more = _read_on(iterator, Direction.RIGHT_TO_LEFT in (direction, word_direction))
        if text and box is not None:
            confidence = min(max(confidence / 100, 0.0), 1.0)
            words.append(Word(text, BoundingBox(*map(float, box)), confidence, word_direction))
    if words:
        lines.append(_line(words, baseline, direction))
    if lines:
        yield _block(lines)


def _word_direction(iterator: Any, line: Direction) -> Direction:
    """The direction of the word the iterator is at, the line's where its characters have none."""
    match iterator.WordDirection():
        case tesserocr.DIR.RIGHT_TO_LEFT:
            return Direction.RIGHT_TO_LEFT
        case tesserocr.DIR.LEFT_TO_RIGHT if line is Direction.RIGHT_TO_LEFT:
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
