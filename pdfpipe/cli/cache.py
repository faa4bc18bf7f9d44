"""``pdfpipe cache``: what has been read before is kept; how much that is, and how to get rid of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from pdfpipe.batch.report.wording import count, size
from pdfpipe.cli.console import say
from pdfpipe.cli.options import configuration
from pdfpipe.cli.table import say_json, say_table
from pdfpipe.errors import StorageError
from pdfpipe.model.cache_settings import CacheSettings
from pdfpipe.model.names import shown
from pdfpipe.ocr.cache.store import Store, Usage

__all__ = ["cache"]

_DAY_SECONDS: Final = 86400.0


@click.group()
def cache() -> None:
    """Tell of what has been read before and is kept, and remove it."""


@cache.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def info(as_json: bool) -> None:
    """Print where the cache is, how much is in it, and how much there may be."""
    settings, store = _settings_and_store()
    with _told(store):
        usage = store.usage()
    oldest = datetime.fromtimestamp(usage.oldest).astimezone() if usage.oldest is not None else None
    if as_json:
        say_json(
            {
                "folder": shown(store.folder),
                "enabled": settings.enabled,
                "entries": usage.entries,
                "bytes": usage.size,
                "max_bytes": store.max_bytes,
                "oldest_use": oldest.isoformat(timespec="seconds") if oldest is not None else None,
            }
        )
        return
    rows = [
        ("folder", shown(store.folder)),
        ("in use", "yes" if settings.enabled else "no: cache.enabled is false in a pdfpipe.toml"),
        ("files", str(usage.entries)),
        ("size", f"{size(usage.size)} of at most {size(store.max_bytes)}"),
        ("oldest use", f"{oldest:%Y-%m-%d %H:%M}" if oldest is not None else "-"),
    ]
    say_table(("cache", "value"), rows)


@cache.command()
@click.option(
    "--max-mb",
    type=click.FloatRange(min=0),
    metavar="N",
    help="Keep so many million bytes [as many as there may be].",
)
@click.option(
    "--days", type=click.FloatRange(min=0), metavar="N", help="Keep only what was used within so many days."
)
def prune(max_mb: float | None, days: float | None) -> None:
    """Remove what was used the longest ago."""
    _, store = _settings_and_store()
    max_bytes = int(max_mb * 1e6) if max_mb is not None else store.max_bytes
    with _told(store):
        removed = store.prune(max_bytes, days * _DAY_SECONDS if days is not None else None)
        left = store.usage()
    say(f"removed {_amount(removed)}; {_amount(left)} left", sys.stdout)


@cache.command()
def clear() -> None:
    """Remove all of it, and what is remembered of the speed of engines too."""
    settings, store = _settings_and_store()
    from pdfpipe.ocr.auto.speed import forget  # it draws a page, which no other command needs to

    with _told(store):
        removed = store.clear()
        if settings.folder is not None:
            forget(settings.folder)
    say(f"removed {_amount(removed)}", sys.stdout)


def _settings_and_store() -> tuple[CacheSettings, Store]:
    """The cache as the settings of the working folder have it."""
    settings = configuration({}).of_folder(Path()).settings.cache
    assert settings.results is not None  # noqa: S101 - there is a default
    return settings, Store(settings.results, settings.max_bytes)


@contextmanager
def _told(store: Store) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"the cache {shown(store.folder)}: {error.strerror or error}") from error


def _amount(usage: Usage) -> str:
    return f"{count(usage.entries, 'file')}, {size(usage.size)}"
