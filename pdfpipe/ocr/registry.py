"""Engines by name: those of this package, and those of others, found by their entry points."""

from __future__ import annotations

from functools import lru_cache, partial
from importlib import import_module
from typing import Any, Final

from pdfpipe.errors import MissingDependencyError, UsageError
from pdfpipe.ocr.cache.engine import CachedEngine
from pdfpipe.ocr.cache.fingerprint import fingerprint
from pdfpipe.ocr.cache.results import opened
from pdfpipe.ocr.engine import CacheablePlugin, Engine, EngineDescription, EnginePlugin, EngineSpec

__all__ = [
    "ENTRY_POINT_GROUP",
    "check_engine",
    "describe_engine",
    "engine_fingerprint",
    "engine_names",
    "make_engine",
    "warm_engine",
]

ENTRY_POINT_GROUP: Final = "pdfpipe.engines"
_OWN: Final = {
    "auto": "pdfpipe.ocr.auto.plugin",
    "tesseract": "pdfpipe.ocr.tesseract.plugin",
    "ppocr": "pdfpipe.ocr.ppocr.plugin",
    "aspose": "pdfpipe.ocr.aspose.plugin",
    "scripted": "pdfpipe.ocr.scripted",
    "none": "pdfpipe.ocr.none",
}
_HIDDEN: Final = frozenset({"scripted", "none"})


def engine_names() -> tuple[str, ...]:
    """The engines that can be asked for: our own first, then those of other packages."""
    own = [name for name in _OWN if name not in _HIDDEN]
    return (*own, *sorted(set(_foreign()) - set(_OWN)))


def check_engine(spec: EngineSpec) -> None:
    """Find out, without loading an engine, whether this one could be made.

    Raises:
        UsageError: there is no engine of this name.
        MissingDependencyError: it is not installed.
        MissingLanguageError: it lacks a language.

    """
    _plugin(spec.name).check(spec)


def describe_engine(spec: EngineSpec) -> EngineDescription:
    """What the engine of this name is and has.

    Raises:
        UsageError: there is no engine of this name.
        MissingDependencyError: the package that brings it cannot be imported.

    """
    return _plugin(spec.name).describe(spec)


def make_engine(spec: EngineSpec) -> Engine:
    """A new engine, which nobody else uses; with a cache, if the spec has one and the engine can be cached.

    Raises:
        UsageError, MissingDependencyError, MissingLanguageError: as `check_engine`.

    """
    plugin = _plugin(spec.name)
    cache = opened(spec.cache)
    known_by = engine_fingerprint(spec) if cache is not None else None
    if cache is None or known_by is None:
        return plugin.make(spec)
    return CachedEngine(partial(plugin.make, spec), known_by, cache)


def engine_fingerprint(spec: EngineSpec) -> str | None:
    """All that the engine's readings depend on besides the page, in few letters; None if that is not known.

    Raises:
        UsageError, MissingDependencyError: there is no engine of this name, or it cannot be imported.

    """
    plugin = _plugin(spec.name)
    if not isinstance(plugin, CacheablePlugin):
        return None
    try:
        own = plugin.fingerprint(spec)
    except Exception:  # noqa: BLE001 - foreign code; what is wrong will be told when the engine is made
        return None
    if own is None:
        return None
    entry = _foreign().get(spec.name) if spec.name not in _OWN else None
    return fingerprint(spec.name, entry.dist.version if entry is not None and entry.dist else None, own)


@lru_cache(maxsize=16)
def warm_engine(spec: EngineSpec) -> Engine:
    """The engine of this process for `spec`, made on first use and kept.

    Raises:
        UsageError, MissingDependencyError, MissingLanguageError: as `check_engine`.

    """
    return make_engine(spec)


def _plugin(name: str) -> EnginePlugin:
    if name in _OWN:
        plugin: EnginePlugin = import_module(_OWN[name]).PLUGIN
        return plugin
    try:
        entry = _foreign()[name]
    except KeyError:
        known = ", ".join(engine_names())
        raise UsageError(f"there is no OCR engine '{name}' (there are: {known})") from None
    try:
        loaded: EnginePlugin = entry.load()
    except Exception as error:
        raise MissingDependencyError(
            f"the OCR engine '{name}' of the package {entry.dist.name if entry.dist else '?'} "
            f"cannot be imported: {type(error).__name__}: {error}"
        ) from error
    return loaded


@lru_cache(maxsize=1)
def _foreign() -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=ENTRY_POINT_GROUP)}
