"""Resources of pages and forms, which may be inherited or shared: a change is made to a copy.

Names in PDFs are bytes (ISO 32000-1, 7.3.5), and those of some programs are no UTF-8.  pikepdf gives them
as keys with surrogates in place of such bytes, and takes them as objects only.
"""

from __future__ import annotations

import math
from copy import copy
from typing import Any, Final

import pikepdf
from pikepdf import Dictionary, Name

__all__ = [
    "SENSELESS",
    "inherited",
    "key_of",
    "name_of",
    "own_resources",
    "sub_dictionary",
    "unused_name",
    "user_unit",
]


SENSELESS: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What comes of objects that are not of the kind that the standard wants where they are."""


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


def key_of(name: Any) -> str:
    """A name, or what stands in its place, as a key of a dictionary is given."""
    return bytes(name).decode("utf-8", "surrogateescape") if isinstance(name, Name) else str(name)


def name_of(key: str) -> Any:
    """The name of a key."""
    data = key.encode("utf-8", "surrogateescape")[1:]
    return pikepdf.Object.parse(b"/" + b"".join(b"#%02x" % byte for byte in data))


def user_unit(page: Any) -> float:
    """The size of a page's unit in points (ISO 32000-1, table 30); 1 where it says none that can be."""
    try:
        unit = float(page.get(Name.UserUnit, 1))
    except (TypeError, ValueError):
        return 1.0
    return unit if 0 < unit < math.inf else 1.0


def _copy(found: Any) -> Any:
    # Not by way of a dict, whose keys may be such that pikepdf does not take them back.
    return copy(found) if isinstance(found, Dictionary) else Dictionary()
