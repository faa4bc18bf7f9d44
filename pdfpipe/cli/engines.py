"""``pdfpipe engines`` and ``pdfpipe languages``: what can be read here, and what it takes to read more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from pdfpipe.cli.options import configuration, tessdata_dir_option
from pdfpipe.cli.table import say_json, say_table
from pdfpipe.config.languages import bcp47, english_name, is_known, nearest_language, parse_languages
from pdfpipe.errors import PdfpipeError
from pdfpipe.ocr.engine import EngineDescription, EngineSpec
from pdfpipe.ocr.registry import describe_engine, engine_names

__all__ = ["engines", "languages"]

_CHOOSES: Final = "auto"
"""The engine that only asks others: what it reads, they read."""


class _Known(msgspec.Struct, frozen=True):
    """An engine, or why there is nothing to tell of it."""

    name: str
    description: EngineDescription | None
    error: str | None = None


class _Row(msgspec.Struct):
    """A language: the engines that read it now, and what to install for those that could."""

    code: str
    name: str
    tag: str
    engines: list[str] = []
    install: dict[str, str] = {}


@click.command()
@tessdata_dir_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def engines(as_json: bool, **options: Any) -> None:
    """List the OCR engines: their versions, how many languages they read now, what they are good at."""
    known = _engines(options)
    if as_json:
        say_json([_as_json(one) for one in known])
        return
    rows = [
        (one.name, "-", "-", f"cannot be asked: {one.error}")
        if (about := one.description) is None
        else (one.name, about.version or "-", str(len(about.languages)), _summary(about))
        for one in known
    ]
    say_table(("engine", "version", "languages", "summary"), rows)


@click.command()
@click.argument("names", nargs=-1, metavar="[LANGUAGE]...")
@click.option("--installed", is_flag=True, help="Only languages that can be read as things stand.")
@tessdata_dir_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def languages(names: tuple[str, ...], installed: bool, as_json: bool, **options: Any) -> None:
    """List languages: what -l takes, which engines read them now, and what to install for others.

    With LANGUAGE, a code, a BCP 47 tag or an English name, only these.
    """
    rows = _languages(_engines(options))
    if names:
        asked = dict.fromkeys(code for name in names for code in parse_languages(name))
        rows = {code: rows.get(code) or _row(code) for code in asked}
    shown = [row for row in rows.values() if row.engines or not installed]
    if as_json:
        say_json(shown)
        return
    say_table(
        ("code", "language", "tag", "read by", "install"),
        [
            (
                row.code,
                row.name,
                row.tag,
                ", ".join(row.engines) or "-",
                "; ".join(f"for {engine}: {how}" for engine, how in row.install.items()) or _hint(row),
            )
            for row in shown
        ],
    )


def _engines(options: Mapping[str, Any]) -> list[_Known]:
    """All engines, as the settings of the working folder find them."""
    spec = EngineSpec.from_settings(configuration(options).of_folder(Path()).settings)
    found = []
    for name in engine_names():
        try:
            found.append(_Known(name, describe_engine(msgspec.structs.replace(spec, name=name))))
        except PdfpipeError as error:
            found.append(_Known(name, None, str(error)))
        except Exception as error:  # noqa: BLE001 - engines are foreign code; the others can be listed
            found.append(_Known(name, None, f"{type(error).__name__}: {error}"))
    return found


def _languages(known: list[_Known]) -> dict[str, _Row]:
    """All languages of all engines by their codes, sorted."""
    rows: dict[str, _Row] = {}
    for one in known:
        if one.description is None or one.name == _CHOOSES:
            continue
        for code in one.description.languages:
            rows.setdefault(code, _row(code)).engines.append(one.name)
        for code, how in one.description.others:
            rows.setdefault(code, _row(code)).install[one.name] = how
    return dict(sorted(rows.items()))


def _row(code: str) -> _Row:
    return _Row(code, english_name(code), bcp47(code))


def _hint(row: _Row) -> str:
    """What to say of a name that is neither a language nor a model that is there."""
    if row.engines or is_known(row.code):
        return ""
    nearest = nearest_language(row.code)
    return f"no language or model has this name{f'; did you mean {nearest}?' if nearest else ''}"


def _summary(about: EngineDescription) -> str:
    return about.summary if about.version else f"not installed: {about.how_to_install}"


def _as_json(one: _Known) -> dict[str, Any]:
    about = one.description
    if about is None:
        return {"name": one.name, "error": one.error}
    return {
        "name": one.name,
        "version": about.version,
        "how_to_install": about.how_to_install,
        "summary": about.summary,
        "languages": about.languages,
        "others": dict(about.others),
    }
