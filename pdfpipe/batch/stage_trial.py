"""Whether a stage of preprocessing helps, found out by reading some lines of a page before and after it."""

from __future__ import annotations

import math
from typing import Final

import msgspec

from pdfpipe.batch.trial_reading import TrialReader, TrialResult
from pdfpipe.imaging.preprocess import changes_some_places, trial_samples
from pdfpipe.model.image import OcrImage
from pdfpipe.model.mapping import PointMap

__all__ = ["StageTrial", "WithoutFastest"]

_SURE_ENOUGH: Final = 0.9
_NEEDS_NO_HELP: Final = 0.95
_HOPELESS: Final = 0.7
"""Mean confidences: below the first it is another engine's reading that counts; from the second on a stage
must help that one as well as the fastest; below the third the fastest has nothing to add to it."""

_LEAST_LETTERS: Final = 20
"""With fewer in a trial, it says nothing of the page."""

_MEASURED: Final = ("tesseract", "ppocr")
"""The fastest engine that may be left out, and the one that is known to be better then."""


class WithoutFastest(msgspec.Struct, frozen=True):
    """The engines of ``auto`` that had better read a page, and why not all of them."""

    engines: tuple[str, ...] = ()
    why: str = ""


class StageTrial:
    """Trials of one page, with the engine that is to read it; and what they say of that."""

    def __init__(self, reader: TrialReader) -> None:
        self._reader = reader
        self._last: tuple[tuple[OcrImage, TrialResult], tuple[OcrImage, TrialResult]] | None = None

    def gain(self, before: OcrImage, after: OcrImage, to_before: PointMap) -> float:
        """How many times as many letters are likely right on the second image as on the first.

        What helps the fastest engine of ``auto``, and yet not enough, must help the one that is asked then,
        where that is sure without.  `to_before` leads to pixels of the first image.
        """
        samples = trial_samples(before, after, to_before)
        plain, changed = map(self._reader.read, samples)
        self._last = (before, plain), (after, changed)
        gain = _times_more(plain, changed)
        is_for_another = gain > 1 and changed.confidence < _SURE_ENOUGH
        if is_for_another and (second := self._reader.second) is not None:
            plain = second.read(samples[0])
            if plain.confidence >= _NEEDS_NO_HELP:
                return min(gain, _times_more(plain, second.read(samples[1])))
        return gain

    def without_fastest(self, image: OcrImage) -> WithoutFastest:
        """Which engines had better read this image; all, where the last trial was of another one."""
        order = self._reader.order
        if self._last is None or order[:2] != _MEASURED:
            return WithoutFastest()
        (before, _), (after, _) = self._last
        result = next((result for tried, result in self._last if tried is image), None)
        if (
            result is None
            or result.letters < _LEAST_LETTERS
            or result.confidence >= _HOPELESS
            or changes_some_places(before, after)
        ):
            return WithoutFastest()
        why = f"read without {order[0]}, which had {result.confidence:.0%} confidence in some lines"
        return WithoutFastest(order[1:], why)


def _times_more(plain: TrialResult, changed: TrialResult) -> float:
    if not plain.right:
        return math.inf if changed.right else 0.0
    return changed.right / plain.right
