"""PP-OCRv6 in process: detection, recognition, words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import cv2
import msgspec
import numpy as np
from PIL import Image

from pdfpipe.errors import MissingDependencyError, RecognitionError
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Baseline, Block, Direction, Line, LinePart, PageText, Word
from pdfpipe.ocr.beside import stand_beside
from pdfpipe.ocr.dictionary import dictionary_of
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.ppocr.alphabets import character_weights
from pdfpipe.ocr.ppocr.ctc import Decoder, ReadCharacter
from pdfpipe.ocr.ppocr.detection import find_lines
from pdfpipe.ocr.ppocr.lexicon import corrected
from pdfpipe.ocr.ppocr.lines import FlatLine, LineBox, Pixels, flatten
from pdfpipe.ocr.ppocr.models import find_models
from pdfpipe.ocr.ppocr.network import Floats, load_network
from pdfpipe.ocr.ppocr.overlooked import overlooked
from pdfpipe.ocr.ppocr.reading_order import reading_order
from pdfpipe.ocr.ppocr.runtime import resolve_runtime
from pdfpipe.ocr.ppocr.words import words_of

__all__ = ["PpocrEngine"]

_MAX_WIDTH: Final = 3200
"""Pixels of a flat line: longer ones are squeezed, so that memory has a bound."""

_LONE_STROKE: Final = frozenset("iIl!|1ìíï")
"""What a lone vertical stroke beside a line is read as; it is a one."""
_STROKE_PROBABILITY: Final = 0.7
_SURE_ENOUGH: Final = 0.75
"""For what the detection network has overlooked."""

_UPRIGHT_ENOUGH: Final = 0.9
"""Mean probability above which a line that runs down the page is not tried upside down too."""


class PpocrEngine:
    """Both networks, loaded (about half a second)."""

    def __init__(self, spec: EngineSpec) -> None:
        """Load the networks.

        Raises:
            MissingDependencyError: they are not installed or damaged, or nothing can run them.

        """
        models = find_models()
        runtime = resolve_runtime(spec.ppocr.runtime)
        self._detection = load_network(models.detection, runtime)
        self._recognition = load_network(models.recognition, runtime)
        cv2.setNumThreads(1)  # one processor a worker; its threads would fight for them
        listed = self._recognition.metadata.get("character", "").splitlines()
        if not listed:
            raise MissingDependencyError(f"PP-OCR's model {models.recognition} has no list of characters")
        self._dictionary = dictionary_of(spec.languages, spec.tesseract.tessdata_dir)
        characters = ["", *listed, " "]
        self._decoder = Decoder(characters, character_weights(characters, spec.languages))

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`."""
        width, height = image.pixels.size
        try:
            page = _pixels(image.pixels)
            boxes = find_lines(self._detection, page, image.dpi)
            lines = [line for line in self._read_all(page, boxes) if line is not None]
            lines += [line for box in overlooked(page, boxes) if (line := self._read_glyph(page, box))]
        except (cv2.error, RuntimeError, MemoryError) as error:
            raise RecognitionError(f"PP-OCR failed: {error}") from error
        lines = [inside for line in lines if (inside := _within(line, width, height)) is not None]
        order = reading_order([line.box for line in lines])
        return PageText(width, height, tuple(_block([lines[i] for i in block]) for block in order))

    def read_parts(self, image: OcrImage, parts: Sequence[LinePart]) -> list[Line | None]:
        """Read anew where these words are; None where there is nothing to read."""
        try:
            page = _pixels(image.pixels)
            read = self._read_all(page, [LineBox.of_words(part) for part in parts])
        except (cv2.error, RuntimeError, MemoryError) as error:
            raise RecognitionError(f"PP-OCR failed: {error}") from error
        return [line and _within(line, *image.pixels.size) for line in read]

    def read_beside(
        self, image: OcrImage, words: Sequence[BoundingBox], runs: Sequence[BoundingBox]
    ) -> list[Line]:
        """Read the lines that stand beside these words, and those that hold one of these runs of letters."""
        try:
            page = _pixels(image.pixels)
            boxes = [box for box in find_lines(self._detection, page, image.dpi) if box.is_upright]
            beside = stand_beside([box.box for box in boxes], words)
            asked = [
                box
                for box, is_beside in zip(boxes, beside, strict=True)
                if is_beside or any(box.box.holds(run.center) for run in runs)
            ]
            lines = self._read_all(page, asked)
        except (cv2.error, RuntimeError, MemoryError) as error:
            raise RecognitionError(f"PP-OCR failed: {error}") from error
        return [found for line in lines if line and (found := _within(line, *image.pixels.size))]

    def _read_all(self, page: Pixels, boxes: Sequence[LineBox]) -> list[Line | None]:
        """The short ones first, as each change of width costs OpenVINO as much as reading a short word."""
        by_width = sorted(range(len(boxes)), key=lambda i: boxes[i].slenderness)
        read = {i: self._read(page, boxes[i]) for i in by_width}
        return [read[i] for i in range(len(boxes))]

    def _read(self, page: Pixels, box: LineBox) -> Line | None:
        if box.is_upright:
            return _line(*self._characters(page, box))
        down = self._characters(page, box.turned(1))
        if _mean(down[1]) < _UPRIGHT_ENOUGH:
            up = self._characters(page, box.turned(3))
            if _mean(up[1]) > _mean(down[1]):
                return _line(*up)
        return _line(*down)

    def _read_glyph(self, page: Pixels, box: LineBox) -> Line | None:
        flat, characters, spaces = self._characters(page, box)
        seen = [c for c in characters if not c.is_space]
        if len(seen) == 1 and seen[0].text in _LONE_STROKE:
            seen = [msgspec.structs.replace(seen[0], text="1", probability=_STROKE_PROBABILITY)]
        elif _mean(seen) < _SURE_ENOUGH or not all(c.text.isdigit() or c.text.isupper() for c in seen):
            return None
        return _line(flat, seen, spaces)

    def _characters(self, page: Pixels, box: LineBox) -> tuple[FlatLine, list[ReadCharacter], Floats]:
        """A line, what is read on it, and how likely there is a space at each column of its pixels."""
        flat = flatten(page, box, _MAX_WIDTH)
        batch = _batch(flat.pixels, self._recognition.width_step)
        padded = batch.shape[3]
        characters, spaces = self._decoder.decode(self._recognition.run(batch)[0], padded)
        columns = np.arange(flat.pixels.shape[1])
        return flat, corrected(characters, self._dictionary), spaces[columns * len(spaces) // padded]


def _pixels(image: Image.Image) -> Pixels:
    """Gray or, as the networks were trained, blue, green, red."""
    if image.mode == "RGB":
        return np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    return np.asarray(image.convert("L"))


def _batch(pixels: Pixels, step: int) -> Floats:
    """A batch of one line, padded on the right to a width that is met again, a multiple of `step`."""
    height, width = pixels.shape[:2]
    padded = math.ceil(width / step) * step
    batch = np.zeros((1, 3, height, padded), np.float32)
    planes: Any = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    batch[0, :, :, :width] = planes.astype(np.float32) / 127.5 - 1.0
    return batch


def _mean(characters: Sequence[ReadCharacter]) -> float:
    return sum(c.probability for c in characters) / len(characters) if characters else 0.0


def _line(flat: FlatLine, characters: list[ReadCharacter], spaces: Floats) -> Line | None:
    words = tuple(words_of(flat, characters, spaces))
    if not words:
        return None
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    direction = Direction.LEFT_TO_RIGHT
    if abs(flat.box.at(1, 0.5).y - flat.box.at(0, 0.5).y) > abs(
        flat.box.at(1, 0.5).x - flat.box.at(0, 0.5).x
    ):
        direction = _upright_direction(words)
        words = tuple(msgspec.structs.replace(word, direction=direction) for word in words)
    return Line(words, box, Baseline(flat.box.at(0, 1), flat.box.at(1, 1)), direction)


def _upright_direction(words: Sequence[Word]) -> Direction:
    """Of a line that runs up or down the page: only East Asian scripts are written so."""
    text = "".join(word.text for word in words)
    wide = sum(ord(c) >= 0x2E80 for c in text)
    return Direction.TOP_TO_BOTTOM if 2 * wide > len(text) else Direction.LEFT_TO_RIGHT


def _within(line: Line, width: int, height: int) -> Line | None:
    """The line with all boxes cut at the page's edges."""
    page = BoundingBox(0.0, 0.0, float(width), float(height))
    words = tuple(
        msgspec.structs.replace(word, box=box)
        for word in line.words
        if (box := _intersection(word.box, page)) is not None
    )
    if not words:
        return None
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    return msgspec.structs.replace(line, words=words, box=box)


def _intersection(a: BoundingBox, b: BoundingBox) -> BoundingBox | None:
    x0, y0, x1, y1 = max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)
    return BoundingBox(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _block(lines: Sequence[Line]) -> Block:
    box = lines[0].box
    for line in lines[1:]:
        box = box.union(line.box)
    return Block(tuple(lines), box)
