"""Page labels and outline, written piece by piece (ISO 32000-1, 12.3.3 and 12.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, Protocol

import msgspec

from pdfpipe.model.page_labels import LabelRange
from pdfpipe.pdf.syntax import number, text_string

__all__ = ["Bookmark", "OutlineWriter", "Pack", "write_page_labels"]

_ENTRIES_A_LEAF: Final = 64


class Pack(Protocol):
    """Takes the body of an object, and its number where it has one already; returns its number."""

    def __call__(self, body: bytes, number_of_object: int | None = None, /) -> int:
        """Write it."""


class Bookmark(msgspec.Struct, frozen=True):
    """A place to find on a page, `top` pixels from its upper edge."""

    title: str
    top: float = 0.0


class OutlineWriter:
    """A list of places in the document; each item is written as soon as the next is known."""

    def __init__(self, allocate: Callable[[], int], pack: Pack) -> None:
        self._allocate = allocate
        self._pack = pack
        self._root = 0
        self._first = 0
        self._count = 0
        self._before = 0
        self._pending = 0
        self._body = b""

    def add(self, title: str, page: int, top: float) -> None:
        """One more item, which leads to `top`, in units from the bottom of the page of this object number."""
        item = self._allocate()
        if not self._count:
            self._root, self._first = self._allocate(), item
        self._write_pending(item)
        self._pending, self._count = item, self._count + 1
        self._body = (
            b"<< /Title "
            + text_string(title)
            + f" /Parent {self._root} 0 R /Dest [{page} 0 R /XYZ null {number(top)} null]".encode("ascii")
        )

    def finish(self) -> int | None:
        """Write what is left; returns the number of the root, None if there are no items."""
        if not self._count:
            return None
        self._write_pending(None)
        return self._pack(
            f"<< /Type /Outlines /First {self._first} 0 R /Last {self._before} 0 R"
            f" /Count {self._count} >>".encode("ascii"),
            self._root,
        )

    def _write_pending(self, after: int | None) -> None:
        if not self._pending:
            return
        neighbours = f" /Prev {self._before} 0 R" if self._before else ""
        neighbours += f" /Next {after} 0 R" if after is not None else ""
        self._pack(self._body + neighbours.encode("ascii") + b" >>", self._pending)
        self._before = self._pending


def write_page_labels(ranges: Iterable[LabelRange], pack: Pack) -> int | None:
    """The number tree of the labels; returns its number, None if there are no ranges."""
    leaves: list[str] = []
    entries: list[bytes] = []
    first = last = 0

    def end_leaf() -> None:
        nums = b"<< /Limits [%d %d] /Nums [" % (first, last) + b" ".join(entries) + b"] >>"
        leaves.append(f"{pack(nums)} 0 R")
        entries.clear()

    for one in ranges:
        if len(entries) == _ENTRIES_A_LEAF:
            end_leaf()
        first = one.index if not entries else first
        last = one.index
        entries.append(f"{one.index} ".encode("ascii") + _label(one))
    if not leaves:
        return pack(b"<< /Nums [" + b" ".join(entries) + b"] >>") if entries else None
    end_leaf()
    return pack(f"<< /Kids [{' '.join(leaves)}] >>".encode("ascii"))


def _label(one: LabelRange) -> bytes:
    """A page label dictionary."""
    body = b"<<"
    if one.style is not None:
        body += f" /S /{one.style.value}".encode("ascii")
        if one.start != 1:
            body += f" /St {one.start}".encode("ascii")
    if one.prefix:
        body += b" /P " + text_string(one.prefix)
    return body + b" >>"
