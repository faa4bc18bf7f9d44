"""What becomes of originals once their document is published or has failed."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pdfpipe.batch.watch.folders import Folders
from pdfpipe.batch.watch.notices import Notice, NoticeKind
from pdfpipe.batch.watch.originals import Originals
from pdfpipe.batch.watch.reasons import REASON_SUFFIX, reason_beside, remove_reason, write_reason
from pdfpipe.batch.watch.removal import Removal, StoppedError, unfinished
from pdfpipe.errors import PdfpipeError
from pdfpipe.model.job import Failure
from pdfpipe.model.names import shown
from pdfpipe.model.watch_settings import Done, WatchSettings

__all__ = ["Disposal"]

_PAUSE: Final = 30.0
"""Seconds between two attempts at what cannot be taken away."""


class Disposal:
    """Keeps, moves or deletes originals; what cannot be moved is owed, and tried again from time to time.

    Its methods wait for disks: they are for threads, of which one at a time chooses names and moves files.
    """

    def __init__(self, folders: Folders, settings: WatchSettings) -> None:
        self._folders = folders
        self._deletes = settings.done is Done.DELETE
        self._owed: list[Removal] = []
        self._next_attempt = 0.0
        self._is_stopped = False
        self._lock = threading.Lock()

    def go_on(self) -> None:
        """After `stop`: all is as it was."""
        self._is_stopped = False

    def stop(self) -> None:
        """Copy no more; what was begun is owed, and gone on with after `go_on` or at the next start."""
        self._is_stopped = True

    def take_over(self) -> None:
        """Owe what a killed process had begun.

        Raises:
            OSError: the watched folder cannot be read.

        """
        self._owed = unfinished(self._folders.root)

    @property
    def owed_names(self) -> tuple[str, ...]:
        """The files that ought not to be in the watched folder any more, relative to it."""
        return tuple(name for removal in self._owed for name in removal.names)

    def published(self, originals: Originals, *, lacks_pages: bool = False) -> Notice | None:
        """Do with them as with all whose document is published.

        Where that `lacks_pages`, which were left out for being blank, nothing is deleted.
        """
        with suppress(OSError):
            remove_reason(originals)
        if self._deletes and lacks_pages:
            name = shown(originals.root / originals.name)
            return Notice(NoticeKind.PASSED_OVER, f"not deleted, as blank pages of it were left out: {name}")
        with self._lock:
            if self._deletes:
                return self._carry_out(Removal.of(originals, None), f"deleted {shown(originals.name)}")
            if self._folders.done is None:
                return None
            whole, targets = originals.targets(self._folders.done)
            return self._carry_out(Removal.of(originals, targets), _moved(originals, whole))

    def failed(self, originals: Originals, failures: Iterable[Failure]) -> Notice | None:
        """Do with them as with all that no document could be made of, and say why in a file."""
        with self._lock:
            return self._failed(originals, failures)

    def _failed(self, originals: Originals, failures: Iterable[Failure]) -> Notice | None:
        folder = self._folders.failed
        whole, targets = originals.root / originals.name, None
        if folder is not None:
            whole, targets = originals.targets(folder, beside=(REASON_SUFFIX,))
        try:
            # First the reason: should the process be killed now, it is there all the same.
            write_reason(reason_beside(whole), originals, failures, kept=folder is None)
        except PdfpipeError as error:
            return Notice(NoticeKind.NOT_MOVED, f"the reason cannot be written: {error}")
        if targets is None:
            return None
        return self._carry_out(Removal.of(originals, targets), _moved(originals, whole))

    def settle_debts(self) -> list[Notice]:
        """Try again what could not be done, if it is time for that."""
        now = time.monotonic()
        if not self._owed or now < self._next_attempt:
            return []
        self._next_attempt = now + _PAUSE
        notices, owed = [], []
        with self._lock:
            for removal in self._owed:
                try:
                    removal.carry_out(self._folders.root, lambda: self._is_stopped)
                except (OSError, PdfpipeError, StoppedError):
                    owed.append(removal)
                else:
                    files = ", ".join(shown(name) for name in removal.names)
                    notices.append(Notice(NoticeKind.MOVED, f"taken away: {files}"))
            self._owed = owed
        return notices

    def _carry_out(self, removal: Removal, told: str) -> Notice | None:
        try:
            removal.carry_out(self._folders.root, lambda: self._is_stopped)
        except StoppedError:
            self._owed.append(removal)
            return None
        except (OSError, PdfpipeError) as error:
            self._owed.append(removal)
            self._next_attempt = time.monotonic() + _PAUSE
            reason = error.strerror if isinstance(error, OSError) else str(error)
            names = ", ".join(shown(name) for name in removal.names)
            return Notice(
                NoticeKind.NOT_MOVED,
                f"cannot take {names} away: {reason}; it is not read again, and tried later",
            )
        return Notice(NoticeKind.MOVED, told)


def _moved(originals: Originals, whole: Path) -> str:
    return f"moved {shown(originals.root / originals.name)} to {shown(whole)}"
