"""The file of ``--depfile``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pdfpipe.batch.depfile import depfile, is_depfile
from pdfpipe.errors import DocumentError, StorageError, UsageError
from pdfpipe.model.job import DocumentJob
from pdfpipe.model.names import shown
from pdfpipe.storage import AtomicFile

__all__ = ["write_depfile"]


def write_depfile(path: Path, jobs: Iterable[DocumentJob]) -> None:
    """Write the depfile, whole or not at all.

    Raises:
        UsageError: a file is there that is no depfile, or a name cannot be spelled in it.
        StorageError: it cannot be written.

    """
    content = depfile(jobs, Path.cwd())
    if path.is_file() and not is_depfile(path):
        raise UsageError(f"{shown(path)} is there already and is no depfile of pdfpipe's")
    try:
        file = AtomicFile(path)
        try:
            file.stream.write(content)
            file.commit()
        finally:
            file.discard()
    except (OSError, DocumentError) as error:
        raise StorageError(f"the depfile cannot be written: {error}") from error
