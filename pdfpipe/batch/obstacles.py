"""What stands in the place of a document and must not be replaced, as failures of the document."""

from __future__ import annotations

from pdfpipe.batch.freshness import Standing, obstacle, standing
from pdfpipe.model.job import DocumentJob, Failure, Stage
from pdfpipe.model.names import shown
from pdfpipe.storage import storage_error

__all__ = ["foreign", "in_the_way"]


def in_the_way(job: DocumentJob, known: frozenset[tuple[str, str]]) -> Failure | None:
    """What has come into the place of the output since the run began."""
    try:
        is_foreign = not job.settings.force and standing(job, known) is Standing.FOREIGN
    except OSError as error:
        return Failure.of(Stage.PUBLISH, storage_error(job.output, error), job.output)
    return foreign(job, known) if is_foreign else None


def foreign(job: DocumentJob, known: frozenset[tuple[str, str]] = frozenset()) -> Failure:
    """What says of a document whose standing is FOREIGN which file is in its way."""
    path = obstacle(job, known)
    made = "made by pdfpipe" if path == job.output else "made with its PDF, or was changed since"
    return Failure(
        Stage.PUBLISH, f"{shown(path)} is there already and was not {made}; --force replaces it", path
    )
