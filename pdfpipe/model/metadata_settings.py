"""What documents say about themselves; a part of `pdfpipe.model.settings.Settings`."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

import msgspec

from pdfpipe.errors import UsageError

__all__ = ["MetadataSettings"]

_MOST_CHARACTERS: Final = 8000
"""A string in a PDF/A has at most 32,767 bytes (ISO 19005-2, 6.1.13), and a character up to four."""

_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class MetadataSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of the Info dictionary and of XMP.

    Attributes:
        title: title of the documents; None for each document's own name.
        author: who wrote them, as one text.
        subject: what they are about, in a sentence or some.
        keywords: words to find them by.
        language: BCP 47 tag of their language; None for the first that they are read in.
        created: when they were made, if not when their PDF was: a day, or a moment with its time zone.

    """

    title: str | None = None
    author: str | None = None
    subject: str | None = None
    keywords: tuple[str, ...] = ()
    language: str | None = None
    created: date | None = None

    def __post_init__(self) -> None:
        for name in ("title", "author", "subject"):
            text = getattr(self, name)
            if text is not None and not text.strip():
                raise UsageError(f"metadata.{name}: it is empty")
            if text is not None and len(text) > _MOST_CHARACTERS:
                raise UsageError(f"metadata.{name}: it has more than {_MOST_CHARACTERS} characters")
        if isinstance(self.keywords, str) or not all(keyword.strip() for keyword in self.keywords):
            raise UsageError('metadata.keywords: a tuple of words is needed, such as ("deed", "1948")')
        if sum(len(keyword) + 2 for keyword in self.keywords) > _MOST_CHARACTERS:
            raise UsageError(f"metadata.keywords: they have more than {_MOST_CHARACTERS} characters")
        if self.language is not None and not _LANGUAGE_TAG.fullmatch(self.language):
            raise UsageError(f"metadata.language: '{self.language}' is no BCP 47 tag, such as de or zh-Hant")
        if isinstance(self.created, datetime) and self.created.utcoffset() is None:
            raise UsageError("metadata.created: it has no time zone")
