"""The log of ``--log-json``: one JSON object a line for each event, as it happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from pdfpipe._version import __version__
from pdfpipe.batch.events import (
    DiskFree,
    DiskFull,
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
)
from pdfpipe.batch.progress import Progress
from pdfpipe.batch.report import Report, doubts
from pdfpipe.batch.report.as_json import failure_as_json
from pdfpipe.batch.report.doubts import mean_confidence
from pdfpipe.batch.watch.notices import Notice
from pdfpipe.cli.console import say
from pdfpipe.errors import ExitCode, StorageError, UsageError
from pdfpipe.model.names import shown
from pdfpipe.storage import storage_error

__all__ = ["JsonLog", "json_log"]

_STANDARD_OUTPUT: Final = Path("-")


@contextmanager
def json_log(path: Path | None) -> Iterator[JsonLog]:
    """The log to a file, to which it is appended, or to standard output for ``-``; None for none.

    Raises:
        UsageError: the file is there and is no such log.
        StorageError: it cannot be opened.

    """
    if path is None:
        yield JsonLog(None)
        return
    if path == _STANDARD_OUTPUT:
        yield JsonLog(sys.stdout.buffer)
        return
    if path.is_file():
        with path.open("rb") as existing:
            if existing.read(1) not in (b"", b"{"):
                raise UsageError(f"{shown(path)} is there already and is no log of pdfpipe's")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("ab", buffering=0)
    except OSError as error:
        raise StorageError(str(storage_error(path, error))) from error
    with stream:
        yield JsonLog(stream)


class JsonLog:
    """Writes lines; when that fails once, says so and writes no more, for the documents count more."""

    def __init__(self, stream: BinaryIO | None) -> None:
        self._stream = stream

    def started(self, progress: Progress) -> None:
        """The run begins."""
        self._write("run-started", pdfpipe=__version__, documents=progress.documents, pages=progress.pages)

    def event(self, event: Event, progress: Progress | None) -> None:
        """Something happened; without progress in a run that has no end."""
        if self._stream is None:
            return
        match event:
            case PageDone():
                name, fields = "page-done", _page(event)
            case DocumentPublished():
                name, fields = "document-published", _published(event)
            case DocumentSkipped():
                name, fields = "document-skipped", {}
            case DocumentFailed():
                name = "document-failed"
                fields = {"failures": [failure_as_json(failure) for failure in event.failures]}
            case DiskFull():
                name, fields = "disk-full", {"reason": event.reason, "free": event.free}
            case DiskFree():
                name, fields = "disk-free", {}
        if progress is not None:
            fields["progress"] = _progress(progress)
        self._write(name, document=shown(event.document.output), **fields)

    def notice(self, notice: Notice) -> None:
        """Something happened to a watch that is no document's."""
        self._write(notice.kind.value, message=notice.message)

    def ended(self, report: Report, error: BaseException | None) -> None:
        """The run is over; `error` is what ended it early."""
        self._write(
            "run-ended",
            exit_code=int(report.exit_code),
            error=(str(error) or type(error).__name__) if error is not None else None,
            seconds=round(report.seconds, 3),
            published=len(report.published),
            skipped=len(report.skipped),
            failed=len(report.failed),
            unfinished=len(report.unfinished),
        )

    def watch_ended(
        self, exit_code: ExitCode, error: BaseException | None, published: int, failed: int
    ) -> None:
        """The watch is over; `error` is what ended it."""
        self._write(
            "watch-ended",
            exit_code=int(exit_code),
            error=(str(error) or type(error).__name__) if error is not None else None,
            published=published,
            failed=failed,
        )

    def _write(self, event: str, **fields: Any) -> None:
        if self._stream is None:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = msgspec.json.encode({"time": now, "event": event, **fields}) + b"\n"
        try:
            if self._stream.write(line) != len(line):
                raise OSError("the disk is full")
            self._stream.flush()
        except OSError as error:
            self._stream = None
            say(f"no more is logged (--log-json): {error.strerror or error}", sys.stderr)


def _page(event: PageDone) -> dict[str, Any]:
    page = event.page
    return {
        "page": page.number,
        "file": shown(page.source.path),
        "frame": page.source.frame,
        "half": page.source.half.side.value if page.source.half is not None else None,
        "words": page.words,
        "confidence": _rounded(page.confidence),
        "from_cache": page.from_cache,
        "blank": page.blank,
        "dropped": page.dropped,
        "separator": page.source.separator.kind.value if page.source.separator is not None else None,
        "needs_a_look": list(doubts(page)),
        "seconds": round(sum(seconds for _, seconds in page.seconds), 4),
        "preprocessing_seconds": dict(page.steps),
        "failure": failure_as_json(page.failure) if page.failure is not None else None,
    }


def _published(event: DocumentPublished) -> dict[str, Any]:
    return {
        "pages": len(event.written),
        "pages_dropped": len(event.pages) - len(event.written),
        "words": sum(page.words for page in event.pages),
        "confidence": _rounded(mean_confidence(event.pages)),
        "bytes_in": event.bytes_in,
        "bytes_out": event.bytes_out,
    }


def _progress(progress: Progress) -> dict[str, Any]:
    return {
        "documents_done": progress.documents_done,
        "documents": progress.documents,
        "pages_done": progress.pages_done,
        "pages": progress.pages,
        "pages_per_second": _rounded(progress.pages_per_second),
        "seconds_left": _rounded(progress.seconds_left),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
