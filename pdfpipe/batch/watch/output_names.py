"""Under which name the PDF of an arrival goes, so that none is ever lost to another of the same name."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from pdfpipe.batch.freshness import Standing, digest, standing
from pdfpipe.batch.watch.originals import numbered
from pdfpipe.model.job import DocumentJob
from pdfpipe.pdf.marker import read_marker

__all__ = ["OutputNames"]


class OutputNames:
    """Gives each document an output that no other has: ``scan.pdf``, then ``scan-2.pdf``, and so on.

    Where originals are taken away, a PDF that is there already is of an earlier scan of the same name, and is
    never replaced.  Where they are kept, the output mirrors them: the PDF of a scan that has been changed is
    replaced.
    """

    def __init__(self, *, mirrors: bool) -> None:
        self._mirrors = mirrors
        self._owners: dict[str, str] = {}

    def assign(self, job: DocumentJob, owner: str) -> tuple[DocumentJob, bool]:
        """The job with its output, and whether that has been made from these very scans already.

        `owner` tells documents apart; the output is its own until it is released.
        """
        chosen: DocumentJob | None = None
        for output in numbered(job.output):
            if self._owners.get(_key(output), owner) != owner:
                continue
            candidate = msgspec.structs.replace(job, output=output)
            if job.settings.force:
                chosen = candidate
                break
            if not _is_taken(candidate):
                chosen = chosen or candidate
                break
            if _is_made(candidate):
                self._owners[_key(output)] = owner
                return candidate, True
            if self._mirrors and chosen is None and _is_outdated(candidate):
                chosen = candidate
        assert chosen is not None  # noqa: S101 - numbers do not end
        self._owners[_key(chosen.output)] = owner
        return chosen, False

    def release(self, output: Path) -> None:
        """The document has been published or has failed; what stands there now tells for itself."""
        if not self._mirrors:
            self._owners.pop(_key(output), None)


def _key(output: Path) -> str:
    return os.path.normcase(output)


def _is_taken(job: DocumentJob) -> bool:
    files = (job.output, *(sidecar.beside(job.output) for sidecar in job.settings.sidecars))
    return any(os.path.lexists(file) for file in files)


def _is_made(job: DocumentJob) -> bool:
    """Whether the output was made with these settings from these files, whatever clocks say of when."""
    if job.failure is not None or any(page.stamp is None for page in job.pages):
        return False
    try:
        marker = read_marker(job.output)
    except OSError:
        return False
    is_whole = all(sidecar.beside(job.output).is_file() for sidecar in job.settings.sidecars)
    return is_whole and marker is not None and marker.digest == digest(job)


def _is_outdated(job: DocumentJob) -> bool:
    try:
        return standing(job) in (Standing.OUTDATED, Standing.UP_TO_DATE)
    except OSError:
        return False
