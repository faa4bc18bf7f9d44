"""Documents that were found in one stack: its originals are done with when all of them are."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from pdfpipe.batch.watch.intake import TakenIn
from pdfpipe.batch.watch.originals import Original
from pdfpipe.model.job import Failure

__all__ = ["Outcome", "Stacks"]


class Outcome(msgspec.Struct, frozen=True):
    """What came of the documents of some originals.

    Attributes:
        failures: why some could not be made; empty where all stand.
        is_known: whether it was known before that some cannot be made, and nothing was tried.
        lacks_pages: whether pages that were blank are in none of them.
        has_changed: whether the originals have changed meanwhile, so that they are read again.

    """

    failures: tuple[Failure, ...] = ()
    is_known: bool = False
    lacks_pages: bool = False
    has_changed: bool = False

    @property
    def is_failure(self) -> bool:
        """Whether not all documents stand."""
        return bool(self.failures) or self.is_known

    def joined(self, other: Outcome) -> Outcome:
        """That of both."""
        return Outcome(
            self.failures + other.failures,
            self.is_known or other.is_known,
            self.lacks_pages or other.lacks_pages,
            self.has_changed or other.has_changed,
        )


class Stacks:
    """The documents under way, by the originals that they share."""

    def __init__(self) -> None:
        self._left: dict[tuple[Original, ...], int] = {}
        self._outcomes: dict[tuple[Original, ...], Outcome] = {}

    def begin(self, documents: Iterable[TakenIn]) -> None:
        """Documents that were taken in together."""
        for document in documents:
            files = document.originals.files
            self._left[files] = self._left.get(files, 0) + 1

    def end(self, document: TakenIn, outcome: Outcome) -> Outcome | None:
        """One is done with; what came of all that share its originals, or None while others are under way."""
        files = document.originals.files
        whole = self._outcomes.pop(files, Outcome()).joined(outcome)
        left = self._left.pop(files, 1) - 1
        if not left:
            return whole
        self._left[files], self._outcomes[files] = left, whole
        return None

    def clear(self) -> None:
        """Nothing is under way any more."""
        self._left.clear()
        self._outcomes.clear()
