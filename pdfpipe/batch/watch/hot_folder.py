"""The watched folder from one look to the next: what has come, has settled, and has not been read yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pdfpipe.batch.watch.arrivals import Arrival, arrivals
from pdfpipe.batch.watch.listing import list_files
from pdfpipe.batch.watch.open_files import has_leases, is_being_written
from pdfpipe.batch.watch.settling import Settling
from pdfpipe.model.settings import Grouping

__all__ = ["HotFolder"]


class HotFolder:
    """Remembers by sizes and times of modification what was read, as long as it is there.

    All is to be called by one thread, which may have to wait for a slow disk.
    """

    def __init__(self, root: Path, skipped: Iterable[str], settle: float) -> None:
        self.unreadable: dict[str, str] = {}
        """The folders in it that could not be listed at the last look, with the reasons."""
        self.unsettled: tuple[str, ...] = ()
        """What was there at the last look and had not settled."""
        self._root = root
        self._skipped = frozenset(skipped)
        self._settling = Settling(settle)
        self._can_tell_open = has_leases(root)
        self._read: dict[str, Arrival] = {}
        self._busy: dict[str, int] = {}
        self._again: set[str] = set()
        self._reasons: dict[str, set[str]] = {}
        self._withheld: set[str] = set()
        self._is_quiet = False

    def look(self, grouping: Callable[[str], Grouping], now: float) -> list[Arrival]:
        """List the folder; returns what has settled and not been read, by name.

        Raises:
            OSError: the folder is gone.
            UsageError: whatever `grouping` raises.

        """
        listing = list_files(self._root, self._skipped)
        self.unreadable = listing.unreadable
        if not self._settling.observe(listing.files, now) and self._is_quiet:
            return []
        for name, reasons in list(self._reasons.items()):
            if not all(reason in listing.files for reason in reasons):
                self._forget(name)
        files = {name: stamp for name, stamp in listing.files.items() if name not in self._withheld}
        there = arrivals(files, grouping)
        self._read = {one.name: self._read[one.name] for one in there if one.name in self._read}
        new = [one for one in there if not self._is_read(one)]
        ready = [one for one in new if one.name not in self._busy and self._has_settled(one, now)]
        settled = {one.name for one in ready}
        self.unsettled = tuple(one.name for one in new if one.name not in settled)
        self._is_quiet = not new
        return ready

    def begin(self, arrival: Arrival, documents: int) -> None:
        """It is being read as so many documents; what changes of it until the last has ended has to wait."""
        self._read[arrival.name] = arrival
        if documents:
            self._busy[arrival.name] = documents

    def end(self, name: str, again: bool = False) -> None:
        """One of its documents is done with, or is to be read `again`, whether or not the files change."""
        self._busy[name] -= 1
        if again:
            self._again.add(name)
        if not self._busy[name]:
            del self._busy[name]
            if name in self._again:
                self._again.discard(name)
                self._forget(name)
        self._is_quiet = False

    def give_back(self) -> None:
        """All that is being read is to be read again."""
        for name in self._busy:
            self._forget(name)
        self._busy.clear()
        self._again.clear()
        self._is_quiet = False

    def remember_reason(self, name: str, reason: str) -> None:
        """It has failed and stays; it is read again when the file with the reason is deleted."""
        self._reasons.setdefault(name, set()).add(reason)
        self._is_quiet = False

    def withhold(self, names: Iterable[str]) -> None:
        """These files are not to be read any more: they are to be taken away."""
        self._withheld.update(names)

    def release(self, names: Iterable[str]) -> None:
        """They have been taken away; others of the same names are new."""
        self._withheld.difference_update(names)
        self._is_quiet = False

    def _forget(self, name: str) -> None:
        self._read.pop(name, None)
        self._reasons.pop(name, None)

    def _is_read(self, arrival: Arrival) -> bool:
        read = self._read.get(arrival.name)
        return read is not None and read.files == arrival.files

    def _has_settled(self, arrival: Arrival, now: float) -> bool:
        if not self._settling.have_settled(arrival.names, now):
            return False
        files = (self._root / name for name, _ in arrival.files)
        return not (self._can_tell_open and any(map(is_being_written, files)))
