"""Language profiles: what is best for a language where nobody says otherwise.

They are small files in the folder beside this module, for all languages, for one script, for one
language, the later over the earlier; tables [profiles.deu] in pdfpipe.toml lie over the file of that name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pdfpipe.config.file import DEFAULT_PROFILE, read_profile
from pdfpipe.config.languages import script_of
from pdfpipe.config.layers import Layer

__all__ = ["profile_layers", "shipped_profiles"]

_FOLDER: Final = Path(__file__).with_name("profiles")
_SUFFIX: Final = ".toml"


def shipped_profiles() -> tuple[str, ...]:
    """The names of the profiles that come with pdfpipe: ``default``, scripts and languages."""
    return tuple(sorted(path.name.removesuffix(_SUFFIX) for path in _FOLDER.glob(f"*{_SUFFIX}")))


def profile_layers(language: str, files: Iterable[Layer] = ()) -> Iterator[Layer]:
    """The profile of a language, most general first; `files` are those of pdfpipe.toml, in their order."""
    files = tuple(files)
    for name in (DEFAULT_PROFILE, script_of(language), language):
        if (values := _shipped(name)) is not None:
            yield Layer(f"profile {name}{_SUFFIX}", values)
        for layer in files:
            if name in layer.profiles:
                yield Layer(f"{layer.origin} [profiles.{name}]", layer.profiles[name])


@lru_cache
def _shipped(name: str) -> Mapping[str, Any] | None:
    path = _FOLDER / f"{name}{_SUFFIX}"
    return read_profile(path) if name in shipped_profiles() else None
