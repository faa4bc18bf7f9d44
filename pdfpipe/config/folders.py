"""The settings of each folder of a run: those of the caller over the files pdfpipe.toml above the folder."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

import msgspec

from pdfpipe.config.file import CONFIG_NAME, read_config
from pdfpipe.config.layers import Layer, explicit
from pdfpipe.config.settings import Merged, merge
from pdfpipe.model.settings import Settings

__all__ = ["Configuration"]


class Configuration:
    """Settings that may be others in each folder.

    Least counts the profile of the language, then the pdfpipe.toml of the working folder, then those of
    the scanned folders, the deeper the more, then what the caller gives.
    """

    def __init__(
        self,
        given: Settings | Iterable[Layer] = (),
        *,
        read_files: bool = True,
        working_folder: Path | None = None,
        engines: Collection[str] | None = None,
    ) -> None:
        """Read nothing yet.

        `given` counts most; of a `Settings` what is not the default.  Without `read_files` there is no
        pdfpipe.toml.  `engines` are the names that files may use for engines; None for any.
        """
        self._given = (explicit(given, "given"),) if isinstance(given, Settings) else tuple(given)
        self._read_files = read_files
        self._working_folder = _absolute(working_folder) if working_folder is not None else None
        self._engines = engines
        self._files: dict[Path, Layer | None] = {}
        self._merged: dict[tuple[str, ...], Merged] = {}

    def of_folder(self, folder: Path, root: Path | None = None) -> Merged:
        """The settings of the scans directly in `folder`, which is `root` or below it.

        Raises:
            UsageError: a pdfpipe.toml cannot be read or makes no sense, or the settings do not.

        """
        layers = self._layers(_absolute(folder), _absolute(root or folder)) if self._read_files else []
        key = tuple(layer.origin for layer in layers)
        if key not in self._merged:
            merged = merge([*layers, *self._given])
            files = tuple(layer.folder / CONFIG_NAME for layer in layers if layer.folder is not None)
            self._merged[key] = msgspec.structs.replace(merged, files=files)
        return self._merged[key]

    def _layers(self, folder: Path, root: Path) -> list[Layer]:
        """The files that count for a folder, the one that counts least first, each once."""
        top = root
        first: list[Path] = []
        if self._working_folder is not None:
            if root.is_relative_to(self._working_folder):
                top = self._working_folder
            elif not folder.is_relative_to(self._working_folder):
                first = [self._working_folder]
        below = [folder, *folder.parents]
        chain = [*first, *reversed(below[: below.index(top) + 1])]
        return [layer for one in chain if (layer := self._file(one)) is not None]

    def _file(self, folder: Path) -> Layer | None:
        """What the pdfpipe.toml directly in a folder says; None if there is none."""
        if folder not in self._files:
            path = folder / CONFIG_NAME
            try:
                there = path.is_file()
            except OSError:  # the plan will say why the folder cannot be read
                there = False
            self._files[folder] = read_config(path, self._engines) if there else None
        return self._files[folder]


def _absolute(path: Path) -> Path:
    # Not resolved: a linked folder belongs where its link stands.
    return Path(os.path.abspath(path))  # noqa: PTH100
