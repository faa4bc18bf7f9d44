"""Reading pdfpipe.toml and the language profiles: what is not understood is refused, by name and line."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pdfpipe.config.language_table import LANGUAGES
from pdfpipe.config.languages import parse_language
from pdfpipe.config.layers import Layer
from pdfpipe.config.values import FILE_KEYS, PROFILE_KEYS, checked_output, checked_value, did_you_mean
from pdfpipe.errors import UsageError
from pdfpipe.model.names import shown

__all__ = ["CONFIG_NAME", "DEFAULT_PROFILE", "DOCUMENT_SUFFIX", "read_config", "read_profile"]

CONFIG_NAME: Final = "pdfpipe.toml"
DOCUMENT_SUFFIX: Final = f".{CONFIG_NAME}"
"""What follows the name of a document in the name of the file with its own settings."""

DEFAULT_PROFILE: Final = "default"
_PROFILES: Final = "profiles"
_OF_FOLDERS: Final = {"group", "output"}
_OF_THE_RUN: Final = {
    "jobs": "--jobs",
    "page_timeout": "--page-timeout",
    "force": "--force",
    "fail_fast": "--fail-fast",
    "report": "--report",
    "log_json": "--log-json",
    "depfile": "--depfile",
    "interval": "--interval",
    "settle": "--settle",
    "done": "--done",
    "failed": "--failed",
    "grouping": None,
}
_HEADER: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ASSIGNMENT: Final = re.compile(r"\s*([A-Za-z0-9_.\-\"' ]+?)\s*=")


def read_config(path: Path, engines: Collection[str] | None = None) -> Layer:
    """The settings of a pdfpipe.toml, or of one of a document; its paths are relative to its folder.

    Names of engines must be among `engines`, unless that is None.

    Raises:
        UsageError: it cannot be read, is no TOML, or has a key or value that makes no sense.

    """
    reader = _Reader(path, engines)
    table = reader.load()
    is_of_document = path.name != CONFIG_NAME
    for key in _OF_FOLDERS & table.keys() if is_of_document else ():
        raise reader.error(key, f"{key} is a matter of folders: it belongs into their {CONFIG_NAME}")
    profiles = table.pop(_PROFILES, {})
    output = table.pop("output", None)
    if not isinstance(profiles, dict):
        raise reader.error(_PROFILES, "tables are needed, such as [profiles.deu]")
    place = None
    if output is not None:
        try:
            place = checked_output(output)
        except UsageError as error:
            raise reader.error("output", str(error)) from error
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - a link counts where it stands
    return Layer(
        shown(path),
        reader.values(table, FILE_KEYS, ""),
        dict(reader.profiles(profiles)),
        absolute.parent,
        place,
        absolute,
    )


def read_profile(path: Path) -> Mapping[str, Any]:
    """The settings of a language profile.

    Raises:
        UsageError: as `read_config`.

    """
    reader = _Reader(path, None)
    return reader.values(reader.load(), PROFILE_KEYS, "")


class _Reader:
    """One file; knows the line of each key."""

    def __init__(self, path: Path, engines: Collection[str] | None) -> None:
        self._path = path
        self._engines = engines
        self._text = ""

    def load(self) -> dict[str, Any]:
        import tomllib  # not needed where there is no such file

        try:
            self._text = self._path.read_text(encoding="utf-8-sig")
            return tomllib.loads(self._text)
        except OSError as error:
            raise UsageError(f"{shown(self._path)} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"{shown(self._path)} is no TOML: it is not UTF-8") from error
        except tomllib.TOMLDecodeError as error:
            end = f"at its end, line {len(self._text.splitlines())}"
            told = str(error).replace("at end of document", end)
            raise UsageError(f"{shown(self._path)} is no TOML: {told}") from error

    def values(self, table: dict[str, Any], keys: Mapping[str, str], prefix: str) -> dict[str, Any]:
        """The settings of a table and the tables in it; `prefix` is what stands before its keys."""
        found = {}
        tables = {known.split(".")[0] for known in keys if "." in known}
        for key, value in _flat(table, tables):
            setting = keys.get(key)
            if setting is None or setting == "output":
                raise self.error(prefix + key, self._unknown(key, keys, prefix))
            try:
                found[setting] = checked_value(setting, value, self._path.parent, self._engines)
            except UsageError as error:
                raise self.error(prefix + key, f"{prefix}{key}: {error}") from error
        return found

    def profiles(self, tables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """The settings of each table [profiles.NAME], by the code of its language or script."""
        scripts = {language.script for language in LANGUAGES.values()}
        for name, table in tables.items():
            prefix = f"{_PROFILES}.{name}."
            if not isinstance(table, dict):
                hint = f"a table for each language is needed, such as [{_PROFILES}.deu]"
                raise self.error(f"{_PROFILES}.{name}", hint)
            try:
                code = name if name == DEFAULT_PROFILE or name in scripts else parse_language(name)
            except UsageError as error:
                raise self.error(prefix, str(error)) from error
            yield code, self.values(table, PROFILE_KEYS, prefix)

    def error(self, key: str, message: str) -> UsageError:
        """An error that names the file and, as far as it can be found, the line of the key."""
        line = self._line(key.rstrip("."))
        return UsageError(f"{shown(self._path)}{f', line {line}' if line else ''}: {message}")

    def _unknown(self, key: str, keys: Mapping[str, str], prefix: str) -> str:
        told = f"there is no key '{prefix}{key}'"
        option = _OF_THE_RUN.get(key)
        if option is not None and not prefix:
            return f"{told}: it concerns the whole run, so give {option} on the command line"
        table, _, name = key.rpartition(".")
        if table and any(known.startswith(f"{table}.") for known in keys):
            siblings = [known.removeprefix(f"{table}.") for known in keys if known.startswith(f"{table}.")]
            return f"{told}; {did_you_mean(name, siblings)}"
        known = dict.fromkeys([*(one.split(".")[0] for one in keys), *([] if prefix else [_PROFILES])])
        return f"{told}; {did_you_mean(key, known)}"

    def _line(self, key: str) -> int | None:
        """Where a key, or the header of a table, stands; None if it is written in an unusual way."""
        table = ""
        for number, line in enumerate(self._text.splitlines(), 1):
            if (header := _HEADER.match(line)) is not None:
                table = f"{_bare(header[1])}."
                name = table[:-1]
            elif (assignment := _ASSIGNMENT.match(line)) is not None:
                name = f"{table}{_bare(assignment[1])}"
            else:
                continue
            if name == key:
                return number
        return None


def _flat(table: dict[str, Any], tables: Collection[str]) -> Iterator[tuple[str, Any]]:
    """The values of a table, those of the tables in it with dotted keys."""
    for key, value in table.items():
        if key in tables and isinstance(value, dict):
            yield from ((f"{key}.{name}", inner) for name, inner in value.items())
        else:
            yield key, value


def _bare(name: str) -> str:
    return ".".join(part.strip(" \"'") for part in name.split("."))
