"""The originals of a document, and where they go when they are taken out of the watched folder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from pdfpipe.model.job import FileStamp

__all__ = ["Original", "Originals", "numbered"]


class Original(msgspec.Struct, frozen=True):
    """A file that a document was made from, and how it was when it was read."""

    path: Path
    stamp: FileStamp

    @property
    def is_unchanged(self) -> bool:
        """Whether it is there, as it was."""
        try:
            status = self.path.stat()
        except OSError:
            return False
        return FileStamp(status.st_size, status.st_mtime_ns) == self.stamp


class Originals(msgspec.Struct, frozen=True):
    """The originals of one document.

    Attributes:
        root: the watched folder, above all of them.
        name: of the document's file, or of its folder, relative to `root`.
        files: the originals.
        is_folder: whether `name` is a folder.
        folder: removed with the last file in it; None where more files may come.

    """

    root: Path
    name: Path
    files: tuple[Original, ...]
    is_folder: bool = False
    folder: Path | None = None

    def are_unchanged(self) -> bool:
        """Whether all are there, as they were."""
        return all(file.is_unchanged for file in self.files)

    def targets(self, folder: Path, *, beside: Sequence[str] = ()) -> tuple[Path, tuple[Path, ...]]:
        """Where the document's name and each file go in `folder`, under a name at which nothing is there.

        The tree of folders is kept.  `beside` are endings of names of files that are to have room there too.
        """
        for name in numbered(self.name, is_folder=self.is_folder):
            whole = folder / name
            targets = tuple(self._target(original.path, folder, name) for original in self.files)
            beside_it = [whole.with_name(f"{whole.name}{ending}") for ending in beside]
            if not any(os.path.lexists(path) for path in (*targets, *beside_it)):
                return whole, targets
        raise AssertionError("numbers do not end")

    def _target(self, path: Path, folder: Path, name: Path) -> Path:
        inside = path.relative_to(self.root)
        if self.is_folder:
            return folder / name / inside.relative_to(self.name)
        # What goes with a file is called after it: scan.tif and scan.pdfpipe.toml.
        return folder / name.with_name(name.stem + inside.name.removeprefix(self.name.stem))


def numbered(name: Path, *, is_folder: bool = False) -> Iterator[Path]:
    """The name, then the same with a 2, a 3, and so on: ``scan.tif``, ``scan-2.tif``."""
    yield name
    stem, suffix = (name.name, "") if is_folder else (name.stem, name.suffix)
    number = 2
    while True:
        yield name.with_name(f"{stem}-{number}{suffix}")
        number += 1
