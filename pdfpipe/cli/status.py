"""``pdfpipe status``: how a batch stands, while it runs and afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pdfpipe.batch.report.doubts import DOUBTFUL_CONFIDENCE
from pdfpipe.batch.report.wording import count, duration
from pdfpipe.cli.console import say
from pdfpipe.cli.table import say_json
from pdfpipe.model.names import shown

if TYPE_CHECKING:
    from pdfpipe.batch.journal.values import FailureRow, PageRow, RunRow, Status

__all__ = ["status"]

_MOST: Final = 10
"""Printed of each kind; --json has all failures."""


@click.command()
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(output: Path, as_json: bool) -> int:
    """Tell how the documents in the folder OUTPUT stand, and how the batch that makes them.

    It says what is done, what failed and why, and what was read with the least confidence. The exit
    code is that of pdfpipe convert; of a batch that runs, as far as it has come.
    """
    from pdfpipe.batch.journal import open_reader  # SQLite, which --help does not need

    with open_reader(output) as journal:
        found = journal.status()
    if as_json:
        say_json(_as_json(output, found))
    else:
        for line in _lines(output, found):
            say(line, sys.stdout)
    return found.exit_code


def _lines(output: Path, found: Status) -> Iterator[str]:
    yield f"{shown(output)}: {_headline(found)}"
    documents = [f"{number} {state.value}" for state, number in found.documents.items()]
    yield f"{'documents':<22}{', '.join(documents) or 'none'}"
    yield f"{'pages':<22}{found.pages_done} of {found.pages} done"
    if found.pages_read:
        remembered = f", {found.from_cache} of them remembered" if found.from_cache else ""
        yield f"{'read by the last run':<22}{count(found.pages_read, 'page')}{remembered}"
    if found.pages_per_second is not None and found.seconds_left is not None:
        yield f"{'speed':<22}{found.pages_per_second:.2f} pages/s, {duration(found.seconds_left)} left"
    yield from _section("Failed:", (f"{shown(one.output)}: {_why(one)}" for one in found.failures))
    yield from _section(
        "Pages without text:", (f"{shown(one.output)} {_why(one)}" for one in found.without_text)
    )
    doubtful = [one for one in found.least_confident if one.confidence < DOUBTFUL_CONFIDENCE]
    yield from _section(
        "Least confidence:",
        (
            f"{shown(one.output)} page {one.number} ({shown(one.file)}): {one.confidence:.0%}, "
            f"{count(one.words, 'word')}"
            for one in doubtful
        ),
    )


def _headline(found: Status) -> str:
    run = found.run
    if found.holder is not None:
        since = f", since {_moment(run.started)}" if run is not None and run.holder == found.holder else ""
        return f"running, {found.holder}{since}"
    if run is None:
        return "no run since the journal was made anew from the documents"
    if run.ended is None:
        begun = f"{run.holder} began on {_moment(run.started)}"
        return f"interrupted: {begun} and was killed; the same command goes on"
    early = f", ended early: {run.error}" if run.error is not None else ""
    left = "; the same command goes on" if found.is_unfinished else ""
    return f"{found.state.value} on {_moment(run.ended)}{early}{left}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield title
        yield from (f"  {line}" for line in listed[:_MOST])
        if len(listed) > _MOST:
            yield f"  ... and {len(listed) - _MOST} more (--json lists all)"


def _why(failure: FailureRow) -> str:
    file = f"{shown(failure.file)}: " if failure.file is not None else ""
    return f"{file}{failure}"


def _moment(time: str) -> str:
    """A time of the journal as people here read it."""
    from datetime import datetime

    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _as_json(output: Path, found: Status) -> dict[str, Any]:
    run = found.run
    return {
        "folder": shown(output),
        "state": found.state.value,
        "pid": found.holder.pid if found.holder is not None else None,
        "host": found.holder.host if found.holder is not None else None,
        "run": _run_as_json(run) if run is not None else None,
        "exit_code": int(found.exit_code),
        "documents": {state.value: number for state, number in found.documents.items()},
        "pages": found.pages,
        "pages_done": found.pages_done,
        "pages_read": found.pages_read,
        "from_cache": found.from_cache,
        "pages_per_second": _rounded(found.pages_per_second),
        "seconds_left": _rounded(found.seconds_left),
        "failures": [_failure_as_json(one) for one in found.failures],
        "without_text": [_failure_as_json(one) for one in found.without_text],
        "least_confident": [_page_as_json(one) for one in found.least_confident],
    }


def _run_as_json(run: RunRow) -> dict[str, Any]:
    return {
        "command": run.command.name,
        "arguments": [shown(argument) for argument in run.command.arguments],
        "working_folder": shown(run.command.working_folder),
        "pdfpipe": run.version,
        "pid": run.holder.pid,
        "host": run.holder.host,
        "started": run.started,
        "ended": run.ended,
        "exit_code": run.exit_code,
        "error": run.error,
    }


def _failure_as_json(failure: FailureRow) -> dict[str, Any]:
    return {
        "output": shown(failure.output),
        "page": failure.page,
        "file": shown(failure.file) if failure.file is not None else None,
        "stage": failure.stage,
        "message": failure.message,
    }


def _page_as_json(page: PageRow) -> dict[str, Any]:
    return {
        "output": shown(page.output),
        "page": page.number,
        "file": shown(page.file),
        "confidence": _rounded(page.confidence),
        "words": page.words,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
