"""Find out which way up a page is: cheap signs raise a suspicion, and only reading proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from pdfpipe.batch.trial_reading import TrialReader, TrialResult
from pdfpipe.imaging.preprocess import trial_page, trial_sample, trial_size
from pdfpipe.imaging.turning import turned_view
from pdfpipe.model.image import OcrImage

__all__ = ["Turn", "find_turn", "turn_after_reading", "turn_before_reading"]

_WELL_READ: Final = 0.4
_CLEARLY_BETTER: Final = 0.2
_TIMES_BETTER: Final = 1.8
"""Mean confidence of a trial that proves a turn, and by how much it must exceed that of all others.

What is read on its head has 0.3 at most, poor print that is upright 0.4 and more.
"""

_PLAIN: Final = 0.75
_LETTERS_A_WORD: Final = 2
"""A turn from a side that is proved by so much confidence, or in words of so many letters, needs no other
trial: lines that are misread on their side come as single letters."""

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


def find_turn(view: OcrImage, reader: TrialReader, suspected: Iterable[int]) -> Turn:
    """How to put a page upright; not at all unless a reading proves it.

    Some lines of it are read, and all of it where these do not tell.  Pages that may lie on a side are read
    as they are too where single letters prove a turn, and where vertical writing is possible, since nothing
    else can tell that from a page on its side.

    `suspected` are the turns to try, the likeliest first.
    """
    suspected = tuple(suspected)
    view = trial_size(view)
    lines = _lines_read(view, reader, suspected)
    found = _surest(lines)
    if found is None and (_lies_on_a_side(reader, suspected) or _has_text(lines)):
        pages = _whole_pages(view, _likeliest_first(lines)[:2])
        found = _surest({degrees: reader.read(page) for degrees, page in pages.items()})
        if found is None and (thorough := reader.thorough) is not None:
            found = _surest({degrees: thorough.read(page) for degrees, page in pages.items()})
    return found or Turn()


def turn_before_reading(view: OcrImage, reader: TrialReader, suspected: Iterable[int]) -> Turn:
    """As `find_turn`, where the page will be read as it lies, and `turn_after_reading` asked about the rest.

    All of it is read only where some lines speak for a turn but do not prove it, and by the fastest engine.
    """
    view = trial_size(view)
    lines = _lines_read(view, reader, suspected)
    found = _surest(lines)
    turns = _likeliest_first(lines)[:2]
    if found is None and turns[0] and _has_text(lines):
        pages = _whole_pages(view, turns)
        found = _surest({degrees: reader.read(page) for degrees, page in pages.items()})
    return found or Turn()


def turn_after_reading(
    view: OcrImage, reader: TrialReader, suspected: Iterable[int], as_it_lies: TrialResult
) -> Turn:
    """As `find_turn`, where all of the page has been read `as_it_lies`, which need not be done again.

    Stages may have helped that reading; the other one does without, so that pages rather stay.
    """
    view = trial_size(view)
    lines = {0: reader.read(trial_sample(view))}
    for degrees in suspected:
        lines[degrees] = reader.read(trial_sample(turned_view(view, degrees)))
        if found := _surest(lines):
            return found
    if len(lines) > 1 and as_it_lies.words >= _LEAST_WORDS:
        likeliest = next(filter(None, _likeliest_first(lines)))
        page = trial_page(turned_view(view, likeliest))
        if found := _surest({likeliest: (reader.thorough or reader).read(page), 0: as_it_lies}):
            return found
    return Turn()


def _lines_read(view: OcrImage, reader: TrialReader, suspected: Iterable[int]) -> dict[int, TrialResult]:
    """What comes of some lines, by the turn that they are read after."""
    suspected = tuple(suspected)

    def after(degrees: int) -> TrialResult:
        return reader.read(trial_sample(turned_view(view, degrees)))

    tried = {degrees: after(degrees) for degrees in suspected}
    if not _lies_on_a_side(reader, suspected) or not _is_plain(tried):
        tried[0] = after(0)
    return tried


def _is_plain(sides: Mapping[int, TrialResult]) -> bool:
    """Whether the page as it lies could not be read better than one of its sides, if that proves a turn."""
    turn = _surest(sides)
    if turn is None:
        return True
    one = sides[turn.degrees]
    return one.confidence >= _PLAIN or one.letters >= _LETTERS_A_WORD * one.words


def _lies_on_a_side(reader: TrialReader, suspected: tuple[int, ...]) -> bool:
    """Whether it is likely that the page does."""
    return set(suspected) == {90, 270} and not reader.may_be_vertical


def _has_text(tried: Mapping[int, TrialResult]) -> bool:
    return max(one.letters for one in tried.values()) >= _ANY_TEXT


def _likeliest_first(tried: Mapping[int, TrialResult]) -> list[int]:
    return sorted(tried, key=lambda degrees: -tried[degrees].right)


def _whole_pages(view: OcrImage, turns: Iterable[int]) -> dict[int, OcrImage]:
    return {degrees: trial_page(turned_view(view, degrees)) for degrees in turns}


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
