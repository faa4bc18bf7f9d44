"""The one place where settings are put together and checked."""

from __future__ import annotations

from typing import Any

import msgspec

from pdfpipe.config.languages import parse_languages
from pdfpipe.errors import UsageError
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
    settings = msgspec.structs.replace(base, **given)
    if settings.jobs is not None and settings.jobs < 1:
        raise UsageError("jobs: at least one worker process is needed")
    if settings.image_dpi is not None and not 1 <= settings.image_dpi <= 9600:
        raise UsageError(f"image_dpi: {settings.image_dpi:g} is not between 1 and 9600")
    if settings.max_image_mpixels <= 0:
        raise UsageError("max_image_mpixels: the limit must be more than 0")
    if settings.title is not None and not settings.title.strip():
        raise UsageError("title: it is empty")
    return settings
