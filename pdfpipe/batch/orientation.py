"""Find out which way up a page is: cheap signs raise a suspicion, and only reading proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    Pages that may lie on a side are read as they are only where vertical writing is possible, since nothing
    else can tell that from a page on its side.

    `suspected` are the turns to try, the likeliest first.
    """
    suspected = tuple(suspected)
    on_a_side = set(suspected) == {90, 270}
    turns = suspected if on_a_side and not reader.may_be_vertical else (*suspected, 0)
    found = _surest({degrees: reader.read(trial_sample(turned_view(view, degrees))) for degrees in turns})
    if found is None and on_a_side:
        # Few lines may be too few, and that lines run upwards is all but sure.
        found = _surest({degrees: reader.read(turned_view(view, degrees)) for degrees in turns})
    return found or Turn()


def _surest(tried: Mapping[int, TrialResult]) -> Turn | None:
    """The turn that the readings prove, 0 too; None if they prove none."""
    ranked = sorted(tried, key=lambda degrees: tried[degrees].confidence, reverse=True)
    best, next_best = (tried[degrees] for degrees in ranked[:2])
    least = max(_WELL_READ, next_best.confidence + _CLEARLY_BETTER)
    if best.words < _LEAST_WORDS or best.confidence < least:
        return None
    evidence = (
        f"lines are read so with {best.confidence:.0%} confidence, else with {next_best.confidence:.0%}"
    )
    return Turn(ranked[0], evidence)
