"""What a person should look at, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

import msgspec

from pdfpipe.batch.events import PageSummary
from pdfpipe.model.geometry import BoundingBox
from pdfpipe.model.language import LanguageGuess
from pdfpipe.model.sheet_look import SeparatorKind
from pdfpipe.model.text import PageText, Word, joined
from pdfpipe.model.unread import MUCH_UNREAD

__all__ = [
    "DOUBTFUL_CONFIDENCE",
    "DoubtfulRegion",
    "doubtful_regions",
    "doubts",
    "language_line",
    "mean_confidence",
]

DOUBTFUL_CONFIDENCE: Final = 0.80
"""Pages on which fewer words than this share are likely right need a look.  The confidences of `auto` and
ppocr are such probabilities (benchmarks/calibration.py); Tesseract's own mean is 0.94 on book pages, of
which it reads 98 % of the words, and 0.78 on receipts, of which it reads 77 %."""


def doubts(page: PageSummary) -> tuple[str, ...]:
    """Why a person should look at a page; nothing if there is no need."""
    reasons = [f"its file is damaged: {page.complaints[0]}"] if page.complaints else []
    if page.failure is not None:
        reasons.append(f"not read: {page.failure.message}")
    elif not page.read or page.dropped or _is_separator_sheet(page):
        pass
    elif page.blank:
        reasons.append("no text found: the page is blank")
    elif not page.words:
        reasons.append("no text found")
    else:
        if page.confidence is not None and page.confidence < DOUBTFUL_CONFIDENCE:
            reasons.append(f"read with little confidence ({page.confidence:.0%})")
        if page.unread is not None and page.unread > MUCH_UNREAD:
            reasons.append(f"{page.unread:.0%} of what looks like print was not read")
    return tuple(reasons)


def _is_separator_sheet(page: PageSummary) -> bool:
    separator = page.source.separator
    return separator is not None and separator.is_sheet and separator.kind is not SeparatorKind.BLANK


def mean_confidence(pages: Iterable[PageSummary]) -> float | None:
    """Mean confidence over the words of some pages, 0 to 1; None without words."""
    words, total = 0, 0.0
    for page in pages:
        if page.confidence is not None:
            words += page.words
            total += page.words * page.confidence
    return total / words if words else None


class DoubtfulRegion(msgspec.Struct, frozen=True):
    """Neighbouring words of one line, none of which is likely enough to be right.

    `box` is in pixels of the upright page; `confidence` is the mean over the words, weighted by their
    lengths.
    """

    box: BoundingBox
    text: str
    confidence: float


def doubtful_regions(text: PageText) -> tuple[DoubtfulRegion, ...]:
    """Where the words of less than `DOUBTFUL_CONFIDENCE` are, in reading order."""
    return tuple(_region(words) for line in text.lines for words in _doubtful_runs(line.words))


def _doubtful_runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    for doubtful, run in groupby(words, key=lambda word: word.confidence < DOUBTFUL_CONFIDENCE):
        if doubtful:
            yield list(run)


def _region(words: list[Word]) -> DoubtfulRegion:
    box = words[0].box
    for word in words[1:]:
        box = box.union(word.box)
    length = sum(len(word.text) for word in words)
    total = sum(len(word.text) * word.confidence for word in words)
    return DoubtfulRegion(box, joined(word.text for word in words), total / length if length else 0.0)


def language_line(guess: LanguageGuess | None) -> str:
    """What was found out about a document's language, in a line."""
    if guess is None:
        return ""
    return f"language {'+'.join(guess.languages)} found, {guess.confidence:.0%} sure ({guess.evidence})"
