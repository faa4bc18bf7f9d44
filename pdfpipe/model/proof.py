"""The proof of a document: which pages to read back, and what was found."""

from __future__ import annotations

from pathlib import Path

import msgspec

__all__ = ["Fault", "ProofJob", "ProofResult"]


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a document that was read back; `page` counts from 1, None for the document."""

    message: str
    page: int | None = None


class ProofJob(msgspec.Struct, frozen=True):
    """Some pages of a document that is written and not yet published.

    `first` is the number of the first of them, from 1, `pages` how many the whole document must have.
    `expected` are what must be found on each, packed.
    """

    pdf: Path
    pages: int
    first: int
    expected: tuple[bytes, ...]


class ProofResult(msgspec.Struct, frozen=True):
    """What is wrong, and the digests of the pages, one after the other."""

    faults: tuple[Fault, ...]
    digests: bytes
