"""Resources of pages and forms, which may be inherited or shared: a change is made to a copy."""

from __future__ import annotations

from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

__all__ = ["inherited", "own_resources", "sub_dictionary", "unused_name"]


def own_resources(page: Any) -> Any:
    """A copy of the resources of a page; what is in it is not copied."""
    return _copy(inherited(page, Name.Resources))


def sub_dictionary(resources: Any, kind: Any) -> Any:
    """A copy of one of the dictionaries in resources, such as /XObject; empty if there is none."""
    return _copy(resources.get(kind))


def inherited(page: Any, name: Any) -> Any:
    """The value of an attribute that a page may have from a node above it; None if there is none."""
    seen: set[tuple[int, int]] = set()
    node = page
    while isinstance(node, Dictionary) and node.objgen not in seen:
        if name in node:
            return node[name]
        seen.add(node.objgen)
        node = node.get(Name.Parent)
    return None


def unused_name(names: Any, wanted: str) -> str:
    """The name, or one with a number behind it, that is none of the dictionary's keys."""
    name, number = wanted, 1
    while name in names:
        name, number = f"{wanted}{number}", number + 1
    return name


def _copy(found: Any) -> Any:
    return Dictionary(dict(found.items())) if isinstance(found, pikepdf.Dictionary) else Dictionary()
