"""What kind of PDF documents become: plain, or one of the kinds of PDF/A (ISO 19005)."""

from __future__ import annotations

from enum import Enum

__all__ = ["OutputType", "PdfaLevel"]


class PdfaLevel(Enum):
    """A part of ISO 19005 and a conformance level of that part; part 4 has one without a letter.

    pdfpipe writes those that an `OutputType` names; PDFs that are given may be any.
    """

    PDFA_1A = "1A"
    PDFA_1B = "1B"
    PDFA_2A = "2A"
    PDFA_2B = "2B"
    PDFA_2U = "2U"
    PDFA_3A = "3A"
    PDFA_3B = "3B"
    PDFA_3U = "3U"
    PDFA_4 = "4"
    PDFA_4E = "4E"
    PDFA_4F = "4F"

    @property
    def part(self) -> str:
        """The number of the part, as XMP has it."""
        return self.value[0]

    @property
    def conformance(self) -> str:
        """The letter of the level, as XMP has it."""
        return self.value[1:]

    def includes(self, other: PdfaLevel) -> bool:
        """Whether what conforms to this level conforms to the other too: b is a part of u, and u of a."""
        ranks = "BUA"
        return self is other or (
            self.part == other.part
            and self.conformance in ranks
            and other.conformance in ranks
            and ranks.index(self.conformance) > ranks.index(other.conformance)
        )

    def __str__(self) -> str:
        return f"PDF/A-{self.value.lower()}"


class OutputType(Enum):
    """What the user asks for."""

    PDFA = "pdfa"
    """The level that suits searchable scans, which is 2u."""
    PDFA_2B = "pdfa-2b"
    PDFA_2U = "pdfa-2u"
    PDFA_3U = "pdfa-3u"
    AUTO = "auto"
    """As `PDFA` where the document can be that, else as `PDF`."""
    PDF = "pdf"

    @property
    def level(self) -> PdfaLevel | None:
        """The level to reach; None for a plain PDF."""
        match self:
            case OutputType.PDF:
                return None
            case OutputType.PDFA_2B:
                return PdfaLevel.PDFA_2B
            case OutputType.PDFA_3U:
                return PdfaLevel.PDFA_3U
            case _:
                return PdfaLevel.PDFA_2U

    @property
    def may_be_plain(self) -> bool:
        """Whether a plain PDF will do for a document that cannot be PDF/A."""
        return self in (OutputType.AUTO, OutputType.PDF)

    @property
    def is_order(self) -> bool:
        """Whether a level is named, which a PDF that is given must reach; else its level is a wish."""
        return self in (OutputType.PDFA_2B, OutputType.PDFA_2U, OutputType.PDFA_3U)
