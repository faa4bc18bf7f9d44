"""What the user sees: progress, lines, tables.  A terminal gets a bar, a file or pipe gets plain lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

from pdfpipe.batch.events import (
    DiskFree,
    DiskFull,
    DocumentFailed,
    DocumentPublished,
    DocumentSkipped,
    Event,
    PageDone,
    PageSummary,
)
from pdfpipe.batch.report import doubts, language_line
from pdfpipe.batch.report.wording import count, duration, size
from pdfpipe.model.image import DpiSource
from pdfpipe.model.names import shown

if TYPE_CHECKING:
    from pdfpipe.batch.plan import Plan
    from pdfpipe.batch.progress import Progress as RunProgress
    from pdfpipe.batch.progress import ProgressTracker
    from pdfpipe.batch.report import Report

__all__ = ["Console", "Verbosity", "say"]

_MOST_DOUBTS: Final = 10
_MOST_DROPPED: Final = 20


class Verbosity(IntEnum):
    """How much is printed."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2
    DEBUG = 3

    @classmethod
    def from_flags(cls, *, quiet: bool, verbose: bool, debug: bool) -> Verbosity:
        """The loudest of the flags wins."""
        if debug:
            return cls.DEBUG
        if verbose:
            return cls.VERBOSE
        return cls.QUIET if quiet else cls.NORMAL


class Console:
    """Prints the result to `out` and everything else to standard error."""

    def __init__(self, verbosity: Verbosity, out: TextIO) -> None:
        self._verbosity = verbosity
        self._out = out

    def ignored(self, files: tuple[Path, ...]) -> None:
        """Tell of files that are not page images."""
        if self._verbosity >= Verbosity.VERBOSE:
            for path in files:
                _log(f"passed over, no page image: {shown(path)}")
        elif files and self._verbosity >= Verbosity.NORMAL:
            _log(f"{len(files)} files that are no page images were passed over (-v lists them)")

    def looking(self, done: int, total: int) -> None:
        """Tell how many scans have been looked at before their documents and pages are known."""
        if self._verbosity == Verbosity.QUIET:
            return
        told = f"looking for where documents and pages begin in {count(total, 'scan')}"
        if sys.stderr.isatty():
            click.echo(f"\r{told}: {done}" if done < total else "\r\x1b[K", nl=False, err=True)
        elif done == 1:
            _log(told)

    def warn(self, warnings: Iterable[str]) -> None:
        """Tell of what may go wrong."""
        if self._verbosity >= Verbosity.NORMAL:
            for warning in warnings:
                _log(f"warning: {warning}")

    def plan(self, planned: Plan) -> None:
        """Print the documents and how many pages each has."""
        for document in planned.documents:
            problem = f"  cannot be made: {document.failure}" if document.failure else ""
            say(f"{shown(document.output)}  {count(len(document.pages), 'page')}{problem}", self._out)
            if self._verbosity >= Verbosity.VERBOSE:
                for page in document.pages:
                    text = f"  text: {shown(page.text.path)}" if page.text is not None else ""
                    say(f"    {shown(page.path)}{page.place}{text}", self._out)
        total = f"{count(len(planned.documents), 'document')}, {count(planned.pages, 'page')}"
        say(f"{total}; nothing was written (--dry-run)", self._out)

    @contextmanager
    def progress(self, tracker: ProgressTracker) -> Iterator[Progress]:
        """Follow a run: a bar on a terminal, lines elsewhere."""
        if self._verbosity == Verbosity.QUIET or not sys.stderr.isatty():
            yield Progress(self._verbosity)
            return
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn
        from rich.progress import Progress as Bar
        from rich.text import Text

        class TimeLeft(ProgressColumn):
            # rich's own counts pages that were skipped as if they had been read.
            def render(self, _task: Task) -> Text:
                return Text(_time_left(tracker.now))

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("pages"),
            TimeLeft(),
        )
        with Bar(*columns, console=RichConsole(stderr=True), transient=True) as bar:
            task = bar.add_task("reading", total=tracker.now.pages)
            yield Progress(
                self._verbosity,
                write=lambda line: bar.console.print(
                    line, markup=False, highlight=False, soft_wrap=True, emoji=False
                ),
                advance=lambda pages: bar.advance(task, pages),
            )

    def summary(self, report: Report) -> None:
        """Print the table at the end and the pages that need a look."""
        if self._verbosity == Verbosity.QUIET:
            return
        if report.doubtful:
            say("Pages that need a look:", self._out)
            for document, page in report.doubtful[:_MOST_DOUBTS]:
                reasons = ", ".join(doubts(page))
                place = (
                    f"{shown(document.output)} page {page.place or page.number} ({shown(page.source.path)}"
                    f"{f', {page.source.half}' if page.source.half else ''})"
                )
                say(f"  {place}: {reasons}", self._out)
            if len(report.doubtful) > _MOST_DOUBTS:
                say(
                    f"  ... and {len(report.doubtful) - _MOST_DOUBTS} more (--report lists all)",
                    self._out,
                )
        self._left_out("Blank pages left out (--blank keep brings them back):", report.dropped)
        self._left_out("Separator sheets left out (--keep-separators keeps them):", report.separators)
        for document in report.doubtful_languages[:_MOST_DOUBTS]:
            say(f"Language unsure: {shown(document.output)}: {language_line(document.language)}", self._out)
        for label, value in _rows(report):
            say(f"{label:<22}{value}", self._out)

    def _left_out(self, heading: str, pages: tuple[tuple[DocumentPublished, PageSummary], ...]) -> None:
        if pages:
            say(heading, self._out)
        for document, page in pages[:_MOST_DROPPED]:
            scan = f"{shown(page.source.path)}{page.source.place}"
            say(f"  {shown(document.output)}: page {page.number} of its scans ({scan})", self._out)
        if len(pages) > _MOST_DROPPED:
            say(f"  ... and {len(pages) - _MOST_DROPPED} more (--report lists all)", self._out)


