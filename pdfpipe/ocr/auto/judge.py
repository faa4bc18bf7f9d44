"""How likely a reading is right, and which of two is the likelier: logistic models over a few features.

The weights are in calibration.toml; benchmarks/calibration.py fits them to scans with known text.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.model.text import Line, Word
from pdfpipe.ocr.dictionary import Dictionary

__all__ = ["FEATURES", "Calibration", "Context", "Judge", "features", "load_calibration", "same_text"]

FEATURES: Final = ("least", "mean", "line", "page", "dictionary", "odd", "digits", "length", "count")
"""Of the words of one engine in one place: logits of the least and the mean confidence of the words, of
their line's and of their page's; the share of letters in words that exist; oddities such as digits
among letters; whether there are digits; the logarithm of the number of characters; words."""

_FILE: Final = Path(__file__).with_name("calibration.toml")
_LIMIT: Final = 0.002
_BLANK: Final = (0.0,) * len(FEATURES)


class Weights(msgspec.Struct, frozen=True):
    """A logistic model: the logit is the intercept plus the weighted features."""

    intercept: float
    weights: tuple[float, ...]

    def logit(self, values: Sequence[float]) -> float:
        """The logit for features in the order of `FEATURES`."""
        return self.intercept + sum(w * v for w, v in zip(self.weights, values, strict=True))


class Pair(msgspec.Struct, frozen=True):
    """Models of two engines, the first by name first: whether the second is right rather than the first
    where they differ, and whether what both read alike is right.
    """

    choice: Weights
    agreement: Weights


class Calibration(msgspec.Struct, frozen=True):
    """`alone` has for each engine whether its words are right where no other has an opinion.

    `doubtful` is the probability below which a word needs a second opinion, `poor` the share of letters
    expected to be right below which the whole page does.  Of the words that only one
    engine sees, those of the better reading that are less likely than `kept` are taken for stains, and
    those of the other must be as likely as `added` to be put in.
    """

    doubtful: float
    poor: float
    kept: float
    added: float
    alone: dict[str, Weights]
    pairs: dict[str, Pair]


class Context(msgspec.Struct, frozen=True):
    """What surrounds the words: the name of their engine and its mean confidence on the page."""

    engine: str
    page: float


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """The weights that come with pdfpipe."""
    return msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), Calibration)


def features(words: Sequence[Word], line: Line | None, page: float, dictionary: Dictionary) -> list[float]:
    """The features of words that one engine read in one place."""
    confidences = [word.confidence for word in words]
    texts = [word.text for word in words]
    around = [word.confidence for word in line.words] if line is not None else confidences
    return [
        _logit(min(confidences)),
        _logit(sum(confidences) / len(confidences)),
        _logit(sum(around) / len(around)),
        _logit(page),
        dictionary.share(texts),
        float(sum(map(_oddity, texts))),
        float(any(c.isdigit() for text in texts for c in text)),
        math.log(sum(map(len, texts))),
        float(len(words)),
    ]


class Judge:
    """Tells right from wrong for the languages of a dictionary."""

    def __init__(self, dictionary: Dictionary, calibration: Calibration | None = None) -> None:
        self._dictionary = dictionary
        self.calibration = calibration if calibration is not None else load_calibration()

    def alone(self, words: Sequence[Word], line: Line | None, context: Context) -> float:
        """How likely words are right that one engine read, 0 to 1."""
        return _sigmoid(self._alone_logit(words, line, context))

    def second_is_right(
        self,
        first: Sequence[Word],
        first_line: Line | None,
        first_context: Context,
        second: Sequence[Word],
        second_line: Line | None,
        second_context: Context,
    ) -> float:
        """How likely the second reading is the right one of two that differ."""
        pair, swapped = self._pair(first_context.engine, second_context.engine)
        if pair is None:
            difference = self._alone_logit(second, second_line, second_context) - self._alone_logit(
                first, first_line, first_context
            )
            return _sigmoid(difference)
        a = features(first, first_line, first_context.page, self._dictionary)
        b = features(second, second_line, second_context.page, self._dictionary)
        logit = pair.choice.logit([*b, *a] if swapped else [*a, *b])
        return _sigmoid(-logit if swapped else logit)

    def agreed(
        self,
        first: Sequence[Word],
        first_line: Line | None,
        first_context: Context,
        second: Sequence[Word],
        second_line: Line | None,
        second_context: Context,
    ) -> float:
        """How likely a text is right that both read: no less than if either had read it alone.

        The model of agreement by itself is too careful where one engine is sure: with this bound the
        Brier score is better (benchmarks/calibration.py).
        """
        one = self.alone(first, first_line, first_context)
        other = self.alone(second, second_line, second_context)
        pair, swapped = self._pair(first_context.engine, second_context.engine)
        if pair is None:
            return 1 - (1 - one) * (1 - other)
        a = features(first, first_line, first_context.page, self._dictionary)
        b = features(second, second_line, second_context.page, self._dictionary)
        return max(_sigmoid(pair.agreement.logit([*b, *a] if swapped else [*a, *b])), one, other)

    def _alone_logit(self, words: Sequence[Word], line: Line | None, context: Context) -> float:
        weights = self.calibration.alone.get(context.engine)
        if weights is None:
            return _logit(min(word.confidence for word in words))
        return weights.logit(features(words, line, context.page, self._dictionary))

    def _pair(self, first: str, second: str) -> tuple[Pair | None, bool]:
        if pair := self.calibration.pairs.get(f"{first}+{second}"):
            return pair, False
        return self.calibration.pairs.get(f"{second}+{first}"), True


def same_text(first: Sequence[Word], second: Sequence[Word]) -> bool:
    """Whether both readings have the same letters and digits, parted alike; case counts."""
    return _bare(first) == _bare(second)


def _bare(words: Sequence[Word]) -> list[str]:
    text = " ".join(word.text for word in words)
    return "".join(c if c.isalnum() else " " for c in text).split()


def _oddity(text: str) -> float:
    """What words seldom have: digits among letters, capitals after small letters, nothing but signs."""
    letters, digits = any(c.isalpha() for c in text), any(c.isdigit() for c in text)
    if letters and digits:
        return 1.0
    if not letters and not digits:
        return 0.5
    return float(any(a.islower() and b.isupper() for a, b in pairwise(text)))


def _logit(probability: float) -> float:
    bounded = min(max(probability, _LIMIT), 1 - _LIMIT)
    return math.log(bounded / (1 - bounded))


def _sigmoid(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))
