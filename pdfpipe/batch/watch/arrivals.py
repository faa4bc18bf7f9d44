"""Which files in a watched folder belong together, and are read when all of them have settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import msgspec

from pdfpipe.batch.watch.reasons import REASON_SUFFIX
from pdfpipe.batch.watch.settling import PARTIAL_SUFFIXES, is_hidden, is_partial
from pdfpipe.config.file import CONFIG_NAME, DOCUMENT_SUFFIX
from pdfpipe.model.job import FileStamp
from pdfpipe.model.settings import Grouping

__all__ = ["Arrival", "arrivals"]


class Arrival(msgspec.Struct, frozen=True):
    """Files that have come together.

    Attributes:
        name: of the file, or of the folder directly in the watched one, relative to that.
        is_folder: which of the two it is.
        files: their relative paths and stamps, by name; settings that are theirs alone among them.
        signs: files beside them that are no scans, but tell by changing that something is being written.

    """

    name: str
    is_folder: bool
    files: tuple[tuple[str, FileStamp], ...]
    signs: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All files that must have settled."""
        return (*(name for name, _ in self.files), *self.signs)


def arrivals(files: Mapping[str, FileStamp], grouping: Callable[[str], Grouping]) -> list[Arrival]:
    """Group files, given by their paths relative to the watched folder, in the order of their names.

    A file directly in it is alone, and so is one in a folder whose `grouping` is by file; with it goes what
    is called after it: ``NAME.pdfpipe.toml`` and, as signs, ``NAME.tif.part`` and the like.  All others come
    with the folder directly in the watched one that they are in, however deep: while a part of that is
    copied, the rest waits.
    """
    found: list[Arrival] = []
    together: dict[str, tuple[list[str], list[str]]] = {}
    by_file = {"": True}
    for name in files:
        if name.endswith(REASON_SUFFIX):
            continue
        folder = name.rpartition("/")[0]
        if folder not in by_file:
            by_file[folder] = grouping(folder) is Grouping.FILE
        is_sign = is_hidden(name) or is_partial(name)
        if not by_file[folder]:
            scans, signs = together.setdefault(name.partition("/")[0], ([], []))
            (signs if is_sign else scans).append(name)
        elif not is_sign and not _is_config(name):
            found.append(_alone(name, files))
    found += [
        Arrival(name, True, _stamped(scans, files), tuple(signs))
        for name, (scans, signs) in together.items()
        if scans
    ]
    return sorted(found, key=lambda arrival: arrival.name)


def _alone(name: str, files: Mapping[str, FileStamp]) -> Arrival:
    own = f"{name.removesuffix(PurePosixPath(name).suffix)}{DOCUMENT_SUFFIX}"
    signs = tuple(f"{name}{suffix}" for suffix in PARTIAL_SUFFIXES if f"{name}{suffix}" in files)
    return Arrival(name, False, _stamped([name, own] if own in files else [name], files), signs)


def _is_config(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last == CONFIG_NAME or last.endswith(DOCUMENT_SUFFIX)


def _stamped(names: list[str], files: Mapping[str, FileStamp]) -> tuple[tuple[str, FileStamp], ...]:
    return tuple((name, files[name]) for name in sorted(names))
