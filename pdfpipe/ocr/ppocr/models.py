"""Find PP-OCR's networks in the package that brings them, without importing it."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec

from pdfpipe.errors import MissingDependencyError
from pdfpipe.model.names import shown

__all__ = ["PpocrModels", "find_models", "how_to_install", "package_version"]

_PACKAGE: Final = "rapidocr"
_DETECTION: Final = "PP-OCRv6_det_small.onnx"
_RECOGNITION: Final = "PP-OCRv6_rec_small.onnx"

how_to_install: Final = "pip install rapidocr openvino"


class PpocrModels(msgspec.Struct, frozen=True):
    """The files of the two networks."""

    detection: Path
    recognition: Path


def package_version() -> str | None:
    """The version of the package that brings the models; None where it is not installed."""
    try:
        return metadata.version(_PACKAGE)
    except metadata.PackageNotFoundError:
        return None


def find_models() -> PpocrModels:
    """The networks.

    Raises:
        MissingDependencyError: the package is not installed, or a file is missing or has not the size
            that the package's own record gives.

    """
    try:
        files = metadata.distribution(_PACKAGE).files or []
    except metadata.PackageNotFoundError:
        raise MissingDependencyError(
            f"the engine ppocr is not installed; install it: {how_to_install}"
        ) from None
    found: dict[str, Path] = {}
    for file in files:
        if file.name not in (_DETECTION, _RECOGNITION):
            continue
        path = Path(str(file.locate()))
        if not path.is_file():
            continue
        if file.size is not None and path.stat().st_size != file.size:
            raise MissingDependencyError(
                f"PP-OCR's model {shown(path)} is damaged: it has {path.stat().st_size} bytes, not "
                f"{file.size}; reinstall it: pip install --force-reinstall {_PACKAGE}"
            )
        found[file.name] = path
    if len(found) < 2:
        raise MissingDependencyError(
            f"the package {_PACKAGE} {package_version()} does not bring the models {_DETECTION} and "
            f"{_RECOGNITION}; install another version: pip install '{_PACKAGE}>=3.10'"
        )
    return PpocrModels(found[_DETECTION], found[_RECOGNITION])
