"""The balanced tree over the pages of a document (ISO 32000-1, 7.7.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["KIDS", "write_page_tree"]

KIDS: Final = 32
"""Children of a node; the pages of each full node name it as their parent."""


def write_page_tree(
    pages: Sequence[int],
    leaves: Sequence[int],
    allocate: Callable[[], int],
    pack: Callable[[bytes, int], object],
) -> int:
    """Write the nodes above the pages, from `leaves` up; returns the root's number.

    `leaves` are the numbers of the lowest nodes, each the parent of `KIDS` of the pages in order.
    """
    level = [
        (node, len(kids), kids)
        for node, start in zip(leaves, range(0, len(pages), KIDS), strict=True)
        if (kids := list(pages[start : start + KIDS]))
    ]
    if not level:
        level = [(allocate(), 0, [])]
    while len(level) > 1:
        upper = []
        for start in range(0, len(level), KIDS):
            group = level[start : start + KIDS]
            parent = allocate()
            for node, count, kids in group:
                pack(_node(count, kids, parent), node)
            upper.append((parent, sum(count for _, count, _ in group), [node for node, _, _ in group]))
        level = upper
    root, count, kids = level[0]
    pack(_node(count, kids, None), root)
    return root


def _node(count: int, kids: list[int], parent: int | None) -> bytes:
    up = f" /Parent {parent} 0 R" if parent else ""
    children = " ".join(f"{kid} 0 R" for kid in kids)
    return f"<< /Type /Pages /Count {count}{up} /Kids [{children}] >>".encode("ascii")
