"""Ask the fastest engine, and where it is not sure another one."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import chain
from typing import Final, Protocol, runtime_checkable

import msgspec

from pdfpipe.errors import MissingDependencyError, RecognitionError, ran_out_of_memory
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Block, Direction, Line, LinePart, PageText
from pdfpipe.model.unread import MUCH_UNREAD
from pdfpipe.ocr.auto.alignment import union
from pdfpipe.ocr.auto.judge import Context, Judge
from pdfpipe.ocr.auto.line_parts import parts_around, within_part
from pdfpipe.ocr.auto.merge import merge, tagged
from pdfpipe.ocr.beside import lie_on, stand_beside
from pdfpipe.ocr.cache.engine import behind_cache, is_kept
from pdfpipe.ocr.engine import Engine, EngineSpec
from pdfpipe.ocr.registry import make_engine
from pdfpipe.ocr.sanitize import sanitized
from pdfpipe.ocr.unread import unread_print

__all__ = ["AutoEngine", "DecliningEngine", "PartReader", "ReaderBeside"]


_FEW_LETTERS: Final = 40
"""Of a page with less there may be much more."""


@runtime_checkable
class PartReader(Protocol):
    """An engine that can also read parts of lines, which is cheaper than the page."""

    def read_parts(self, image: OcrImage, parts: Sequence[LinePart]) -> list[Line | None]:
        """Read anew where these words are; None where there is nothing to read."""
        ...


@runtime_checkable
class ReaderBeside(Protocol):
    """An engine that can also read only what others have left out at the ends of lines and between words."""

    def read_beside(
        self, image: OcrImage, words: Sequence[BoundingBox], runs: Sequence[BoundingBox]
    ) -> list[Line]:
        """Read the lines that stand beside these words, and those that hold one of these runs of letters."""
        ...


@runtime_checkable
class DecliningEngine(Protocol):
    """An engine that knows pages which others had better read."""

    def declines(self, image: OcrImage) -> str | None:
        """Why, as a clause that goes on with its name; None where it may as well read the page itself."""
        ...


class _Doubts(msgspec.Struct, frozen=True):
    """What to ask another engine about: words that may be wrong, and what looks like print beside words."""

    parts: tuple[LinePart, ...] = ()
    runs: tuple[BoundingBox, ...] = ()

    def read_by(self, engine: Engine, text: PageText, image: OcrImage) -> list[Line] | None:
        """What an engine reads there; None if it can read nothing but the page."""
        read: list[Line] = []
        if self.runs:
            if not isinstance(engine, ReaderBeside):
                return None
            words = [word.box for word in text.words]
            read += _without(engine.read_beside(image, words, self.runs), words)
        if self.parts:
            if not isinstance(engine, PartReader):
                return None
            pairs = zip(self.parts, engine.read_parts(image, self.parts), strict=True)
            read += [own for part, line in pairs if line and (own := within_part(part, line))]
        return read


_NO_DOUBTS: Final = _Doubts()


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
            doubts = None
            if self._mode is Mode.BALANCED and not self._is_poor(text, name):
                doubts = _Doubts(tuple(self._doubtful(text, name)), _unread_beside(text, image))
                if doubts == _NO_DOUBTS:
                    break
            other_name = self._specs[i].name
            try:
                other = self._engine(i)
                if why := _why_declined(other, image):
                    declined[i] = why
                    continue
                text = self._with_opinion(text, name, doubts, other, other_name, image)
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
        doubts: _Doubts | None,
        other: Engine,
        other_name: str,
        image: OcrImage,
    ) -> PageText:
        """What both engines make of the page; where it is in doubt only, if the other can read such parts."""
        page = text.mean_confidence or 0.0
        lines = list(text.lines)
        read = doubts.read_by(behind_cache(other), text, image) if doubts is not None else None
        if read is None:
            second = _page(other, other_name, image)
            notes = (*text.notes, *second.notes)
            pages = page, second.mean_confidence or 0.0
            if self._reads_better(lines, pages, (name, other_name), list(second.lines)):
                both = merge(second, lines, (other_name, name), pages[::-1], self._judge)
            else:
                both = merge(text, list(second.lines), (name, other_name), pages, self._judge)
            return msgspec.structs.replace(both, notes=notes, partial=text.partial or second.partial)
        sound = _sound(
            PageText(text.width, text.height, tuple(Block((line,), line.box) for line in read)), other_name
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


def _unread_beside(text: PageText, image: OcrImage) -> tuple[BoundingBox, ...]:
    """What looks like print and stands on the level of words, where no word was read.

    Nothing where so much is unread that all of the page is to be read anew (`pdfpipe.batch.recognition`).
    """
    words = [word.box for word in text.words]
    if any(line.direction is Direction.TOP_TO_BOTTOM for line in text.lines):
        return ()
    try:
        unread = unread_print(image, words)
        if unread is None or unread.share > MUCH_UNREAD:
            return ()
        beside = stand_beside(unread.runs, words)
        return tuple(run for run, is_beside in zip(unread.runs, beside, strict=True) if is_beside)
    except Exception as error:  # OpenCV's; the page was read all the same
        if ran_out_of_memory(error):
            raise
        return ()


def _without(lines: Sequence[Line], words: Sequence[BoundingBox]) -> list[Line]:
    """The lines without words that lie on words which are known."""
    left = []
    for line in lines:
        known = lie_on([word.box for word in line.words], words)
        new = tuple(word for word, is_known in zip(line.words, known, strict=True) if not is_known)
        if new:
            left.append(msgspec.structs.replace(line, words=new, box=union(word.box for word in new)))
    return left


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
