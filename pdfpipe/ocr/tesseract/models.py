"""Find Tesseract's models: in a folder of the user's, in PyPI packages, in the system's folders."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pdfpipe.config.languages import is_known, nearest_language
from pdfpipe.errors import MissingDependencyError, MissingLanguageError
from pdfpipe.model.engine_settings import Tessdata
from pdfpipe.model.names import shown
from pdfpipe.ocr.tesseract.catalogue import (
    ALL_MODELS,
    OSD,
    SCRIPT_PREFIX,
    SCRIPTS,
    debian_package,
    pypi_package,
)
from pdfpipe.ocr.tesseract.traineddata import inspect

__all__ = [
    "available_models",
    "check_models",
    "find_models",
    "find_osd",
    "installable_models",
    "models_there",
    "ways_to_install",
]

_SUFFIX: Final = ".traineddata"
_PYPI_SHARE: Final = Path("share", "tessdata")
_SYSTEM_FOLDERS: Final = (
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tessdata"),
    Path("/usr/local/share/tessdata"),
    Path("/opt/homebrew/share/tessdata"),
)
_SETS: Final = ("tessdata", "tessdata_fast", "tessdata_best")
"""The repositories of Tesseract's authors: folders of the user's hold copies under these names."""


def find_models(
    languages: tuple[str, ...], tessdata_dir: Path | None = None, kind: Tessdata | None = None
) -> dict[str, Path]:
    """The model file of each language; the first folder that has it, of this set if one is named, wins.

    Raises:
        MissingLanguageError: a language has no model; the message says how to install one.
        MissingDependencyError: a set is named, and to find it a file had to be read that is damaged.

    """
    return {language: _find(language, tessdata_dir, kind) for language in languages}


def models_there(languages: Iterable[str], tessdata_dir: Path | None = None) -> list[Path]:
    """The model files of those languages that have one."""
    found = []
    for language in languages:
        with contextlib.suppress(MissingLanguageError):
            found.append(_find(language, tessdata_dir, None))
    return found


def find_osd(tessdata_dir: Path | None = None) -> Path:
    """The data by which Tesseract tells a page's orientation and script.

    Raises:
        MissingLanguageError: they are not there.

    """
    return next(_candidates(OSD, tessdata_dir), None) or _raise_missing(OSD, tessdata_dir, None, [])


def check_models(models: Iterable[Path]) -> None:
    """Find out from what the files hold whether Tesseract can load them.

    Raises:
        MissingDependencyError: one is damaged or not for Tesseract's LSTM engine.

    """
    for path in models:
        if inspect(path).kind is None:
            raise MissingDependencyError(
                f"Tesseract's model {shown(path)} is one of Tesseract 3, without a network for the LSTM "
                "engine; install a newer one"
            )


def available_models(tessdata_dir: Path | None = None) -> dict[str, Path]:
    """Every language with a model, sorted by name; orientation and equation data are not languages.

    Scripts are there as ``script/Latin``, also where the file lies among the languages, as Debian's do.
    """
    found: dict[str, Path] = {}
    for folder in _folders(tessdata_dir):
        for path in (*sorted(folder.glob(f"*{_SUFFIX}")), *sorted(folder.glob(f"script/*{_SUFFIX}"))):
            name = path.name.removesuffix(_SUFFIX)
            is_script = name in SCRIPTS or path.parent.name == "script"
            found.setdefault(f"{SCRIPT_PREFIX}{name}" if is_script else name, path)
    return {name: found[name] for name in sorted(found) if name not in (OSD, "equ")}


def installable_models(tessdata_dir: Path | None = None) -> dict[str, str]:
    """Every language and script that has no model here, with the command that brings it."""
    available = available_models(tessdata_dir)
    return {model: _commands(model, None)[0] for model in ALL_MODELS if model not in available}


def ways_to_install(model: str, kind: Tessdata | None = None) -> str:
    """What to do for a model (of this set) that is not there."""
    ways = [*_commands(model, kind), _by_hand(model, kind)]
    return ", or ".join(ways)


def _find(language: str, tessdata_dir: Path | None, kind: Tessdata | None) -> Path:
    others: list[tuple[Path, Tessdata | None]] = []
    for path in _candidates(language, tessdata_dir):
        if kind is None or (found := inspect(path).kind) is kind:
            return path
        others.append((path, found))
    return _raise_missing(language, tessdata_dir, kind, others)


def _candidates(language: str, tessdata_dir: Path | None) -> Iterator[Path]:
    names = [f"{language}{_SUFFIX}"]
    if language.startswith(SCRIPT_PREFIX):
        names.append(names[0].removeprefix(SCRIPT_PREFIX))
    return (path for folder in _folders(tessdata_dir) for name in names if (path := folder / name).is_file())


def _folders(tessdata_dir: Path | None) -> Iterator[Path]:
    """Where models may be, in the order of preference; the costlier to find, the later."""
    if tessdata_dir is not None:
        yield tessdata_dir
        # TESSDATA_PREFIX has meant the folder itself since Tesseract 4, and its parent before.
        yield from (tessdata_dir / name for name in _SETS)
    yield Path(sys.prefix) / _PYPI_SHARE
    yield from _package_folders()
    yield from _SYSTEM_FOLDERS


def _package_folders() -> Iterator[Path]:
    """Where the packages tessdata and tessdata.fast-… put their files, if not below `sys.prefix`."""
    from importlib import metadata

    try:
        files = metadata.distribution("tessdata").files or []
    except metadata.PackageNotFoundError:
        return
    for file in files:
        if file.name.endswith(_SUFFIX):
            yield Path(str(file.locate())).resolve().parent


def _raise_missing(
    model: str,
    tessdata_dir: Path | None,
    kind: Tessdata | None,
    others: list[tuple[Path, Tessdata | None]],
) -> Path:
    known = ", ".join(available_models(tessdata_dir)) or "none"
    if model == OSD:
        raise MissingLanguageError(
            f"Tesseract's data for orientation and script ({OSD}{_SUFFIX}) are not there; "
            f"install them: {ways_to_install(OSD)}"
        )
    if others and kind is not None:
        found = ", ".join(f"{shown(path)} is {of.value if of else 'of Tesseract 3'}" for path, of in others)
        raise MissingLanguageError(
            f"there is no {kind.value} Tesseract model for '{model}' ({found}); "
            f"install it: {ways_to_install(model, kind)}; or leave the choice of a set away"
        )
    if debian_package(model) is None and (model.startswith(SCRIPT_PREFIX) or not is_known(model)):
        nearest = nearest_language(model)
        hint = f"; is '{nearest}' meant?" if nearest else ""
        raise MissingLanguageError(
            f"'{model}' is no language that Tesseract knows by this name{hint} (installed now: {known})"
        )
    raise MissingLanguageError(
        f"there is no Tesseract model for the language '{model}'; "
        f"install it: {ways_to_install(model, kind)} (installed now: {known})"
    )


def _commands(model: str, kind: Tessdata | None) -> list[str]:
    """Commands that install a model; Debian has the set *fast* only."""
    commands = []
    if package := pypi_package(model, kind):
        commands.append(f"pip install {package}")
    if kind in (None, Tessdata.FAST) and (package := debian_package(model)):
        commands.append(f"apt-get install {package}")
    return commands


def _by_hand(model: str, kind: Tessdata | None) -> str:
    if kind is None:
        return f"put {model}{_SUFFIX} into a folder and name that with --tessdata-dir"
    repository = {Tessdata.STANDARD: "tessdata"}.get(kind, f"tessdata_{kind.value}")
    return (
        f"put {model}{_SUFFIX} of Tesseract's repository {repository} into a folder "
        "and name that with --tessdata-dir"
    )
