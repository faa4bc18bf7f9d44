"""``pdfpipe convert``: folders of scans become searchable PDFs."""

from __future__ import annotations

import asyncio
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any, Final

import click

from pdfpipe.batch.pipeline import Pipeline
from pdfpipe.batch.plan import Plan, plan
from pdfpipe.batch.report import Report, ReportBuilder, is_report
from pdfpipe.cli.console import Console, Verbosity
from pdfpipe.cli.options import configuration, language_option, recognition_options
from pdfpipe.config.folders import Configuration
from pdfpipe.errors import DocumentError, ExitCode, PdfpipeError, StorageError, UsageError
from pdfpipe.model.names import shown
from pdfpipe.model.navigation_settings import Outline
from pdfpipe.model.output_type import OutputType
from pdfpipe.model.settings import Grouping
from pdfpipe.storage import AtomicFile

__all__ = ["carry_out", "convert"]

_STANDARD_STREAM: Final = Path("-")
_ANY_PATH: Final = click.Path(path_type=Path)


@click.command()
@click.argument("scans", nargs=-1, required=True, type=_ANY_PATH)
@click.option(
    "-o",
    "--output",
    required=True,
    type=_ANY_PATH,
    help="Folder for the PDFs; FILE.pdf or - for one document.",
)
@language_option
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="Worker processes [one a processor].")
@click.option(
    "--page-timeout",
    type=float,
    metavar="SECONDS",
    help="Give up a page that takes longer; 0 for never [300].",
)
@click.option(
    "--group",
    type=click.Choice([grouping.value for grouping in Grouping]),
    help="Make one document of each folder or of each file [folder].",
)
@click.option(
    "--image-dpi", type=float, metavar="N", help="Resolution of the images, whatever they say themselves."
)
@click.option(
    "--output-type",
    type=click.Choice([kind.value for kind in OutputType]),
    help="PDF/A, which is PDF/A-2u, another level of it, plain PDF, or PDF/A where that can be [pdfa].",
)
@click.option(
    "--sidecar",
    metavar="FORMATS",
    help="Write the text beside each PDF too: some of txt,hocr,alto,json [none].",
)
@click.option("--title", metavar="TEXT", help="Title of the documents [the name of each].")
@click.option("--author", metavar="TEXT", help="Author of the documents.")
@click.option("--subject", metavar="TEXT", help="What the documents are about.")
@click.option("--keywords", metavar="WORDS", help="Keywords of the documents, with commas between them.")
@click.option(
    "--page-labels", metavar="LABELS", help="What pages are called: files, or ranges such as i-iv,1-."
)
@click.option(
    "--outline",
    type=click.Choice([outline.value for outline in Outline]),
    help="What the outline (bookmarks) is made of [none].",
)
@click.option(
    "--force", is_flag=True, help="Convert what is up to date, and replace files of other programs."
)
@click.option(
    "--keep-going/--fail-fast", default=True, help="After a document fails, go on [default] or stop."
)
@click.option("--dry-run", is_flag=True, help="Print the plan and do nothing.")
@click.option("--report", type=_ANY_PATH, metavar="FILE.json", help="Write what came of each page as JSON.")
@click.option(
    "--max-image-mpixels",
    type=float,
    metavar="N",
    help="Refuse images of more million pixels than this [250].",
)
@recognition_options
@click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
@click.option("-v", "--verbose", is_flag=True, help="Print each page, and the files passed over.")
@click.option("--debug", is_flag=True, help="Print tracebacks and what worker processes said last.")
def convert(scans: tuple[Path, ...], output: Path, **options: Any) -> int:
    """Convert SCANS, files and folders of page images, into searchable PDF/A below OUTPUT.

    Each folder that directly holds page images becomes one document named after it, in natural
    order of the file names; a multi-page TIFF is a document of its own. Use - for standard input
    or output. What is up to date is skipped.
    """
    return carry_out(scans, output, options, plan)


