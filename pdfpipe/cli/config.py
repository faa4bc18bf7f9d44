"""``pdfpipe config show``: the settings of a folder, and where each comes from."""

from __future__ import annotations

from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import click

from pdfpipe.cli.options import configuration, engine_option, language_option
from pdfpipe.cli.table import say_json, say_table
from pdfpipe.config.settings import DEFAULT, Merged
from pdfpipe.config.values import FILE_KEYS
from pdfpipe.errors import UsageError
from pdfpipe.model.names import shown

__all__ = ["config"]


@click.group()
def config() -> None:
    """Tell how settings come about."""


@config.command()
@click.argument("path", default=".", type=click.Path(path_type=Path))
@language_option
@engine_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(path: Path, as_json: bool, **options: Any) -> None:
    """Print the settings of the scans in PATH, a folder or a file, and where each comes from.

    They are those that pdfpipe convert PATH would use if it were run in this folder.
    """
    if not path.exists():
        raise UsageError(f"cannot read {shown(path)}: No such file or directory")
    merged = configuration(options).of_folder(path if path.is_dir() else path.parent)
    found = {key: _value_and_origin(merged, key, setting) for key, setting in FILE_KEYS.items()}
    if as_json:
        settings = {key: {"value": _plain(value), "origin": origin} for key, (value, origin) in found.items()}
        say_json({"path": shown(path), "settings": settings})
        return
    rows = [(key, _spelled(value), origin) for key, (value, origin) in found.items()]
    say_table(("setting", "value", "from"), rows)


def _value_and_origin(merged: Merged, key: str, setting: str) -> tuple[Any, str]:
    if key == "output":
        layer = merged.outputs[-1] if merged.outputs else None
        return (layer.output, layer.origin) if layer is not None else (None, DEFAULT)
    value: Any = merged.settings
    for part in setting.split("."):
        value = getattr(value, part)
    return value, merged.origins.get(setting, DEFAULT)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return shown(value) if isinstance(value, Path) else value


def _spelled(value: Any) -> str:
    value = _plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return "+".join(value) or "-"
    return "-" if value is None else str(value)
