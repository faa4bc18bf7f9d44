"""Which keys pdfpipe.toml and the language profiles have, and what their values may be."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from datetime import date
from difflib import get_close_matches
from enum import Enum
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

import msgspec

from pdfpipe.config.languages import parse_languages
from pdfpipe.config.layers import settings_of
from pdfpipe.errors import UsageError
from pdfpipe.model.names import shown
from pdfpipe.model.settings import Settings
from pdfpipe.model.sheet_look import SeparatorKind
from pdfpipe.model.sidecar import Sidecar

__all__ = ["FILE_KEYS", "PROFILE_KEYS", "checked_output", "checked_value", "did_you_mean"]

_PARTS: Final = (
    "preprocessing",
    "sheets",
    "separators",
    "images",
    "tesseract",
    "ppocr",
    "aspose",
    "metadata",
    "navigation",
    "pdf_input",
    "cache",
)
_NOT_IN_FILES: Final = frozenset({"pdf_input.password", "cache.folder"})
"""Secrets, and where texts are believed from: no file among other people's scans shall say that."""

_Enum = TypeVar("_Enum", bound=Enum)
_SEGMENTATIONS: Final = (1, *range(3, 14))
_PDF: Final = ".pdf"


def _part_keys() -> Iterable[str]:
    hints = get_type_hints(Settings)
    keys = (f"{part}.{field.name}" for part in _PARTS for field in msgspec.structs.fields(hints[part]))
    return (key for key in keys if key not in _NOT_IN_FILES)


FILE_KEYS: Final = {
    **{key: key for key in ("languages", "engine", "engines", "mode")},
    **{key: key for key in ("image_dpi", "max_image_mpixels", "output", "output_type")},
    "group": "grouping",
    "sidecar": "sidecars",
    "on_page_error": "faults.on_page_error",
    **{key: key for key in _part_keys()},
}
"""The keys of pdfpipe.toml, those of its tables with a dot, and the settings that they are."""

PROFILE_KEYS: Final = {
    "engines": "engines",
    "stages": "preprocessing.stages",
    "dictionary": "tesseract.user_words",
    "tesseract.tessdata": "tesseract.tessdata",
    "tesseract.segmentation": "tesseract.segmentation",
}
"""The keys of a language profile, and the settings that they are."""


def checked_value(setting: str, value: object, folder: Path, engines: Collection[str] | None) -> Any:
    """The value of a setting as `Settings` wants it, from what TOML or the command line gives.

    Paths are relative to `folder`; names of engines are those of `engines`, all if that is None.

    Raises:
        UsageError: it makes no sense; the message begins with what is wrong, not with the setting.

    """
    converted = _converted(setting, value, folder, engines)
    try:
        settings_of({setting: converted})
    except UsageError as error:
        raise UsageError(str(error).removeprefix(f"{setting}: ")) from error
    return converted


def _converted(setting: str, value: object, folder: Path, engines: Collection[str] | None) -> Any:
    if setting == "languages":
        return parse_languages(value if isinstance(value, str) else "+".join(_names(value)))
    if setting == "engine":
        return _engine(_instance(value, str, "a name"), engines)
    if setting == "engines":
        names = [_engine(name, engines) for name in _names(value)]
        if "auto" in names:
            raise UsageError("'auto' asks the engines of this list and cannot be one of them")
        return tuple(dict.fromkeys(names))
    if setting == "sidecars":
        names = [] if value in ([], "none") else _names(value)
        return tuple(dict.fromkeys(_member(Sidecar, name) for name in names))
    if setting == "separators.split_on":
        names = [] if value in ([], "none") else _names(value)
        return tuple(dict.fromkeys(_member(SeparatorKind, name) for name in names))
    if setting == "preprocessing.stages":
        return () if value in ([], "none") else tuple(_names(value))
    converted = _converter(setting)(value, folder)
    if setting == "tesseract.segmentation" and converted not in _SEGMENTATIONS:
        raise UsageError(f"{converted} is no page segmentation mode that reads text: 1 and 3 to 13 are")
    return converted


def checked_output(value: object) -> Path:
    """Where documents go below the run's output folder.

    Raises:
        UsageError: it is no path, or leads out of that folder.

    """
    text = _instance(value, str, "a path")
    path = Path(text)
    if not text.strip() or "\0" in text:
        raise UsageError('a path is needed, such as "contracts" or "contracts/2024.pdf"')
    if path.is_absolute() or ".." in path.parts:
        raise UsageError(f"'{shown(text)}' leads out of the output folder; it must be relative, without ..")
    return path


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Which of the known names was meant, or all of them, as the end of a message."""
    names = list(known)
    close = get_close_matches(name.casefold(), names, 1)
    return f"did you mean '{close[0]}'?" if close else f"there are: {', '.join(names)}"


def _engine(name: str, engines: Collection[str] | None) -> str:
    if engines is not None and name not in engines:
        raise UsageError(f"there is no OCR engine '{name}'; {did_you_mean(name, engines)}")
    return name


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        value = [name.strip() for name in value.split(",")]
    if not isinstance(value, list | tuple) or not value or not all(isinstance(n, str) and n for n in value):
        raise UsageError(f"a list of names is needed, not {_spelled(value)}")
    return list(value)


@lru_cache
def _converter(setting: str) -> Callable[[object, Path], Any]:
    """How to convert a value to the type that the setting has in its struct."""
    owner: type = Settings
    *parts, name = setting.split(".")
    for part in parts:
        owner = get_type_hints(owner)[part]
    annotation = get_type_hints(owner)[name]
    if get_origin(annotation) is tuple:
        return lambda value, _: tuple(_names(value))
    kind = next((one for one in get_args(annotation) if one is not NoneType), annotation)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value, _: _member(kind, value)
    if kind is Path:
        return _path
    if kind is float:
        return lambda value, _: float(_instance(value, (int, float), "a number"))
    words = {bool: "true or false", int: "a whole number", str: "a text", date: "a date, such as 1948-12-10,"}
    return lambda value, _: _instance(value, kind, words[kind])


def _instance(value: object, kind: type | tuple[type, ...], what: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise UsageError(f"{what} is needed, not {_spelled(value)}")
    return value


def _member(kind: type[_Enum], value: object) -> _Enum:
    known = [str(member.value) for member in kind]
    if value in known:
        return kind(value)
    hint = did_you_mean(value, known) if isinstance(value, str) else f"there are: {', '.join(known)}"
    raise UsageError(f"{_spelled(value)} is none of its values; {hint}")


def _path(value: object, folder: Path) -> Path:
    text = _instance(value, (str, Path), "a path")
    # Not resolved: a link may be changed to lead elsewhere.
    path = Path(os.path.abspath(folder / text))  # noqa: PTH100
    if not path.exists():
        raise UsageError(f"there is no {shown(path)}")
    return path


def _spelled(value: object) -> str:
    """A value as TOML would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, str | int | float | list) else "this"
