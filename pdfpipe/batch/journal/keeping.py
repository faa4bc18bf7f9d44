"""Whether a run keeps a journal, and where."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pdfpipe.batch.journal.journal import HOME, Journal
from pdfpipe.batch.journal.values import RunCommand
from pdfpipe.errors import MissingDependencyError, StorageError, UsageError, exit_code_of
from pdfpipe.model.names import shown
from pdfpipe.storage import storage_error

__all__ = ["has_journal", "kept_journal"]

_PDF: Final = ".pdf"
_NOT_TO_BE_WRITTEN: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_FOLDER: Final = (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP)


def has_journal(output: Path) -> bool:
    """Whether what is made for this output has a journal: a folder has, a single document has none.

    Many processes may make single documents in one folder at the same time, as ``make -j`` does.
    """
    return output.suffix.lower() != _PDF or output.is_dir()


@contextmanager
def kept_journal(
    output: Path, command: RunCommand, tell: Callable[[str], object]
) -> Iterator[Journal | None]:
    """The journal of a run; None where there is none, or the folder cannot be written.

    `tell` is given what the user should know.  `Journal.end` is to be called when the run is over; where an
    error or an interrupt ends it, that is done here.

    Raises:
        BatchRunningError: another process is at work in the folder.
        NewerJournalError: the journal is of a newer pdfpipe.
        StorageError: the journal cannot be written.

    """
    journal = _opened(output, command, tell) if has_journal(output) else None
    if journal is None:
        yield None
        return
    try:
        yield journal
    except BaseException as error:
        if isinstance(error, UsageError | MissingDependencyError):  # nothing was done
            journal.undo()
        with suppress(StorageError):  # which may be what ends the run
            journal.end(exit_code_of(error), error)
        raise
    finally:
        journal.close()


def _opened(output: Path, command: RunCommand, tell: Callable[[str], object]) -> Journal | None:
    try:
        journal = Journal(output, command)
    except OSError as error:
        if error.errno in _NO_FOLDER:  # each document says why it cannot be made
            return None
        reason = str(storage_error(output / HOME, error))
        if error.errno in _NOT_TO_BE_WRITTEN:  # what is up to date may stay in such a folder
            tell(f"no journal is kept: {reason}")
            return None
        raise StorageError(reason) from error
    if journal.set_aside is not None:
        tell(
            f"the journal was damaged: it is {shown(journal.set_aside)} now, and was made anew from the "
            "documents"
        )
    return journal