class Progress:
    """Shows events as they come."""

    def __init__(
        self,
        verbosity: Verbosity,
        write: Callable[[str], object] | None = None,
        advance: Callable[[int], object] | None = None,
    ) -> None:
        self._verbosity = verbosity
        self._write = write or _log
        self._advance = advance or (lambda _: None)

    def show(self, event: Event) -> None:
        """Print what the user wants to know of an event."""
        match event:
            case PageDone():
                self._advance(1)
                if self._verbosity >= Verbosity.VERBOSE:
                    self._write(_page_line(event))
            case DocumentPublished():
                if self._verbosity >= Verbosity.NORMAL:
                    self._write(_published_line(event))
                if self._verbosity >= Verbosity.VERBOSE and event.language is not None:
                    self._write(f"            {language_line(event.language)}")
            case DocumentSkipped():
                self._advance(len(event.document.pages))
                if self._verbosity >= Verbosity.VERBOSE:
                    self._write(f"up to date  {shown(event.document.output)}")
            case DocumentFailed():
                self._advance(len(event.document.pages) - len(event.pages))
                self._fail(event)
            case DiskFull():
                self._write(
                    f"WAITING     no room for {shown(event.document.output)}: {event.reason}, "
                    f"{size(event.free)} free; make room, and the run goes on"
                )
            case DiskFree():
                self._write(f"going on    there is room for {shown(event.document.output)}")

    def _fail(self, event: DocumentFailed) -> None:
        self._write(f"FAILED      {shown(event.document.output)}")
        for failure in event.failures:
            file = f"{shown(failure.path)}: " if failure.path is not None else ""
            self._write(f"            {file}{failure}")
            if self._verbosity >= Verbosity.DEBUG and failure.detail:
                self._write(failure.detail)


def _time_left(now: RunProgress) -> str:
    """The columns of the bar after the pages: documents, speed and the time that is left."""
    parts = [f"{now.documents_done}/{count(now.documents, 'document')}"]
    if now.pages_per_second is not None:
        parts.append(f"{now.pages_per_second:.2f}/s")
    if now.seconds_left is not None:
        parts.append(f"{duration(now.seconds_left)} left")
    return "  ".join(parts)


def _page_line(event: PageDone) -> str:
    page = event.page
    parts = [f"page        {shown(event.document.output)} {page.number}: {count(page.words, 'word')}"]
    if page.confidence is not None:
        parts.append(f"confidence {page.confidence:.0%}")
    if page.dpi_source is DpiSource.ESTIMATED and page.dpi is not None:
        parts.append(f"{page.dpi[0]:g} dpi estimated")
    if len(page.engines) > 1:
        parts.append("lines by " + ", ".join(f"{name} {lines}" for name, lines in page.engines))
    if page.from_cache:
        parts.append("read before")
    if page.dropped:
        parts.append("left out")
    parts += page.notes
    if page.failure is not None:
        parts.append(str(page.failure))
    return ", ".join(parts)


def _published_line(event: DocumentPublished) -> str:
    words = sum(page.words for page in event.pages)
    doubtful = sum(1 for page in event.pages if doubts(page))
    look = f", {doubtful} to look at" if doubtful else ""
    amount = f"{count(len(event.written), 'page')}, {count(words, 'word')}"
    left_out = [page.source.separator is not None for page in event.pages if page.dropped]
    for what, number in (("separator sheet", left_out.count(True)), ("blank page", left_out.count(False))):
        look += f", {count(number, what)} left out" if number else ""
    notes = "".join(f", {note}" for note in event.notes)
    return f"published   {shown(event.output)}  {amount}{look}{notes}"


def _rows(report: Report) -> Iterator[tuple[str, str]]:
    others = [
        f"{len(items)} {label}"
        for items, label in (
            (report.skipped, "up to date"),
            (report.failed, "failed"),
            (report.unfinished, "not finished"),
        )
        if items
    ]
    yield "documents", f"{len(report.published)} published{''.join(f', {other}' for other in others)}"
    if not report.published:
        return
    yield "pages", f"{report.page_count}"
    yield "words", f"{report.words}"
    if report.mean_confidence is not None:
        yield "mean confidence", f"{report.mean_confidence:.1%}"
    yield "pages needing a look", f"{len(report.doubtful)}"
    if report.dropped:
        yield "blank, left out", f"{count(len(report.dropped), 'page')}"
    if report.separators:
        yield "separators, left out", f"{count(len(report.separators), 'sheet')}"
    if report.pages_from_cache:
        yield "read before", f"{count(report.pages_from_cache, 'page')} (--no-cache reads anew)"
    estimated = sum(
        page.dpi_source is DpiSource.ESTIMATED for document in report.published for page in document.written
    )
    if estimated:
        yield "resolution estimated", f"{count(estimated, 'page')}"
    yield "size", f"{size(report.bytes_in)} in, {size(report.bytes_out)} out"
    if report.pages_per_second is not None:
        yield "speed", f"{report.pages_per_second:.2f} pages/s ({report.seconds:.1f} s)"


def _log(line: str) -> None:
    say(line, sys.stderr)


def say(line: str, file: TextIO) -> None:
    """Print a line; that nobody reads it any more does not stop the work."""
    try:
        click.echo(line, file=file)
    except BrokenPipeError:
        # What is still buffered must not fail once more when the interpreter leaves.
        os.dup2(os.open(os.devnull, os.O_WRONLY), file.fileno())
