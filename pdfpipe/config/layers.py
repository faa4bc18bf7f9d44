"""Some settings and where they come from; `pdfpipe.config.settings` lays them over one another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from pdfpipe.model.settings import Settings

__all__ = ["Layer", "explicit", "settings_of"]


class Layer(msgspec.Struct, frozen=True):
    """Settings of one origin.

    Attributes:
        origin: where they come from, as it is shown to people.
        values: by field of `Settings`; those of its parts with a dot: ``tesseract.segmentation``.
        profiles: settings that count for one language only, by its code, or by a script's.
        folder: absolute; what the layer counts for is in it or below. None for everything.
        output: where documents of `folder` and below go, below the run's output folder; or, ending in
            ``.pdf``, the one document of `folder`.
        file: absolute; the file that the layer was read from.

    """

    origin: str
    values: Mapping[str, Any] = {}
    profiles: Mapping[str, Mapping[str, Any]] = {}
    folder: Path | None = None
    output: Path | None = None
    file: Path | None = None


def explicit(settings: Settings, origin: str) -> Layer:
    """The settings that are not the defaults."""
    return Layer(origin, dict(_differing(settings, Settings(), "")))


def settings_of(values: Mapping[str, Any]) -> Settings:
    """The defaults with some values changed; keys as in `Layer.values`.

    Raises:
        UsageError: a value makes no sense; the message begins with the setting.

    """
    whole = Settings()
    changed: dict[str, Any] = {key: value for key, value in values.items() if "." not in key}
    for part in {key.split(".")[0] for key in values if "." in key}:
        fields = {key.split(".")[1]: value for key, value in values.items() if key.startswith(f"{part}.")}
        changed[part] = msgspec.structs.replace(getattr(whole, part), **fields)
    return msgspec.structs.replace(whole, **changed)


def _differing(part: msgspec.Struct, default: msgspec.Struct, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for field in msgspec.structs.fields(part):
        value, usual = getattr(part, field.name), getattr(default, field.name)
        if isinstance(value, msgspec.Struct):
            found += _differing(value, usual, f"{prefix}{field.name}.")
        elif value != usual:
            found.append((f"{prefix}{field.name}", value))
    return found
