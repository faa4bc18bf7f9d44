"""The files of ``--report``: opened before the work, written after it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from pdfpipe.batch.report import Report
from pdfpipe.batch.report.as_html import html_report, is_html_report
from pdfpipe.batch.report.as_json import is_json_report, json_report
from pdfpipe.errors import DocumentError, StorageError, UsageError
from pdfpipe.model.names import shown
from pdfpipe.storage import AtomicFile

__all__ = ["ReportFiles", "is_html", "report_files"]

_HTML: Final = (".html", ".htm")


def is_html(path: Path) -> bool:
    """Whether a report of this name is for people; all others are JSON."""
    return path.suffix.lower() in _HTML


class ReportFiles:
    """The reports that were asked for, with the files that they go to."""

    def __init__(self, files: Sequence[tuple[Path, AtomicFile]]) -> None:
        self._files = files

    @property
    def folder(self) -> Path | None:
        """The folder of the first report, on whose disk there must be room for it; None without reports."""
        return next((path.parent for path, _ in self._files), None)

    def write(self, report: Report) -> None:
        """Write and publish all of them.

        Raises:
            StorageError: one cannot be written; the others are.

        """
        errors = [error for path, file in self._files if (error := _written(path, file, report)) is not None]
        if errors:
            raise StorageError(f"the report cannot be written: {errors[0]}") from errors[0]


@contextmanager
def report_files(paths: Sequence[Path]) -> Iterator[ReportFiles]:
    """Open the files, so that no work is done if they cannot be written; what was not written leaves nothing.

    Raises:
        UsageError: a file is there that is no report, or one is named twice.
        StorageError: a file cannot be made.

    """
    with ExitStack() as stack:
        files: list[tuple[Path, AtomicFile]] = []
        for path in paths:
            is_ours = is_html_report if is_html(path) else is_json_report
            if path.is_file() and not is_ours(path):
                raise UsageError(f"{shown(path)} is there already and is no report of pdfpipe's")
            if path in dict(files):
                raise UsageError(f"--report: {shown(path)} is named twice")
            try:
                file = AtomicFile(path)
            except DocumentError as error:
                raise StorageError(str(error)) from error
            stack.callback(file.discard)
            files.append((path, file))
        yield ReportFiles(files)


def _written(path: Path, file: AtomicFile, report: Report) -> Exception | None:
    """Write one report; returns why that is not possible."""
    pieces = html_report(report, path.parent) if is_html(path) else json_report(report)
    try:
        for piece in pieces:
            file.stream.write(piece)
        file.commit()
    except (OSError, DocumentError, StorageError) as error:
        return error
    return None
