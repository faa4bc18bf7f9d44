"""Remove what a killed run has left: hidden files, and sidecars whose PDF did not come to appear."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pdfpipe.batch.pdf_document_task import layers_of
from pdfpipe.batch.sidecar_files import file_digest
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.pdf.marker import read_marker
from pdfpipe.storage import abandoned

__all__ = ["sweep", "sweep_files"]


def sweep(outputs: Iterable[Path]) -> None:
    """Remove what was left of these documents; what a living process is writing stays.

    A PDF that was whole, but for its name, tells which of the sidecars beside its place are its own: they
    had appeared already, and go with it, as if they never had (`pdfpipe.storage.commit_together`).
    """
    for output in outputs:
        with abandoned(output) as part:
            if part is not None:
                _retract(output, _sidecars(part) - _sidecars(output))
        sweep_files([layers_of(output), *(sidecar.beside(output) for sidecar in Sidecar)])


def sweep_files(targets: Iterable[Path]) -> None:
    """Remove what was left of other files."""
    for target in targets:
        with abandoned(target):
            pass


def _sidecars(pdf: Path) -> frozenset[tuple[str, str]]:
    """The formats and digests of the files that belong to a PDF."""
    try:
        marker = read_marker(pdf)
    except OSError:
        return frozenset()
    return frozenset(marker.sidecars) if marker is not None else frozenset()


def _retract(output: Path, own: frozenset[tuple[str, str]]) -> None:
    for sidecar in Sidecar:
        path = sidecar.beside(output)
        with suppress(OSError):
            if (sidecar.value, file_digest(path)) in own:
                path.unlink()
