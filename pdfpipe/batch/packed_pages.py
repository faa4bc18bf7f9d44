"""What a run has to say of its pages until its end, in little memory."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Iterator, Sequence
from typing import Final, overload

from pdfpipe.batch.events import PageSummary

__all__ = ["PackedPages", "PagePacker"]

_TOGETHER: Final = 64
"""Pages of one document are much alike: compressed together they take a tenth of the room."""


class PackedPages(Sequence[PageSummary]):
    """The summaries of a document's pages, compressed; they are unpacked anew whenever they are asked for.

    Two are equal if their pages are, and each is to a tuple of such pages.
    """

    __slots__ = ("_blocks", "_length")

    def __init__(self, blocks: tuple[bytes, ...], length: int) -> None:
        """Made by `PagePacker`: all `blocks` but the last are of `_TOGETHER` pages."""
        self._blocks = blocks
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[PageSummary]:
        for block in self._blocks:
            yield from _unpacked(block)

    def __reversed__(self) -> Iterator[PageSummary]:
        for block in reversed(self._blocks):
            yield from reversed(_unpacked(block))

    @overload
    def __getitem__(self, index: int) -> PageSummary: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[PageSummary, ...]: ...
    def __getitem__(self, index: int | slice) -> PageSummary | tuple[PageSummary, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        block, place = divmod(range(self._length)[index], _TOGETHER)
        return _unpacked(self._blocks[block])[place]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, PackedPages | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"


class PagePacker:
    """Packs the summaries of a document's pages as they come."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._latest: list[PageSummary] = []

    def append(self, page: PageSummary) -> None:
        """Add the next page."""
        self._latest.append(page)
        if len(self._latest) == _TOGETHER:
            self._blocks.append(_packed(self._latest))
            self._latest.clear()

    def packed(self) -> PackedPages:
        """All pages that were added."""
        latest = (_packed(self._latest),) if self._latest else ()
        length = _TOGETHER * len(self._blocks) + len(self._latest)
        return PackedPages((*self._blocks, *latest), length)


def _packed(pages: list[PageSummary]) -> bytes:
    """Pickled, as they come from the workers too, since names of files need not be Unicode."""
    return zlib.compress(pickle.dumps(pages, pickle.HIGHEST_PROTOCOL))


def _unpacked(block: bytes) -> list[PageSummary]:
    pages: list[PageSummary] = pickle.loads(zlib.decompress(block))  # noqa: S301 - our own, never left memory
    return pages
