"""Find out which way up a page is: cheap signs raise a suspicion, and only reading proves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from pdfpipe.batch.trial_reading import TrialReader, TrialResult
from pdfpipe.imaging.preprocess import trial_sample
from pdfpipe.imaging.turning import turned_view
from pdfpipe.model.image import OcrImage

__all__ = ["Turn", "find_turn"]

_WELL_READ: Final = 0.65
_CLEARLY_BETTER: Final = 0.2
"""Mean confidence of a trial that proves a turn, and how much more than all others it must be."""

_LEAST_WORDS: Final = 4


class Turn(msgspec.Struct, frozen=True):
    """By how many degrees clockwise a page must be turned to be upright, and what tells that."""

    degrees: int = 0
    evidence: str = ""


def find_turn(view: OcrImage, reader: TrialReader, suspected: Iterable[int]) -> Turn:
    """How to put a page upright; not at all unless a reading of some of its lines proves it.

    Pages that may lie on a side are not read as they are: Tesseract reads upwards too, and that proves
    nothing.  Where vertical writing is possible, nothing else can tell it from a page on its side.

    `suspected` are the turns to try, the likeliest first.
    """
    suspected = tuple(suspected)
    on_a_side = set(suspected) == {90, 270}
    others = () if on_a_side and not reader.may_be_vertical else (0,)
    tried: dict[int, TrialResult] = {}
    for degrees in (*suspected, *others):
        tried[degrees] = reader.read(trial_sample(turned_view(view, degrees)))
    ranked = sorted(tried, key=lambda degrees: tried[degrees].confidence, reverse=True)
    best, next_best = ranked[:2]
    found = tried[best]
    if found.words < _LEAST_WORDS or found.confidence < max(
        _WELL_READ, tried[next_best].confidence + _CLEARLY_BETTER
    ):
        return Turn()
    return Turn(
        best,
        f"some lines are read so with {found.confidence:.0%} confidence, else with "
        f"{tried[next_best].confidence:.0%}",
    )
