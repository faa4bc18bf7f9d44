"""How readers find their way through a document; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from pdfpipe.errors import UsageError
from pdfpipe.model.page_labels import parse_page_labels

__all__ = ["BY_FILES", "NavigationSettings", "Outline"]

BY_FILES: Final = "files"
"""The page labels that are the names of the pages' files."""


class Outline(Enum):
    """What the outline (the bookmarks) of a document is made of."""

    NONE = "none"
    FILES = "files"
    """An entry for each file of the document."""
    HEADINGS = "headings"
    """An entry for each line of text that looks like a heading."""


class NavigationSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Page labels and outline.

    Attributes:
        page_labels: what pages are called: ``files`` for the names of their files, or ranges such as
            ``i-iv,1-``; None for their numbers in the document.
        outline: what the outline is made of.

    """

    page_labels: str | None = None
    outline: Outline = Outline.NONE

    def __post_init__(self) -> None:
        if not isinstance(self.outline, Outline):
            raise UsageError(f"navigation.outline: {self.outline!r} is no Outline")
        if self.page_labels not in (None, BY_FILES):
            try:
                parse_page_labels(self.page_labels)
            except UsageError as error:
                raise UsageError(f"navigation.page_labels: {error}") from error
