"""One tree of exceptions; each class carries the exit code of a run that it ends.

::

    PdfpipeError                    1  a defect of pdfpipe itself, if nothing below fits
    ├── UsageError                  2  the call makes no sense: arguments, paths, settings
    │   └── OutputConflictError     2  two inputs would write the same output
    ├── MissingDependencyError      3  something must be installed first
    │   ├── MissingLanguageError    3  an OCR model is not there
    │   ├── LicenseError            3  an engine has no licence, or not a good one
    │   └── NewerJournalError       3  a journal is of a newer pdfpipe
    ├── DocumentError               4  one document cannot be published
    │   ├── PageLoadError           4  ... because a page cannot be decoded
    │   ├── TextFileError           4  ... because its text, given in a file, cannot be used
    │   └── ConformanceError        4  ... because it cannot be PDF/A
    ├── RecognitionError            5  an engine failed on a page
    ├── WorkerCrashedError          5  a worker process died under a page
    │   ├── WorkerTimeoutError      5  ... or was ended because the page took too long
    │   └── WorkerMemoryError       5  ... or because it took more memory than it may
    └── StorageError                6  the output cannot be written
        ├── DiskFullError           6  ... because there is no room for it
        └── BatchRunningError       6  ... because another process is at work on it

What happens to one page or one document is recorded as a *value*
(`pdfpipe.model.job.Failure`); the batch goes on.  Only what makes the whole run pointless
(usage, a missing dependency, storage) travels as an exception to the caller.
"""

from __future__ import annotations

from enum import IntEnum

__all__ = [
    "BatchRunningError",
    "ConformanceError",
    "DiskFullError",
    "DocumentError",
    "ExitCode",
    "LicenseError",
    "MissingDependencyError",
    "MissingLanguageError",
    "NewerJournalError",
    "OutputConflictError",
    "PageLoadError",
    "PdfpipeError",
    "RecognitionError",
    "StorageError",
    "TextFileError",
    "UsageError",
    "WorkerCrashedError",
    "WorkerMemoryError",
    "WorkerTimeoutError",
    "exit_code_of",
    "ran_out_of_memory",
]


class ExitCode(IntEnum):
    """What the command returns to the shell."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    MISSING_DEPENDENCY = 3
    DOCUMENTS_FAILED = 4
    PAGES_WITHOUT_TEXT = 5
    STORAGE = 6
    INTERRUPTED = 130


class PdfpipeError(Exception):
    """Base of all errors that pdfpipe raises on purpose."""

    exit_code: ExitCode = ExitCode.INTERNAL


class UsageError(PdfpipeError):
    """The arguments or settings make no sense together."""

    exit_code = ExitCode.USAGE


class OutputConflictError(UsageError):
    """Two inputs of one run would write the same output file."""


class MissingDependencyError(PdfpipeError):
    """A program, package or model must be installed first; the message says how."""

    exit_code = ExitCode.MISSING_DEPENDENCY


class MissingLanguageError(MissingDependencyError):
    """There is no model for a language that was asked for."""


class LicenseError(MissingDependencyError):
    """An engine wants a licence that is not there or not good; the message says what can be done."""


class NewerJournalError(MissingDependencyError):
    """A journal was written by a newer pdfpipe, which is needed to go on with it."""


class DocumentError(PdfpipeError):
    """A document cannot be published."""

    exit_code = ExitCode.DOCUMENTS_FAILED


class PageLoadError(DocumentError):
    """A page image cannot be read or decoded."""


class TextFileError(DocumentError):
    """A file of text cannot be read, or does not fit the page."""


class ConformanceError(DocumentError):
    """A document cannot be the kind of PDF/A that was asked for; the message says why."""


class RecognitionError(PdfpipeError):
    """An OCR engine failed on a page that decodes."""

    exit_code = ExitCode.PAGES_WITHOUT_TEXT


class WorkerCrashedError(PdfpipeError):
    """The process that worked on a page is gone; the message says how it ended."""

    exit_code = ExitCode.PAGES_WITHOUT_TEXT


class WorkerTimeoutError(WorkerCrashedError):
    """The process that worked on a page was ended because it took too long."""


class WorkerMemoryError(WorkerCrashedError):
    """The process that worked on a page had no memory left for it."""


class StorageError(PdfpipeError):
    """No output can be written: no space, a read-only file system."""

    exit_code = ExitCode.STORAGE


class DiskFullError(StorageError):
    """There is no room for an output: on the disk, or within a quota."""


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether this comes of a lack of memory, whatever has been made of it on the way."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        if isinstance(cause, MemoryError):
            return True
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__
    return False


class BatchRunningError(StorageError):
    """Another process makes documents in the same folder; the message says which."""


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code of a run that ends by an exception."""
    if isinstance(error, PdfpipeError):
        return error.exit_code
    return ExitCode.INTERNAL if isinstance(error, Exception) else ExitCode.INTERRUPTED
