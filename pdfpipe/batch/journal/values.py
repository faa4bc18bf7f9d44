"""What a journal says, as frozen values."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

import msgspec

from pdfpipe.batch.journal.lock import Holder
from pdfpipe.errors import ExitCode

__all__ = [
    "BatchState",
    "DocumentState",
    "FailureRow",
    "PageRow",
    "PageState",
    "RunCommand",
    "RunRow",
    "RunState",
    "Status",
    "ToRetry",
]


class DocumentState(Enum):
    """How a document stands."""

    WAITING = "waiting"
    """It was planned, and its run has not come to its end, or never will."""
    PUBLISHED = "published"
    UP_TO_DATE = "up to date"
    """It was published by an earlier run, and the last one found nothing to do."""
    FAILED = "failed"


class PageState(Enum):
    """What came of a page."""

    READ = "read"
    WITHOUT_TEXT = "without text"
    """It shows the scan, and could not be read; the failure says why."""
    FAILED = "failed"
    DROPPED = "dropped"
    """It is blank, or a separator sheet, and was left out of the document."""
    CHECKED = "checked"
    """It was only decoded, since its document had failed already."""


class RunState(Enum):
    """How a run stands in the journal; one that is `RUNNING` there may have been killed since."""

    RUNNING = "running"
    ENDED = "ended"
    KILLED = "killed"


class RunCommand(msgspec.Struct, frozen=True):
    """How a run was started.

    Attributes:
        name: the subcommand, or ``python`` where a program did it.
        arguments: those of the subcommand, but for secrets; paths are relative to `working_folder`.
        working_folder: absolute.
        others: files besides the documents that the run writes, absolute.
        retries: the id of the run some of whose documents are made again; None for one of its own.

    """

    name: str
    arguments: tuple[str, ...]
    working_folder: Path
    others: tuple[Path, ...] = ()
    retries: int | None = None


class RunRow(msgspec.Struct, frozen=True):
    """One run; times are in ISO 8601."""

    id: int
    state: RunState
    command: RunCommand
    version: str
    holder: Holder
    started: str
    ended: str | None
    exit_code: int | None
    error: str | None


class FailureRow(msgspec.Struct, frozen=True):
    """What went wrong with a document, or with one of its pages; `output` is relative to the folder."""

    output: Path
    stage: str
    message: str
    page: int | None = None
    file: Path | None = None

    def __str__(self) -> str:
        where = f"page {self.page}: " if self.page else ""
        return f"{where}{self.message} (at stage {self.stage})"


class PageRow(msgspec.Struct, frozen=True):
    """A page of a document that stands; `confidence` is 0 to 1."""

    output: Path
    number: int
    file: Path
    confidence: float
    words: int


class BatchState(Enum):
    """How the last run of a folder stands."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    """It was killed, stopped, or ended by an error, and has not come to all documents."""


class Status(msgspec.Struct, frozen=True):
    """How the documents of a folder stand.

    Attributes:
        state: of the last run.
        run: the last run; None where the journal was made anew and there was none since.
        holder: the process that is at work.
        documents: how many are in each state.
        pages: of all documents, as far as they are known.
        pages_done: those of documents that are done, and those that the last run has read of others.
        pages_read: by the last run.
        from_cache: those of them whose text was remembered.
        pages_per_second: lately; None unless a run is at work and has read two pages.
        seconds_left: until that run is done.
        failures: of documents that failed.
        without_text: pages of documents that stand which could not be read.
        least_confident: pages of documents that stand, worst first, some of them.

    """

    state: BatchState
    run: RunRow | None
    holder: Holder | None
    documents: dict[DocumentState, int]
    pages: int
    pages_done: int
    pages_read: int
    from_cache: int
    pages_per_second: float | None
    seconds_left: float | None
    failures: tuple[FailureRow, ...]
    without_text: tuple[FailureRow, ...]
    least_confident: tuple[PageRow, ...]

    @property
    def is_unfinished(self) -> bool:
        """Whether documents wait, and nobody is at work."""
        return self.holder is None and bool(self.documents.get(DocumentState.WAITING))

    @property
    def exit_code(self) -> ExitCode:
        """What the command that made the documents would return; of one that runs, as far as it has come."""
        run = self.run
        if self.is_unfinished and run is not None:
            return ExitCode(run.exit_code) if run.exit_code else ExitCode.INTERRUPTED
        if self.documents.get(DocumentState.FAILED):
            return ExitCode.DOCUMENTS_FAILED
        return ExitCode.PAGES_WITHOUT_TEXT if self.without_text else ExitCode.OK


class ToRetry(msgspec.Struct, frozen=True):
    """Documents that a run has planned and that are to be made again; outputs are relative to the folder.

    Those that are `poor` stand, and came out badly: they are made again even if they are up to date.
    """

    run: RunRow
    outputs: frozenset[Path]
    poor: frozenset[Path]