def carry_out(
    scans: tuple[Path, ...],
    output: Path,
    options: dict[str, Any],
    planner: Callable[[list[Path], Path, Configuration], Plan],
    defaults: Mapping[str, Any] | None = None,
) -> int:
    """Plan documents, make them and tell of them; returns the exit code.

    `options` are those of ``convert``, `defaults` settings that count less than all others.
    """
    settings = configuration({**options, "fail_fast": not options["keep_going"]}, defaults)
    verbosity = Verbosity.from_flags(
        quiet=options["quiet"], verbose=options["verbose"], debug=options["debug"]
    )
    with _scans(scans) as inputs, _output(output) as target:
        planned = planner(inputs, target, settings)
        if output == _STANDARD_STREAM and len(planned.documents) > 1:
            raise UsageError(
                f"{len(planned.documents)} documents do not fit into standard output: name a folder"
            )
        _refuse_sidecar_conflicts(planned, output, options["report"])
        console = Console(verbosity, sys.stderr if output == _STANDARD_STREAM else sys.stdout)
        console.ignored(planned.ignored)
        if options["dry_run"]:
            console.plan(planned)
            return ExitCode.OK
        with _report_file(options["report"]) as report_file:
            report = asyncio.run(_run(planned, console, report_file))
        if output == _STANDARD_STREAM and report.published:
            _copy_to_standard_output(target)
    console.summary(report)
    return report.exit_code


def _refuse_sidecar_conflicts(planned: Plan, output: Path, report: Path | None) -> None:
    for document in planned.documents:
        for sidecar in document.settings.sidecars:
            if output == _STANDARD_STREAM:
                raise UsageError(f"standard output has no room for the {sidecar.value} beside the PDF")
            if report is not None and report.absolute() == sidecar.beside(document.output).absolute():
                raise UsageError(f"{shown(report)} cannot be both the report and a sidecar: name another")


async def _run(planned: Plan, console: Console, report_file: AtomicFile | None) -> Report:
    """Run the pipeline; the report is written even if the run ends early."""
    # What concerns the whole run is alike in all; the workers load the engine of the first.
    settings = planned.documents[0].settings
    _stop_on_signals()
    builder = ReportBuilder(planned.documents)
    start = time.monotonic()
    ended_by: ExitCode | None = None
    try:
        with console.progress(planned) as progress:
            async with aclosing(Pipeline(settings).run(planned.documents)) as events:
                async for event in events:
                    builder.add(event)
                    progress.show(event)
    except PdfpipeError as error:
        ended_by = error.exit_code
        raise
    except asyncio.CancelledError:
        ended_by = ExitCode.INTERRUPTED
        raise
    finally:
        report = builder.build(time.monotonic() - start, ended_by)
        if report_file is not None:
            _write_report(report_file, report)
    return report


@contextmanager
def _report_file(path: Path | None) -> Iterator[AtomicFile | None]:
    """The file for the report, opened before the work, so that none is done if it cannot be written."""
    if path is None:
        yield None
        return
    if path.is_file() and not is_report(path):
        raise UsageError(f"{shown(path)} is there already and is no report of pdfpipe's")
    try:
        file = AtomicFile(path)
    except DocumentError as error:
        raise StorageError(str(error)) from error
    try:
        yield file
    finally:
        file.discard()


def _write_report(file: AtomicFile, report: Report) -> None:
    try:
        file.stream.write(report.to_json())
        file.commit()
    except (OSError, DocumentError) as error:
        raise StorageError(f"the report cannot be written: {error}") from error


def _stop_on_signals() -> None:
    """Cancel the run on Ctrl-C and on SIGTERM, once: another signal must not disturb the cleaning up.

    The handlers stay until the process ends, which the event loop's own would not.
    """
    loop, run = asyncio.get_running_loop(), asyncio.current_task()
    assert run is not None  # noqa: S101 - a coroutine runs in a task
    pending = [run.cancel]

    def stop(_number: int, _frame: object) -> None:
        if pending:
            loop.call_soon_threadsafe(pending.pop())

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


@contextmanager
def _scans(scans: tuple[Path, ...]) -> Iterator[list[Path]]:
    """The inputs, standard input as a temporary file."""
    if _STANDARD_STREAM not in scans:
        yield list(scans)
        return
    if len(scans) > 1:
        raise UsageError("- for standard input goes with no other input")
    with tempfile.TemporaryDirectory(prefix="pdfpipe-") as folder:
        copy = Path(folder, "stdin")
        with copy.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        yield [copy]


@contextmanager
def _output(output: Path) -> Iterator[Path]:
    """Where the documents go, standard output as a temporary file."""
    if output != _STANDARD_STREAM:
        yield output
        return
    if sys.stdout.isatty():
        raise UsageError("a PDF is not written to a terminal: redirect standard output")
    with tempfile.TemporaryDirectory(prefix="pdfpipe-") as folder:
        yield Path(folder, "stdout.pdf")


def _copy_to_standard_output(path: Path) -> None:
    with path.open("rb") as stream:
        shutil.copyfileobj(stream, sys.stdout.buffer)
    sys.stdout.buffer.flush()
