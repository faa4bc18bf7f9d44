"""Read a few lines of a page to find out what is better for it."""

from __future__ import annotations

from typing import Final, Self

import msgspec

from pdfpipe.config.languages import script_of
from pdfpipe.errors import ran_out_of_memory
from pdfpipe.model.engine_settings import Mode
from pdfpipe.model.image import OcrImage
from pdfpipe.model.text import Direction, Line, PageText
from pdfpipe.ocr.auto.plugin import engines_in_order
from pdfpipe.ocr.engine import EngineSpec
from pdfpipe.ocr.registry import warm_engine

__all__ = ["TrialReader", "TrialResult", "runs_along"]

_LONG: Final = 3
"""Letters: a shorter line may be higher than wide."""

_VERTICAL: Final = frozenset({"Hans", "Hant", "Jpan", "Kore"})
"""Scripts that may run from the top down, as ISO 15924 codes."""


class TrialResult(msgspec.Struct, frozen=True):
    """What a trial came to: letters that are likely right, all letters, and the mean confidence of them."""

    right: float = 0.0
    letters: int = 0
    words: int = 0

    @classmethod
    def of(cls, text: PageText) -> Self:
        """Of what was read, as far as it runs along its page."""
        words = [word for line in filter(_is_level, text.lines) for word in line.words]
        right = sum(word.confidence * len(word.text) for word in words)
        return cls(right, sum(len(word.text) for word in words), len(words))

    @property
    def confidence(self) -> float:
        """Mean confidence over letters; 0 without any."""
        return self.right / self.letters if self.letters else 0.0


class TrialReader:
    """Reads samples with the engine that is to read the page; of ``auto`` with its fastest alone."""

    def __init__(self, spec: EngineSpec) -> None:
        self._whole = spec
        self._spec = msgspec.structs.replace(spec, mode=Mode.FAST) if spec.name == "auto" else spec

    @property
    def thorough(self) -> TrialReader | None:
        """One that asks all engines of ``auto`` that the page is to be read by; None if this one does."""
        if self._whole == self._spec:
            return None
        reader = TrialReader(self._whole)
        reader._spec = self._whole
        return reader

    @property
    def second(self) -> TrialReader | None:
        """One that asks the engine that ``auto`` turns to where the fastest is not sure; None without one.

        Its confidences are the engine's own.
        """
        if self._whole.name != "auto" or self._whole.mode is Mode.FAST:
            return None
        _, *others = engines_in_order(self._whole)
        return TrialReader(others[0]) if others else None

    @property
    def order(self) -> tuple[str, ...]:
        """The engines that ``auto`` asks in turn until it is sure; empty where a page is not read so."""
        if self._whole.name != "auto" or self._whole.mode is not Mode.BALANCED:
            return ()
        return tuple(spec.name for spec in engines_in_order(self._whole))

    @property
    def may_be_vertical(self) -> bool:
        """Whether a language is written in columns too."""
        return any(script_of(language) in _VERTICAL for language in self._spec.languages)

    def read(self, sample: OcrImage) -> TrialResult:
        """How well a sample can be read; not at all where the engine fails."""
        try:
            text = warm_engine(self._spec).recognize(sample)
        except Exception as error:  # engines are foreign code; the whole page will tell
            if ran_out_of_memory(error):
                raise
            return TrialResult()
        return TrialResult.of(text)


def runs_along(text: PageText) -> bool:
    """Whether most of what was read runs along its page, and not up or down it."""
    level = sum(len(line.text) for line in text.lines if _is_level(line))
    return 2 * level >= sum(len(line.text) for line in text.lines)


def _is_level(line: Line) -> bool:
    """Whether it is read as the page lies: Tesseract reads lines that run upwards as well as level ones."""
    is_short = sum(len(word.text) for word in line.words) < _LONG
    return is_short or line.direction is Direction.TOP_TO_BOTTOM or line.box.width >= line.box.height
