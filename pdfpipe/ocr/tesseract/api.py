"""The one place where tesserocr is imported: it costs 10 MB, and only who reads pages shall pay."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import tesserocr
from PIL import Image
from tesserocr import DIR, OEM, PSM, RIL, PyTessBaseAPI

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.names import shown

__all__ = ["DIR", "OEM", "PSM", "RIL", "library_version", "open_api", "set_image"]

_SUFFIX = ".traineddata"


def library_version() -> str:
    """The versions of Tesseract and of the libraries that it uses."""
    return str(tesserocr.tesseract_version())


def open_api(
    models: Mapping[str, Path],
    languages: tuple[str, ...],
    *,
    mode: int,
    engine: int = OEM.LSTM_ONLY,
    lists: Mapping[str, str] | None = None,
) -> Any:
    """Tesseract with its models loaded; tesserocr has no types.

    Args:
        models: file of each language, and of `osd` where the mode needs it.
        languages: those to read.
        mode: page segmentation mode.
        engine: one of `OEM`.
        lists: names of Tesseract's variables for files, and what shall stand in the files.

    Raises:
        MissingDependencyError: Tesseract cannot load a model.

    """
    tesserocr.set_leptonica_log_level(tesserocr.LeptLogLevel.NONE)
    with tempfile.TemporaryDirectory(prefix="pdfpipe-lists-") as temporary, _one_folder(models) as folder:
        # Words and patterns are read while Tesseract is made, and never again.
        variables = {}
        for name, content in (lists or {}).items():
            file = Path(temporary, name)
            file.write_text(content, encoding="utf-8")
            variables[name] = str(file)
        try:
            return PyTessBaseAPI(
                path=f"{folder}/", lang="+".join(languages), psm=mode, oem=engine, variables=variables
            )
        except RuntimeError as error:
            files = ", ".join(shown(path) for path in models.values())
            raise MissingDependencyError(f"Tesseract cannot load its models ({files}): {error}") from error


def set_image(api: Any, pixels: Image.Image, dpi: float) -> None:
    """Hand a page over; all but black and white is made gray."""
    width, height = pixels.size
    if pixels.mode == "1":
        api.SetImageBytes(pixels.tobytes(), width, height, 0, (width + 7) // 8)
    else:
        api.SetImageBytes(pixels.convert("L").tobytes(), width, height, 1, width)
    api.SetSourceResolution(round(dpi))


@contextlib.contextmanager
def _one_folder(models: Mapping[str, Path]) -> Iterator[Path]:
    """A folder that holds all models under their names: Tesseract takes no more than one."""
    files = {language: f"{language}{_SUFFIX}" for language in models}
    roots = {
        Path(str(path).removesuffix(files[language])) if str(path).endswith(f"/{files[language]}") else None
        for language, path in models.items()
    }
    if len(roots) == 1 and (root := roots.pop()) is not None:
        yield root
        return
    with tempfile.TemporaryDirectory(prefix="pdfpipe-tessdata-") as temporary:
        for language, path in models.items():
            link = Path(temporary, files[language])
            link.parent.mkdir(exist_ok=True)  # for script/Latin
            link.symlink_to(path.absolute())
        yield Path(temporary)
