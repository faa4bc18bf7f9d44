"""The settings of each folder of a run: those of the caller over the files pdfpipe.toml above the folder."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from pdfpipe.config.file import CONFIG_NAME, DOCUMENT_SUFFIX, read_config
from pdfpipe.config.layers import Layer, explicit
from pdfpipe.config.settings import Merged, merge
from pdfpipe.model.settings import Settings

__all__ = ["Configuration", "document_config"]


class Configuration:
    """Settings that may be others in each folder.

    Least counts the profile of the language, then the pdfpipe.toml of the working folder, then those of
    the scanned folders, the deeper the more, then the file of a document's own, then what the caller gives.
    """

    def __init__(
        self,
        given: Settings | Iterable[Layer] = (),
        *,
        read_files: bool = True,
        working_folder: Path | None = None,
        engines: Collection[str] | None = None,
        defaults: Layer | None = None,
    ) -> None:
        """Read nothing yet.

        `given` counts most; of a `Settings` what is not the default.  Without `read_files` there is no
        pdfpipe.toml.  `engines` are the names that files may use for engines; None for any.
        `defaults` count least.
        """
        self._given = (explicit(given, "given"),) if isinstance(given, Settings) else tuple(given)
        self._read_files = read_files
        self._working_folder = _absolute(working_folder) if working_folder is not None else None
        self._engines = engines
        self._defaults = () if defaults is None else (defaults,)
        self._files: dict[Path, Layer | None] = {}
        self._merged: dict[tuple[str, ...], Merged] = {}
        self._tops: dict[Path, Path] = {}
        self._chains: dict[tuple[Path, Path], tuple[Layer, ...]] = {}

    def of_folder(self, folder: Path, root: Path | None = None) -> Merged:
        """The settings of the scans directly in `folder`, which is `root` or below it.

        Raises:
            UsageError: a pdfpipe.toml cannot be read or makes no sense, or the settings do not.

        """
        layers = self._layers(_absolute(folder), _absolute(root or folder)) if self._read_files else ()
        return self._over(layers)

    def of_file(self, file: Path, root: Path | None = None) -> Merged:
        """The settings of a document made of one file, which is in `root` or below it.

        Beside ``minutes.tif``, ``minutes.pdfpipe.toml`` holds what counts for that document alone.

        Raises:
            UsageError: as `of_folder`.

        """
        own = self._file(_absolute(document_config(file))) if self._read_files else None
        if own is None:
            return self.of_folder(file.parent, root)
        folder = _absolute(file.parent)
        return self._over((*self._layers(folder, _absolute(root) if root is not None else folder), own))

    def _over(self, layers: tuple[Layer, ...]) -> Merged:
        """The settings of files under those that are given."""
        key = tuple(layer.origin for layer in layers)
        if key not in self._merged:
            self._merged[key] = merge([*self._defaults, *layers, *self._given])
        return self._merged[key]

    def _layers(self, folder: Path, root: Path) -> tuple[Layer, ...]:
        """The files that count for a folder, the one that counts least first, each once."""
        working = self._working_folder
        if working is None:
            return self._chain(folder, root)
        if root not in self._tops:
            self._tops[root] = working if root.is_relative_to(working) else root
        top = self._tops[root]
        if top is working or folder.is_relative_to(working):
            return self._chain(folder, top)
        return (*self._chain(working, working), *self._chain(folder, top))

    def _chain(self, folder: Path, top: Path) -> tuple[Layer, ...]:
        """The files from `top` down to a folder; each folder is asked for its own but once."""
        known = self._chains.get((folder, top))
        if known is None:
            above = self._chain(folder.parent, top) if folder != top else ()
            own = self._file(folder / CONFIG_NAME)
            known = self._chains[folder, top] = above if own is None else (*above, own)
        return known

    def _file(self, path: Path) -> Layer | None:
        """What a file says; None if there is none."""
        if path not in self._files:
            try:
                there = path.is_file()
            except OSError:  # the plan will say why the folder cannot be read
                there = False
            self._files[path] = read_config(path, self._engines) if there else None
        return self._files[path]


def document_config(file: Path) -> Path:
    """Where the settings are that count for the document of one file alone."""
    return file.with_name(f"{file.stem}{DOCUMENT_SUFFIX}")


def _absolute(path: Path) -> Path:
    if path.is_absolute() and ".." not in path.parts:
        return path
    # Not resolved: a linked folder belongs where its link stands.
    return Path(os.path.abspath(path))  # noqa: PTH100
