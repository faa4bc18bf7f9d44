"""Find out which way up a page is: cheap signs raise a suspicion, and only reading proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from pdfpipe.batch.trial_reading import TrialReader, TrialResult
from pdfpipe.imaging.preprocess import trial_page, trial_sample
from pdfpipe.imaging.turning import turned_view
from pdfpipe.model.image import OcrImage

__all__ = ["Turn", "find_turn"]

_WELL_READ: Final = 0.4
_CLEARLY_BETTER: Final = 0.2
_TIMES_BETTER: Final = 1.8
"""Mean confidence of a trial that proves a turn, and by how much it must exceed that of all others.

What is read on its head has 0.3 at most, poor print that is upright 0.4 and more.
"""

_LEAST_WORDS: Final = 4
_LEAST_LETTERS: Final = 10
_LEAST_SHARE: Final = 0.2
"""Of the letters of the trial that has most: what has fewer was hardly read, however surely."""

_ANY_TEXT: Final = 20
"""Letters: with fewer in all trials of some lines, there is little to read on the page."""


class Turn(msgspec.Struct, frozen=True):
    """By how many degrees clockwise a page must be turned to be upright, and what tells that."""

    degrees: int = 0
    evidence: str = ""


def find_turn(
    view: OcrImage, reader: TrialReader, suspected: Iterable[int], *, has_text: bool = False
) -> Turn:
    """How to put a page upright; not at all unless a reading proves it.

    Some lines of it are read, and all of it where these do not tell.  Pages that may lie on a side are read
    as they are only where vertical writing is possible, since nothing else can tell that from a page on its
    side.

    `suspected` are the turns to try, the likeliest first.  Where the page is known to have text, all of it is
    read even if nothing was in some lines.
    """
    suspected = tuple(suspected)
    on_a_side = set(suspected) == {90, 270}
    turns = suspected if on_a_side and not reader.may_be_vertical else (*suspected, 0)
    lines = {degrees: reader.read(trial_sample(turned_view(view, degrees))) for degrees in turns}
    found = _surest(lines)
    has_text = has_text or on_a_side or max(one.letters for one in lines.values()) >= _ANY_TEXT
    if found is None and has_text:
        turns = tuple(sorted(turns, key=lambda degrees: -lines[degrees].right)[:2])
        found = _by_whole_page(view, reader, turns)
    return found or Turn()


def _by_whole_page(view: OcrImage, reader: TrialReader, turns: Iterable[int]) -> Turn | None:
    """What reading all of the page proves, by the fastest engine or, if that cannot tell, by all."""
    pages = {degrees: trial_page(turned_view(view, degrees)) for degrees in turns}
    found = _surest({degrees: reader.read(page) for degrees, page in pages.items()})
    thorough = reader.thorough
    if found is None and thorough is not None:
        found = _surest({degrees: thorough.read(page) for degrees, page in pages.items()})
    return found


def _surest(tried: Mapping[int, TrialResult]) -> Turn | None:
    """The turn that the readings prove, 0 too; None if they prove none."""
    least_letters = max(_LEAST_LETTERS, _LEAST_SHARE * max(one.letters for one in tried.values()))
    sure = {
        degrees: one.confidence if one.letters >= least_letters else 0.0 for degrees, one in tried.items()
    }
    best, next_best = sorted(sure, key=lambda degrees: -sure[degrees])[:2]
    needed = max(_WELL_READ, sure[next_best] + _CLEARLY_BETTER, _TIMES_BETTER * sure[next_best])
    if tried[best].words < _LEAST_WORDS or sure[best] < needed:
        return None
    evidence = f"lines are read so with {sure[best]:.0%} confidence, else with {sure[next_best]:.0%}"
    return Turn(best, evidence)
