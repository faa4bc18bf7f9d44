"""From the recognition network's output to characters: connectionist temporal classification.

Graves et al., Connectionist Temporal Classification, 2006; best path decoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from pdfpipe.ocr.ppocr.network import Floats

__all__ = ["BLANK", "Decoder", "ReadCharacter"]

BLANK: Final = 0
_CLEAR: Final = 0.99
_CHANCE: Final = 0.001
_RUNNERS_UP: Final = 4
"""A character of a lower probability than the first has others beside it: so many at most, of at least
the second probability."""

_SPACES: Final = frozenset(" \u3000\u00a0")


class ReadCharacter(msgspec.Struct, frozen=True):
    """A character, its probability, and where along the line the network saw it.

    `start` and `end` are in pixels of the flat line.  `others` are characters that it might be instead,
    with their probabilities, the likeliest first; none where it is clear.
    """

    text: str
    probability: float
    start: float
    end: float
    others: tuple[tuple[str, float], ...] = ()

    @property
    def is_space(self) -> bool:
        """Whether it parts words."""
        return self.text in _SPACES


class Decoder:
    """Reads the output for one line; `characters` begin with the blank and end with the space."""

    def __init__(self, characters: Sequence[str], weights: Sequence[float]) -> None:
        kept = [i for i, weight in enumerate(weights) if weight > 0]
        self._kept = np.array(kept)
        self._weights = np.array([weights[i] for i in kept], np.float32)
        self._characters = [characters[i] for i in kept]
        self._space = self._characters.index(" ")

    def decode(self, output: Floats, width: int) -> tuple[list[ReadCharacter], Floats]:
        """The characters in `output`, of shape (steps, characters), for an image `width` pixels wide.

        Also the probability of a space at each step.
        """
        steps = len(output)
        pixels = width / steps
        likely = output[:, self._kept] * self._weights
        best = likely.argmax(axis=1)
        probability = likely[np.arange(steps), best]
        found: list[ReadCharacter] = []
        step = 0
        while step < steps:
            start, kind = step, best[step]
            while step < steps and best[step] == kind:
                step += 1
            if kind == BLANK:
                continue
            peak = start + int(probability[start:step].argmax())
            sure = min(float(probability[peak]), 1.0)
            others = self._others(likely[peak]) if sure < _CLEAR else ()
            found.append(ReadCharacter(self._characters[kind], sure, start * pixels, step * pixels, others))
        return found, likely[:, self._space]

    def _others(self, likely: Floats) -> tuple[tuple[str, float], ...]:
        """The runners-up at one step."""
        best = np.argsort(-likely)[1 : _RUNNERS_UP + 1]
        return tuple(
            (self._characters[i], float(likely[i])) for i in best if i != BLANK and likely[i] > _CHANCE
        )
