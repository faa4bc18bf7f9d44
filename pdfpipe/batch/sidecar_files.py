"""The files beside a PDF with its text, written page by page and published with it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from pdfpipe.config.languages import bcp47
from pdfpipe.formats.values import SidecarDocument, SidecarPage
from pdfpipe.formats.writing import FORMATS
from pdfpipe.model.job import DocumentJob, PageResult
from pdfpipe.model.names import shown
from pdfpipe.model.sheet_settings import BlankPages
from pdfpipe.model.sidecar import Sidecar
from pdfpipe.storage import AtomicFile, Room, storage_error

__all__ = ["SidecarFiles", "file_digest"]

_DIGITS: Final = 32


class SidecarFiles:
    """All sidecars of one document; none for a document without any."""

    def __init__(self, job: DocumentJob, languages: tuple[str, ...], room: Room | None = None) -> None:
        """Begin to write; `room` says what is done on a full disk.

        Raises:
            StorageError, DocumentError: a file cannot be made.

        """
        title = job.settings.metadata.title
        self._document = SidecarDocument(
            shown(job.name if title is None else title),
            tuple(map(bcp47, languages)),
            len(job.pages) if job.settings.sheets.blank is not BlankPages.DROP else None,
            job.settings.engine,
        )
        self._files: list[_SidecarFile] = []
        try:
            for sidecar in job.settings.sidecars:
                self._files.append(_SidecarFile(sidecar, job.output, room))
            for file in self._files:
                file.write(FORMATS[file.sidecar].head(self._document))
        except Exception:
            self.discard()
            raise

    def add(self, result: PageResult) -> None:
        """Write the next page.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        if not self._files:
            return
        page = _page(result)
        for file in self._files:
            file.write(FORMATS[file.sidecar].page(page, self._document))

    def finish(self) -> tuple[tuple[str, str], ...]:
        """Write the ends; returns the format and the digest of each file.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        for file in self._files:
            file.write(FORMATS[file.sidecar].tail(self._document))
        return tuple((file.sidecar.value, file.digest) for file in self._files)

    @property
    def files(self) -> list[AtomicFile]:
        """What is to be published before the PDF."""
        return [file.atomic for file in self._files]

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        for file in self._files:
            file.atomic.discard()


def file_digest(path: Path) -> str:
    """The digest of a file's bytes.

    Raises:
        OSError: it cannot be read.

    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:_DIGITS]


class _SidecarFile:
    def __init__(self, sidecar: Sidecar, pdf: Path, room: Room | None) -> None:
        self.sidecar = sidecar
        self._target = sidecar.beside(pdf)
        self.atomic = AtomicFile(self._target, room)
        self._hash = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()[:_DIGITS]

    def write(self, text: str) -> None:
        data = text.encode("utf-8")
        self._hash.update(data)
        try:
            self.atomic.stream.write(data)
        except OSError as error:
            raise storage_error(self._target, error) from error


def _page(result: PageResult) -> SidecarPage:
    content = result.content
    assert content is not None  # noqa: S101 - a page without is not published
    return SidecarPage(
        number=result.number,
        file=shown(result.source.path.name),
        width=content.width,
        height=content.height,
        resolution=content.resolution,
        frame=result.source.frame,
        dpi_source=result.dpi_source,
        text=content.text,
        notes=(*result.notes, *result.complaints),
        failure=result.failure.message if result.failure is not None else None,
        half=result.source.half,
    )
