"""The one place where settings are put together."""

from __future__ import annotations

from typing import Any

import msgspec

from pdfpipe.config.languages import parse_languages
from pdfpipe.model.settings import Settings

__all__ = ["merge"]


def merge(base: Settings, *, languages: str | None = None, **overrides: Any) -> Settings:
    """`base` with every override that is not None.

    Raises:
        UsageError: a value makes no sense; the message names the setting.

    """
    given = {key: value for key, value in overrides.items() if value is not None}
    if languages is not None:
        given["languages"] = parse_languages(languages)
    return msgspec.structs.replace(base, **given)
