"""Ask the fastest engine, and where it is not sure another one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Protocol, runtime_checkable

import msgspec

from pdfpipe.errors import MissingDependencyError, RecognitionError
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Line, PageText
from pdfpipe.ocr.auto.judge import Context, Judge
from pdfpipe.ocr.auto.merge import merge, tagged
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import make_engine

__all__ = ["AutoEngine", "LineReader"]


@runtime_checkable
class LineReader(Protocol):
    """An engine that can also read single lines, which is cheaper than the page."""

    def read_lines(self, image: OcrImage, lines: Sequence[Line]) -> list[Line | None]:
        """Read anew where these lines are; None where there is nothing to read."""
        ...


class AutoEngine:
    """Several engines as one; all but the first are loaded when they are first needed."""

    def __init__(self, specs: Sequence[EngineSpec], mode: Mode, judge: Judge) -> None:
        """`specs` are of the engines to ask, in this order."""
        self._specs = tuple(specs)
        self._mode = mode
        self._judge = judge
        self._engines: dict[int, Engine] = {0: make_engine(self._specs[0])}

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`."""
        name, engine = self._engine(0)
        if len(self._specs) == 1:
            return self._calibrated(tagged(engine.recognize(image), name), name)
        try:
            text = engine.recognize(image)
        except RecognitionError as error:
            name, engine = self._engine(1)
            text = self._calibrated(tagged(engine.recognize(image), name), name)
            note = f"no second opinion: the engine {self._specs[0].name} failed: {error}"
            return msgspec.structs.replace(text, notes=(*text.notes, note))
        if self._mode is Mode.FAST:
            return self._calibrated(tagged(text, name), name)
        for i in range(1, len(self._specs)):
            doubtful = self._doubtful(text, name)
            if self._mode is Mode.BALANCED and not doubtful and text.blocks:
                return self._calibrated(tagged(text, name), name)
            other_name = self._specs[i].name
            try:
                text = self._with_opinion(text, name, doubtful, self._engine(i)[1], other_name, image)
            except (RecognitionError, MissingDependencyError) as error:
                text = self._calibrated(tagged(text, name), name)
                note = f"no second opinion: the engine {other_name} failed: {error}"
                return msgspec.structs.replace(text, notes=(*text.notes, note))
            name = f"{name}+{other_name}"
        return text

    def _engine(self, i: int) -> tuple[str, Engine]:
        if i not in self._engines:
            self._engines[i] = make_engine(self._specs[i])
        return self._specs[i].name, self._engines[i]

    def _with_opinion(
        self,
        text: PageText,
        name: str,
        doubtful: Sequence[Line],
        other: Engine,
        other_name: str,
        image: OcrImage,
    ) -> PageText:
        page = text.mean_confidence or 0.0
        lines = list(text.lines)
        if self._mode is Mode.BEST or not isinstance(other, LineReader) or self._is_poor(text, name):
            second = other.recognize(image)
            pages = page, second.mean_confidence or 0.0
            if self._reads_better(lines, pages, (name, other_name), list(second.lines)):
                return merge(second, lines, (other_name, name), pages[::-1], self._judge)
            return merge(text, list(second.lines), (name, other_name), pages, self._judge)
        read = [line for line in other.read_lines(image, doubtful) if line is not None]
        weights = [sum(len(word.text) for word in line.words) for line in read]
        sure = sum(
            word.confidence * len(word.text) for word in chain.from_iterable(line.words for line in read)
        )
        # The pages' means are those of whole readings; of a few hard lines it would mislead.
        pages = page, max(page, sure / sum(weights) if weights else page)
        return merge(text, read, (name, other_name), pages, self._judge)

    def _doubtful(self, text: PageText, name: str) -> list[Line]:
        """The lines with a word that may well be wrong."""
        context = Context(name, text.mean_confidence or 0.0)
        least = self._judge.calibration.doubtful
        return [
            line
            for line in text.lines
            if any(self._judge.alone((word,), line, context) < least for word in line.words)
        ]

    def _is_poor(self, text: PageText, name: str) -> bool:
        """Whether so much of a page is wrong that its lines may be wrong too, or missing."""
        letters = sum(len(word.text) for word in text.words)
        expected = self._expected(list(text.lines), Context(name, text.mean_confidence or 0.0))
        return expected <= self._judge.calibration.poor * letters

    def _reads_better(
        self,
        first: Sequence[Line],
        pages: tuple[float, float],
        names: tuple[str, str],
        second: Sequence[Line],
    ) -> bool:
        """Whether the second engine's lines are the better frame: it has more words that are likely right."""
        return self._expected(second, Context(names[1], pages[1])) > self._expected(
            first, Context(names[0], pages[0])
        )

    def _expected(self, lines: Sequence[Line], context: Context) -> float:
        return sum(
            len(word.text) * self._judge.alone((word,), line, context)
            for line in lines
            for word in line.words
        )

    def _calibrated(self, text: PageText, name: str) -> PageText:
        """The text with the probability of each word as its confidence."""
        context = Context(name, text.mean_confidence or 0.0)

        def sure(line: Line) -> Line:
            words = tuple(
                msgspec.structs.replace(word, confidence=self._judge.alone((word,), line, context))
                for word in line.words
            )
            return msgspec.structs.replace(line, words=words)

        return msgspec.structs.replace(
            text,
            blocks=tuple(
                msgspec.structs.replace(block, lines=tuple(map(sure, block.lines))) for block in text.blocks
            ),
        )
