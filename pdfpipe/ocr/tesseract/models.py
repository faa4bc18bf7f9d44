"""Find Tesseract's models: in a folder of the user's, in PyPI packages, in the system's folders."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pdfpipe.config.languages import is_known
from pdfpipe.errors import MissingLanguageError

__all__ = ["available_models", "find_models"]

_SUFFIX: Final = ".traineddata"
_ON_PYPI: Final = frozenset({"deu", "eng", "jpn"})
_PYPI_SHARE: Final = Path("share", "tessdata")
_SYSTEM_FOLDERS: Final = (
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tessdata"),
    Path("/usr/local/share/tessdata"),
    Path("/opt/homebrew/share/tessdata"),
)


def find_models(languages: tuple[str, ...], tessdata_dir: Path | None = None) -> dict[str, Path]:
    """The model file of each language; the first folder that has it wins.

    Raises:
        MissingLanguageError: a language has no model; the message says how to install one.

    """
    found: dict[str, Path] = {}
    for language in languages:
        candidates = (folder / f"{language}{_SUFFIX}" for folder in _folders(tessdata_dir))
        model = next((path for path in candidates if path.is_file()), None)
        if model is None:
            raise MissingLanguageError(_how_to_install(language, tessdata_dir))
        found[language] = model
    return found


def available_models(tessdata_dir: Path | None = None) -> dict[str, Path]:
    """Every language with a model, sorted by name; orientation and equation data are not languages."""
    found: dict[str, Path] = {}
    for folder in _folders(tessdata_dir):
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            found.setdefault(path.name.removesuffix(_SUFFIX), path)
    return {name: found[name] for name in sorted(found) if name not in ("osd", "equ")}


def _folders(tessdata_dir: Path | None) -> Iterator[Path]:
    """Where models may be, in the order of preference; the costlier to find, the later."""
    if tessdata_dir is not None:
        yield tessdata_dir
        # TESSDATA_PREFIX has meant the folder itself since Tesseract 4, and its parent before.
        yield tessdata_dir / "tessdata"
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


def _how_to_install(language: str, tessdata_dir: Path | None) -> str:
    ways = (
        [f"apt-get install tesseract-ocr-{language.lower().replace('_', '-')}"] if "/" not in language else []
    )
    if language in _ON_PYPI:
        ways.insert(0, f"pip install tessdata.fast-{language}")
    known = ", ".join(available_models(tessdata_dir)) or "none"
    if not is_known(language):
        return f"'{language}' is no language that Tesseract knows by this name (installed now: {known})"
    ways.append(f"put {language}{_SUFFIX} into a folder and name that with --tessdata-dir")
    return (
        f"there is no Tesseract model for the language '{language}'; install it: {', or '.join(ways)} "
        f"(installed now: {known})"
    )
