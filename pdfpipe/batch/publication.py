"""The PDF of a document and the sidecars beside it: files that appear together or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import msgspec

from pdfpipe.batch.expectations import Expectations
from pdfpipe.batch.freshness import known_sidecars
from pdfpipe.batch.sidecar_files import SidecarFiles
from pdfpipe.model.job import DocumentJob, PageResult
from pdfpipe.model.proof import ProofJob
from pdfpipe.pdf.digests import fill
from pdfpipe.pdf.proof.expectation import ExpectedPage
from pdfpipe.storage import AtomicFile, Room, commit_together, storage_error

__all__ = ["Publication"]


class Publication:
    """Hidden files beside their targets until `commit`; what is written to `stream` is the PDF.

    Before that, `proof` says what must be found in the PDF when it is read back.  The PDF will be at
    `target`.  `known` are the sidecars that it may replace (`pdfpipe.batch.freshness`).
    """

    def __init__(self, job: DocumentJob, languages: tuple[str, ...], room: Room | None = None) -> None:
        """Begin to write; `languages` are the document's, `room` says what is done on a full disk.

        Raises:
            StorageError, DocumentError: a file cannot be made.

        """
        self.target = job.output
        self.known = known_sidecars(job)
        self._sidecars = SidecarFiles(job, languages, room)
        try:
            self._pdf = AtomicFile(job.output, room)
        except Exception:
            self._sidecars.discard()
            raise
        self._expectations = Expectations(job.output, room)

    @property
    def stream(self) -> BinaryIO:
        """What the PDF is written to."""
        return self._pdf.stream

    @property
    def path(self) -> Path:
        """Where that is until it is published."""
        return self._pdf.path

    @property
    def pages(self) -> int:
        """How many pages there are so far."""
        return len(self._expectations)

    def add(self, page: PageResult, expected: ExpectedPage) -> None:
        """Write the next page, which has a content, into the sidecars, and note what the PDF must have of it.

        Raises:
            StorageError, DocumentError: it cannot be written.

        """
        try:
            self._expectations.add(expected)
        except OSError as error:
            raise storage_error(self.target, error) from error
        self._sidecars.add(msgspec.structs.replace(page, number=self.pages))

    def finish(self) -> tuple[tuple[str, str], ...]:
        """Write the ends of the sidecars; returns what the PDF's marker says of them.

        Raises:
            StorageError, DocumentError: they cannot be written.

        """
        return self._sidecars.finish()

    def flush(self) -> None:
        """Have all bytes written that are to be proved, and what is expected of them.

        Raises:
            StorageError, DocumentError: they cannot be written.

        """
        try:
            self.stream.flush()
            self._expectations.flush()
        except OSError as error:
            raise storage_error(self.target, error) from error

    def proof(self, start: int, stop: int) -> ProofJob:
        """What to prove of pages from `start` until before `stop`, counted from 0; the PDF is whole, and all
        is flushed.

        Raises:
            StorageError: what is expected of them cannot be read.

        """
        try:
            expected = self._expectations.read(start, stop)
        except OSError as error:
            raise storage_error(self.target, error) from error
        return ProofJob(self._pdf.path, self.pages, start + 1, expected)

    def commit(self, digests_at: int, digests: bytes) -> int:
        """Make all files appear, the PDF last: where it is, they are.  Returns the PDF's size in bytes.

        The PDF has room for the digests of its pages, which the proof has found, at `digests_at`.

        Raises:
            StorageError, DocumentError: one cannot be written.

        """
        try:
            fill(self.stream, digests_at, digests)
        except OSError as error:
            raise storage_error(self.target, error) from error
        return commit_together([*self._sidecars.files, self._pdf])

    def discard(self) -> None:
        """Remove what has been written, unless it has been published."""
        self._sidecars.discard()
        self._pdf.discard()
        self._expectations.close()
