"""In what language and script a page or document seems to be."""

from __future__ import annotations

import msgspec

__all__ = ["SURE", "LanguageEvidence", "LanguageGuess"]

SURE = 0.8
"""A guess of less confidence than this needs a look."""


class LanguageEvidence(msgspec.Struct, frozen=True):
    """What one page tells about its language.

    Attributes:
        script: ISO 15924 code of most of the text; None where there is too little text to tell.
        letters: how many letters a trial reading found.
        shares: languages by their share of the letters, the greatest first, whether an engine can read
            them or not; they sum up to 1 at most.
        readable: the same if only the languages are admitted that an engine can read.
        certainty: how surely the text is in the languages of `shares`, 0 to 1.
        notes: what one should know of it, such as a model that is missing.

    """

    script: str | None = None
    letters: int = 0
    shares: tuple[tuple[str, float], ...] = ()
    readable: tuple[tuple[str, float], ...] = ()
    certainty: float = 0.0
    notes: tuple[str, ...] = ()


class LanguageGuess(msgspec.Struct, frozen=True):
    """The languages chosen for a document, the most frequent first.

    `confidence` is 0 to 1: how surely these are the text's languages.  `evidence` says in words what the
    guess rests on.
    """

    languages: tuple[str, ...]
    confidence: float
    script: str | None = None
    evidence: str = ""

    @property
    def is_sure(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.confidence >= SURE
