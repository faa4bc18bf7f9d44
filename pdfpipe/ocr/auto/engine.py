"""Ask the fastest engine, and where it is not sure another one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import chain
from typing import Final, Protocol, runtime_checkable

import msgspec

from pdfpipe.errors import MissingDependencyError, RecognitionError, ran_out_of_memory
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Block, Line, LinePart, PageText
from pdfpipe.ocr.auto.judge import Context, Judge
from pdfpipe.ocr.auto.line_parts import parts_around, within_part
from pdfpipe.ocr.auto.merge import merge, tagged
from pdfpipe.ocr.cache.engine import behind_cache, is_kept
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import make_engine
from pdfpipe.ocr.sanitize import sanitized

__all__ = ["AutoEngine", "DecliningEngine", "PartReader"]


_FEW_LETTERS: Final = 40
"""Of a page with less there may be much more."""


@runtime_checkable
class PartReader(Protocol):
    """An engine that can also read parts of lines, which is cheaper than the page."""

    def read_parts(self, image: OcrImage, parts: Sequence[LinePart]) -> list[Line | None]:
        """Read anew where these words are; None where there is nothing to read."""
        ...


@runtime_checkable
class DecliningEngine(Protocol):
    """An engine that knows pages which others had better read."""

    def declines(self, image: OcrImage) -> str | None:
        """Why, as a clause that goes on with its name; None where it may as well read the page itself."""
        ...


class AutoEngine:
    """Several engines as one; all but the first that can be are loaded when they are first needed."""

    def __init__(self, specs: Sequence[EngineSpec], mode: Mode, judge: Judge) -> None:
        """`specs` are of the engines to ask, in this order."""
        self._specs = tuple(specs)
        self._mode = mode
        self._judge = judge
        self._engines: dict[int, Engine] = {}
        self._unusable: dict[int, str] = {}
        for i in range(len(self._specs)):
            try:
                self._engine(i)
                break
            except Exception as error:
                if i == len(self._specs) - 1 or ran_out_of_memory(error):
                    raise

    def recognize(self, image: OcrImage) -> PageText:
        """Read a page; see `pdfpipe.ocr.engine.Engine`.

        An engine that fails costs its opinion only; the last one's error is raised where all fail.  One that
        declines the page is asked where all others failed.  A lack of memory is raised at once: what is wrong
        then is not the engine.
        """
        notes: list[str] = []
        declined: dict[int, str] = {}
        first, text, others = self._first_reading(image, notes, declined)
        name, merged = self._specs[first].name, False
        for i in others if self._mode is not Mode.FAST else ():
            doubtful = None
            if self._mode is Mode.BALANCED and not self._is_poor(text, name):
                doubtful = self._doubtful(text, name)
                if not doubtful:
                    break
            other_name = self._specs[i].name
            try:
                other = self._engine(i)
                if why := _why_declined(other, image):
                    declined[i] = why
                    continue
                text = self._with_opinion(text, name, doubtful, other, other_name, image)
            except Exception as error:  # engines are foreign code, and there is a reading already
                if ran_out_of_memory(error):
                    raise
                notes.append(_failed(other_name, error))
                continue
            name, merged = f"{name}+{other_name}", True
        if not merged:
            text = self._calibrated(text, name)
        partial = text.partial or bool(notes)
        notes += [f"read without {self._specs[i].name}, {why}" for i, why in declined.items() if i != first]
        return msgspec.structs.replace(text, notes=(*text.notes, *notes), partial=partial)

    def _first_reading(
        self, image: OcrImage, notes: list[str], declined: dict[int, str]
    ) -> tuple[int, PageText, tuple[int, ...]]:
        """Which engine is the first that neither declines nor fails, its reading, and those left to be asked.

        Where there is none, it is the first one that declined.
        """
        waiting = deque(range(len(self._specs)))
        while True:
            i = waiting.popleft()
            name = self._specs[i].name
            try:
                engine = self._engine(i)
                if waiting and i not in declined and (why := _why_declined(engine, image)):
                    declined[i] = why
                    waiting.append(i)
                    continue
                text = tagged(_page(engine, name, image), name)
            except Exception as error:
                if not waiting or ran_out_of_memory(error):
                    raise
                notes.append(_failed(name, error))
                declined.pop(i, None)
            else:
                return i, text, tuple(other for other in waiting if other not in declined)

    def _engine(self, i: int) -> Engine:
        if i in self._unusable:
            raise MissingDependencyError(self._unusable[i])
        if i not in self._engines:
            try:
                self._engines[i] = make_engine(self._specs[i])
            except Exception as error:
                if ran_out_of_memory(error):
                    raise
                self._unusable[i] = str(error) or type(error).__name__
                raise
        return self._engines[i]

    def _with_opinion(
        self,
        text: PageText,
        name: str,
        doubtful: Sequence[LinePart] | None,
        other: Engine,
        other_name: str,
        image: OcrImage,
    ) -> PageText:
        """What both engines make of the page; of its `doubtful` parts only, where the other can read such."""
        page = text.mean_confidence or 0.0
        lines = list(text.lines)
        reader = behind_cache(other) if doubtful is not None else None
        if doubtful is None or not isinstance(reader, PartReader):
            second = _page(other, other_name, image)
            notes = (*text.notes, *second.notes)
            pages = page, second.mean_confidence or 0.0
            if self._reads_better(lines, pages, (name, other_name), list(second.lines)):
                both = merge(second, lines, (other_name, name), pages[::-1], self._judge)
            else:
                both = merge(text, list(second.lines), (name, other_name), pages, self._judge)
            return msgspec.structs.replace(both, notes=notes, partial=text.partial or second.partial)
        pairs = zip(doubtful, reader.read_parts(image, doubtful), strict=True)
        anew = [
            own for part, line in pairs if line is not None and (own := within_part(part, line)) is not None
        ]
        sound = _sound(
            PageText(text.width, text.height, tuple(Block((line,), line.box) for line in anew)), other_name
        )
        read = list(sound.lines)
        weights = [sum(len(word.text) for word in line.words) for line in read]
        sure = sum(
            word.confidence * len(word.text) for word in chain.from_iterable(line.words for line in read)
        )
        # The pages' means are those of whole readings; of a few hard words it would mislead.
        pages = page, max(page, sure / sum(weights) if weights else page)
        both = merge(text, read, (name, other_name), pages, self._judge)
        return msgspec.structs.replace(both, notes=(*text.notes, *sound.notes))

    def _doubtful(self, text: PageText, name: str) -> list[LinePart]:
        """The words that may well be wrong, with their neighbours."""
        context = Context(name, text.mean_confidence or 0.0)
        least = self._judge.calibration.doubtful
        parts: list[LinePart] = []
        for line in text.lines:
            at = [i for i, word in enumerate(line.words) if self._judge.alone((word,), line, context) < least]
            if at:
                parts += parts_around(line, at)
        return parts

    def _is_poor(self, text: PageText, name: str) -> bool:
        """Whether so much of a page is wrong that its lines may be wrong too, or missing.

        Where an engine has found but a few letters, however sure of them, it may have overlooked all others.
        """
        letters = sum(len(word.text) for word in text.words)
        if letters < _FEW_LETTERS:
            return True
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


def _why_declined(engine: Engine, image: OcrImage) -> str | None:
    """Why an engine declines a page; None too where its reading is there already, or it cannot tell."""
    if is_kept(engine, image):
        return None
    inner = behind_cache(engine)
    if not isinstance(inner, DecliningEngine):
        return None
    try:
        return inner.declines(image)
    except Exception as error:  # it may read the page all the same
        if ran_out_of_memory(error):
            raise
        return None


def _page(engine: Engine, name: str, image: OcrImage) -> PageText:
    """What an engine reads, made to keep its contract, which judging and merging rely on."""
    text = engine.recognize(image)
    if (text.width, text.height) != image.pixels.size:
        raise RecognitionError("it took the page for one of another size")
    return _sound(text, name)


def _sound(text: PageText, name: str) -> PageText:
    sound, notes = sanitized(text)
    named = (note.replace("the engine", f"the engine {name}", 1) for note in notes)
    return msgspec.structs.replace(sound, notes=(*sound.notes, *named))


def _failed(name: str, error: Exception) -> str:
    return f"no second opinion: the engine {name} failed: {str(error) or type(error).__name__}"
