"""The one place where settings are put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec

from pdfpipe.config.languages import AUTO
from pdfpipe.config.layers import Layer, explicit, settings_of
from pdfpipe.config.profiles import profile_layers
from pdfpipe.model.settings import Settings

__all__ = ["DEFAULT", "Merged", "merge", "with_profile"]

DEFAULT: Final = "default"
"""The origin of what nobody set."""


class Merged(msgspec.Struct, frozen=True):
    """What came of several layers.

    Attributes:
        settings: of the documents of one folder.
        origins: where each setting that is not the default comes from, by its key as in `Layer.values`.
        outputs: the layers that say where documents go, in their order.
        files: the files among the layers.

    """

    settings: Settings
    origins: Mapping[str, str] = {}
    outputs: tuple[Layer, ...] = ()
    files: tuple[Path, ...] = ()


def merge(layers: Iterable[Layer]) -> Merged:
    """Lay settings over one another, the later over the earlier, and all over the language's profile.

    The profile is that of the first language.  Where the languages are still to be found out, none is
    used, and the user's own are kept in `Settings.profiles` for `with_profile`.  What a profile says of
    `engines` counts for the engine ``auto`` only.

    Raises:
        UsageError: a value makes no sense; the message names the setting.

    """
    layers = tuple(layers)
    chosen = _laid_over(layers)
    default = Settings()
    language = chosen.get("languages", (default.languages, ""))[0][0]
    engine = chosen.get("engine", (default.engine, ""))[0]
    if language == AUTO:
        own = tuple(
            (code, *item)
            for layer in layers
            for code in layer.profiles
            for item in layer.profiles[code].items()
        )
        values = {"profiles": (own, "profiles")} if own else {}
    else:
        values = _laid_over(profile_layers(language, layers))
    if engine != "auto":
        values.pop("engines", None)
    values |= chosen
    return Merged(
        settings_of({key: value for key, (value, _) in values.items()}),
        {key: origin for key, (_, origin) in values.items()},
        tuple(layer for layer in layers if layer.output is not None),
        tuple(layer.file for layer in layers if layer.file is not None),
    )


@lru_cache(maxsize=64)
def with_profile(settings: Settings) -> Settings:
    """The settings with all that they leave open filled in from the profile of their first language."""
    own: dict[str, dict[str, Any]] = {}
    for code, setting, value in settings.profiles:
        own.setdefault(code, {})[setting] = value
    given = explicit(msgspec.structs.replace(settings, profiles=()), "given")
    return merge([Layer("given", profiles=own), given]).settings


def _laid_over(layers: Iterable[Layer]) -> dict[str, tuple[Any, str]]:
    """Each value and its origin, by key."""
    return {key: (value, layer.origin) for layer in layers for key, value in layer.values.items()}
