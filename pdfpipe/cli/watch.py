"""``pdfpipe watch``: a folder whose scans become PDFs as they arrive."""

from __future__ import annotations

import asyncio
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

from pdfpipe.batch.events import DocumentFailed, DocumentPublished
from pdfpipe.batch.watch import Notice, Watcher, WatchEvent
from pdfpipe.cli.console import Progress, Verbosity, say
from pdfpipe.cli.convert import convert
from pdfpipe.cli.journal import journal_of_run
from pdfpipe.cli.json_log import JsonLog, json_log
from pdfpipe.cli.options import configuration
from pdfpipe.cli.stopping import stop_on_signals
from pdfpipe.errors import ExitCode, exit_code_of
from pdfpipe.model.watch_settings import Done, Failed, WatchSettings

if TYPE_CHECKING:
    from pdfpipe.batch.journal import Journal

__all__ = ["watch"]

_FOLDER: Final = click.Path(path_type=Path, file_okay=False)

_STANDARD_OUTPUT: Final = Path("-")
_SETTINGS: Final = ("interval", "settle", "done", "done_folder", "failed", "failed_folder", "once")
_NOT_OF_A_WATCH: Final = frozenset({"output", "keep_going", "dry_run", "reports", "depfile", "on_full_disk"})
"""Options of ``convert`` that are about one run with an end."""

_OWN: Final = (
    click.Argument(["folder"], metavar="IN", type=_FOLDER),
    click.Argument(["output"], metavar="OUT", type=_FOLDER),
    click.Option(["--interval"], type=float, metavar="SECONDS", help="Look for new files so often [2]."),
    click.Option(
        ["--settle"],
        type=float,
        metavar="SECONDS",
        help="Read a file when it has not changed for so long [5].",
    ),
    click.Option(
        ["--done"],
        type=click.Choice([choice.value for choice in Done]),
        help="What becomes of originals whose PDF is published [move].",
    ),
    click.Option(["--done-folder"], type=_FOLDER, metavar="FOLDER", help="Where they are moved [IN/done]."),
    click.Option(
        ["--failed"],
        type=click.Choice([choice.value for choice in Failed]),
        help="What becomes of originals that no PDF could be made of [move].",
    ),
    click.Option(
        ["--failed-folder"], type=_FOLDER, metavar="FOLDER", help="Where they are moved [IN/failed]."
    ),
    click.Option(["--once"], is_flag=True, help="Do what is there and has settled, and end."),
)


@click.command()
def watch(folder: Path, output: Path, **options: Any) -> int:
    """Watch IN and convert what arrives there into searchable PDF/A below OUT, until it is stopped.

    Each file directly in IN is a document of its own, each folder in it one as for pdfpipe convert. What is
    there already comes first. Originals are moved away once their PDF is published; those of which none could
    be made go to another folder, with the reason.
    """
    settings = _settings(options)
    # Without an end, a full disk is waited for.
    options |= {"on_full_disk": "stop" if settings.once else "pause", "reports": (), "depfile": None}
    verbosity = Verbosity.from_flags(
        quiet=options["quiet"], verbose=options["verbose"], debug=options["debug"]
    )
    log_file: Path | None = options["log_json"]
    with json_log(log_file) as log:
        teller = _Teller(verbosity, log, sys.stderr if log_file == _STANDARD_OUTPUT else sys.stdout)
        watcher = Watcher(folder, output, partial(configuration, options), settings, on_event=teller.tell)
        code, cause = ExitCode.INTERNAL, None
        try:
            with journal_of_run(output, options, None, lambda line: say(line, sys.stderr)) as journal:
                asyncio.run(_run(watcher, journal, ends=settings.once))
                code = teller.exit_code if settings.once else ExitCode.OK
                if journal is not None:
                    journal.end(code)
        except BaseException as error:
            cause, code = error, exit_code_of(error)
            raise
        finally:
            log.watch_ended(code, cause, teller.published, teller.failed)
    if not settings.once and verbosity >= Verbosity.NORMAL:
        say("stopped; what was published is whole, the same command goes on", sys.stderr)
    return code


watch.params = [
    *_OWN,
    *(one for one in convert.params if isinstance(one, click.Option) and one.name not in _NOT_OF_A_WATCH),
]
"""What concerns recognition and output is as it is for convert."""


async def _run(watcher: Watcher, journal: Journal | None, *, ends: bool) -> None:
    """Watch until it ends, or by SIGTERM, which is how a watch without end is meant to be stopped."""
    stop = stop_on_signals()
    try:
        await watcher.run(journal)
    except asyncio.CancelledError:
        if ends or stop.signal is not signal.SIGTERM:
            raise


def _settings(options: dict[str, Any]) -> WatchSettings:
    given = {name: options[name] for name in _SETTINGS if options[name] is not None}
    for name, kind in (("done", Done), ("failed", Failed)):
        if name in given:
            given[name] = kind(given[name])
    return WatchSettings(**given)


class _Teller:
    """Prints what happens, a line a document on `out`, and counts for the exit code."""

    def __init__(self, verbosity: Verbosity, log: JsonLog, out: TextIO) -> None:
        self.published = self.failed = 0
        self._without_text = False
        self._verbosity = verbosity
        self._log = log
        self._lines = Progress(verbosity, write=lambda line: say(line, out))

    def tell(self, event: WatchEvent) -> None:
        """Print and log one event."""
        if isinstance(event, Notice):
            needed = Verbosity.VERBOSE if event.kind.is_detail else Verbosity.NORMAL
            if self._verbosity >= (Verbosity.QUIET if event.kind.is_trouble else needed):
                say(event.message, sys.stderr)
            self._log.notice(event)
            return
        match event:
            case DocumentPublished(pages=pages):
                self.published += 1
                self._without_text |= any(page.failure is not None for page in pages)
            case DocumentFailed():
                self.failed += 1
        self._lines.show(event)
        self._log.event(event, None)

    @property
    def exit_code(self) -> ExitCode:
        """That of ``convert`` for the same outcome."""
        if self.failed:
            return ExitCode.DOCUMENTS_FAILED
        return ExitCode.PAGES_WITHOUT_TEXT if self._without_text else ExitCode.OK
