"""What came of verifying a document that was published some time ago."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

from pdfpipe.model.proof import Fault

__all__ = ["PdfaCheck", "Verdict", "Verification"]


class Verdict(Enum):
    """How a PDF stands."""

    AS_WRITTEN = "as written"
    CHANGED = "changed"
    """Pdfpipe made it, and it is not as it was."""
    FOREIGN = "not made by pdfpipe"
    """There is nothing in it to compare it with."""
    UNREADABLE = "unreadable"
    """It is encrypted, or damaged beyond reading."""


class PdfaCheck(msgspec.Struct, frozen=True):
    """What veraPDF says; `valid` is None where it was not asked or had no answer, and `reasons` say why.

    `claimed` is the kind of PDF/A that the document says it is, such as 2u.
    """

    claimed: str
    valid: bool | None = None
    reasons: tuple[str, ...] = ()


class Verification(msgspec.Struct, frozen=True):
    """What is wrong with a PDF; `pages` is None where they could not be counted.

    `pdfa` is None where the document does not say that it is PDF/A.
    """

    path: Path
    verdict: Verdict
    pages: int | None = None
    faults: tuple[Fault, ...] = ()
    pdfa: PdfaCheck | None = None

    @property
    def is_well(self) -> bool:
        """Whether it is as it was written, and the PDF/A that it says it is, as far as that was checked."""
        return self.verdict is Verdict.AS_WRITTEN and (self.pdfa is None or self.pdfa.valid is not False)
